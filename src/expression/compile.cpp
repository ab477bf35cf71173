#include <algorithm>

#include "diagnostics/diagnostic.h"
#include "expression/compiler.h"
#include "expression/limits.h"
#include "expression/parser.h"
#include "expression/text.h"
#include "json/utf8.h"

/// From a text to a program: expressions as they are, templates cut into texts and expressions.
namespace crmsync::expression {
namespace {

bool check_source(std::string_view source, IssueSink& issues) {
  if (source.size() > max_source_bytes) {
    issues.add(Code::EXP011, max_source_bytes, 0,
               "the text is longer than " + std::to_string(max_source_bytes) + " bytes");
    return false;
  }
  const std::size_t invalid = utf8::find_invalid(source);
  if (invalid == std::string_view::npos) return true;
  issues.add(Code::EXP001, invalid, 1, "the text is not valid UTF-8");
  return false;
}

bool is_blank(std::string_view text) {
  return trim(text).empty();
}

/// Cuts a template. The end of each expression is found by the lexer, never by a search for `}}`.
class TemplateCompiler {
 public:
  TemplateCompiler(std::string_view source, Compiler& compiler)
      : source_(source), compiler_(compiler), issues_(compiler.issues()) {}

  Operand compile();

 private:
  void text(std::string_view text);
  bool expression();
  bool refuse_other_syntax();
  bool filters(Lexer& lexer, Parser& parser, Ast& ast, Operand value);
  bool resynchronise(Lexer& lexer, Parser& parser);

