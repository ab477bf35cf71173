#include "editor/expression_cursor.h"

#include <string_view>

namespace crmsync::editor {
namespace {

/// Whether a position in an expression is code: no text in quotes, and in a template inside of `{{ }}`.
class Scanner {
 public:
  Scanner(Style style, bool is_template) : style_(style), is_code_(!is_template), is_template_(is_template) {}

  /// Takes one sign of the file or, where YAML's quotes have written one as two, both.
  std::size_t take(std::string_view rest) {
    char c = rest[0];
    const char next = rest.size() > 1 ? rest[1] : '\0';
    std::size_t length = 1;
    const bool is_escape = style_ == Style::double_quoted && c == '\\';
    if (is_escape || (style_ == Style::single_quoted && c == '\'' && next == '\'')) {
      c = next;
      length = next == '\0' ? 1 : 2;
    }
    if (quote_ && is_escaped_) {
      is_escaped_ = false;
    } else if (quote_) {
      is_escaped_ = c == '\\';
      if (c == quote_) quote_ = 0;
    } else if (is_template_ && rest.starts_with(is_code_ ? "}}" : "{{")) {
      is_code_ = !is_code_;
      length = 2;
    } else if (is_code_ && (c == '"' || c == '\'')) {
      quote_ = c;
    }
    return length;
  }
  bool is_code() const { return is_code_ && !quote_; }

 private:
  Style style_;
  bool is_code_;
  bool is_template_;
  char quote_ = 0;
  bool is_escaped_ = false;
};

}  // namespace

bool is_name_character(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

ExpressionCursor expression_cursor(const Outline& outline, const Scalar& scalar, mapping::Form form,
                                   std::size_t offset) {
  ExpressionCursor cursor;
  std::size_t start = scalar.begin + scalar.is_quoted();
  if (scalar.style == Style::block) start = outline.text.find('\n', start) + 1;  // npos + 1 is 0: it has no lines
  if (start < scalar.begin || start > offset) return cursor;
  const std::string_view before = outline.text.substr(0, offset);
  const bool is_template = form == mapping::Form::branch ||
                           (form == mapping::Form::formula && before.find("{{", start) != std::string_view::npos);
  Scanner scanner(scalar.style, is_template);
  for (std::size_t at = start; at < offset;) at += scanner.take(before.substr(at));
  if (!scanner.is_code()) return cursor;

  const auto name_before = [&](std::size_t at) {
    while (at > start && is_name_character(before[at - 1])) --at;
    return at;
  };
  cursor.begin = cursor.path = name_before(offset);
  while (cursor.path > start + 1 && before[cursor.path - 1] == '.') {
    const std::size_t name = name_before(cursor.path - 1);
    if (name == cursor.path - 1) {
      cursor.word = Word::member;  // what stands before the dot is no name
      return cursor;
    }
    cursor.path = name;
  }
  const std::string_view name = before.substr(cursor.path);
  if (!name.empty() && name[0] >= '0' && name[0] <= '9') return cursor;
  const std::size_t sign = cursor.path == start ? start : before.find_last_not_of(" \t\r\n", cursor.path - 1);
  const bool is_pipe =
      is_template && sign > start && sign < cursor.path && before[sign] == '|' && before[sign - 1] != '|';
  cursor.word = is_pipe ? Word::filter : Word::name;
  return cursor;
}

}  // namespace crmsync::editor