  std::string_view source_;
  Compiler& compiler_;
  IssueSink& issues_;
  std::size_t position_ = 0;
  Rendering rendering_;
  std::size_t value_count_ = 0;
};

void TemplateCompiler::text(std::string_view text) {
  if (text.empty()) return;
  if (rendering_.parts.empty() || rendering_.parts.back().is_value) rendering_.parts.emplace_back();
  rendering_.parts.back().text += text;
}

Operand TemplateCompiler::compile() {
  while (position_ < source_.size()) {
    const std::size_t open = source_.find("{{", position_);
    if (open == std::string_view::npos) {
      text(source_.substr(position_));
      break;
    }
    const bool escaped = open > position_ && source_[open - 1] == '\\';
    const bool escaped_backslash = escaped && open > position_ + 1 && source_[open - 2] == '\\';
    text(source_.substr(position_, open - position_ - (escaped ? 1 : 0)));
    position_ = open + 2;
    if (escaped && !escaped_backslash) {
      text("{{");
    } else if (!expression()) {
      break;
    }
  }
  std::vector<Rendering::Part>& parts = rendering_.parts;
  for (std::size_t i = 1; i + 1 < parts.size(); ++i) {
    parts[i].only_between =
        !parts[i].is_value && parts[i - 1].is_value && parts[i + 1].is_value && is_blank(parts[i].text);
  }
  rendering_.single = parts.size() == 1 && parts[0].is_value;
  return compiler_.rendering(std::move(rendering_), value_count_);
}

/// `{{{`, `{{#` and their like mean something in other template languages; guessing what was meant would be wrong.
bool TemplateCompiler::refuse_other_syntax() {
  struct Other {
    char sign;
    const char* hint;
  };
  constexpr Other others[] = {
      {'{', "nothing is escaped here, so two braces do; a map literal needs a space: {{ {'a': 1}.a }}"},
      {'#', "there are no sections; write {{ condition ? value : '' }}, or an aggregate for lists"},
      {'/', "there are no sections to close"},
      {'^', "there are no inverted sections; write {{ condition ? '' : value }}"},
      {'>', "there are no partials"},
      {'&', "nothing is escaped here, so no & is needed"}};
  for (const Other& other : others) {
    if (position_ >= source_.size() || source_[position_] != other.sign) continue;
    issues_.add(Code::EXP014, position_ - 2, 3, std::string("'{{") + other.sign + "' has no meaning here", other.hint);
    return true;
  }
  return false;
}

/// One `{{ … }}`; `position_` is behind the braces, and afterwards behind the closing ones. False if no end is found.
bool TemplateCompiler::expression() {
  const std::size_t open = position_ - 2;
  const bool refused = refuse_other_syntax();
  Lexer lexer(source_, position_, true, issues_);
  Ast ast;
  Parser parser(lexer, issues_, ast, compiler_.names_in_backticks());
  bool ok = !refused;
  if (ok && parser.current().kind == TokenKind::end && lexer.position() < source_.size()) {
    issues_.add(Code::EXP014, open, lexer.position() + 2 - open, "there is no expression between the braces");
    ok = false;
  }
  if (ok && parser.current().kind == TokenKind::end) {
    issues_.add(Code::EXP014, open, 2, "'{{' is not closed", "it ends with }}; two braces themselves are written \\{{");
    return false;
  }
  ok = ok && parser.parse(ast.root);
  if (ok) {
    ok = filters(lexer, parser, ast, compiler_.expression(ast, ast.root));
  }
  if (ok && parser.current().kind != TokenKind::end) {
    parser.expected("an operator, a filter or '}}'");
    ok = false;
  }
  if (!ok && !resynchronise(lexer, parser)) return false;
  if (lexer.position() >= source_.size()) {
    if (ok)
      issues_.add(Code::EXP014, open, 2, "'{{' is not closed",
                  "it ends with }}; two braces themselves are written \\{{");
    return false;
  }
  position_ = lexer.position() + 2;
  Rendering::Part part;
  part.is_value = true;
  rendering_.parts.push_back(std::move(part));
  ++value_count_;
  return true;
}

/// `| name`, `| name: argument, argument`, any number of them.
bool TemplateCompiler::filters(Lexer& lexer, Parser& parser, Ast& ast, Operand value) {
  while (parser.current().kind == TokenKind::pipe) {
    parser.advance();
    const Token name = parser.current();
    if (name.kind != TokenKind::identifier && name.kind != TokenKind::reserved) {
      parser.expected("a filter's name");
      return false;
    }
    const Function* filter = find_filter(lexer.text(name));
    if (!filter) {
      const std::vector<std::string_view> names = filter_names();
      std::string known;
      for (const std::string_view each : names) known += (known.empty() ? "" : ", ") + std::string(each);
      issues_.add(Code::EXP020, name.offset, name.length, "there is no filter '" + std::string(lexer.text(name)) + "'",
                  "the filters are " + known, std::string(nearest_name(lexer.text(name), names)));
      return false;
    }
    parser.advance();
    std::size_t count = 1;
    while (parser.current().kind == (count == 1 ? TokenKind::colon : TokenKind::comma)) {
      parser.advance();
      NodeId argument = 0;
      if (!parser.parse(argument)) return false;
      compiler_.expression(ast, argument);
      ++count;
    }
    if (count < filter->least || count > filter->most) {
      issues_.add(Code::EXP020, name.offset, name.length,
                  "the filter '" + std::string(filter->name) + "' takes " + std::to_string(filter->least - 1) +
                      (filter->least == 2 ? " argument" : " arguments") + ", found " + std::to_string(count - 1),
                  filter->least == 2 ? "it is written | " + std::string(filter->name) + ": 'text'" : "");
      return false;
    }
    value = compiler_.filter(*filter, value, count, name);
  }
  return true;
}

/// After a mistake: goes on to the end of this expression, so that the next ones are checked too.
bool TemplateCompiler::resynchronise(Lexer& lexer, Parser& parser) {
  while (parser.current().kind != TokenKind::end) {
    if (parser.current().kind == TokenKind::invalid) return false;
    parser.advance();
  }
  return lexer.position() < source_.size();
}

}  // namespace

bool is_template(std::string_view text) {
  return text.find("{{") != std::string_view::npos;
}

std::optional<Program> compile_expression(std::string_view source, const Scope& scope, std::vector<Issue>& issues) {
  Compiler compiler(scope, issues);
  if (!check_source(source, compiler.issues())) return std::nullopt;
  Ast ast;
  if (!parse_expression(source, compiler.names_in_backticks(), compiler.issues(), ast)) return std::nullopt;
  const Operand result = compiler.expression(ast, ast.root);
  compiler.check_result(ast, result);
  return compiler.finish(result);
}

std::optional<Program> compile_template(std::string_view source, const Scope& scope, std::vector<Issue>& issues) {
  Compiler compiler(scope, issues);
  if (!check_source(source, compiler.issues())) return std::nullopt;
  const Operand result = TemplateCompiler(source, compiler).compile();
  return compiler.finish(result);
}

}  // namespace crmsync::expression
