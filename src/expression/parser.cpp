#include "expression/parser.h"

#include <algorithm>

#include "expression/limits.h"
#include "expression/literals.h"

namespace crmsync::expression {
namespace {

struct BinaryOperator {
  Operator op;
  unsigned precedence;  // 0: the token is no binary operator
};

BinaryOperator binary_operator(TokenKind kind) {
  switch (kind) {
    case TokenKind::or_: return {Operator::or_, 1};
    case TokenKind::and_: return {Operator::and_, 2};
    case TokenKind::equal: return {Operator::equal, 3};
    case TokenKind::not_equal: return {Operator::not_equal, 3};
    case TokenKind::less: return {Operator::less, 3};
    case TokenKind::less_equal: return {Operator::less_equal, 3};
    case TokenKind::greater: return {Operator::greater, 3};
    case TokenKind::greater_equal: return {Operator::greater_equal, 3};
    case TokenKind::in: return {Operator::in, 3};
    case TokenKind::plus: return {Operator::add, 4};
    case TokenKind::minus: return {Operator::subtract, 4};
    case TokenKind::star: return {Operator::multiply, 5};
    case TokenKind::slash: return {Operator::divide, 5};
    case TokenKind::percent: return {Operator::modulo, 5};
    default: return {Operator::add, 0};
  }
}

}  // namespace

std::string_view symbol(Operator op) {
  constexpr std::string_view symbols[] = {"+",  "-", "*",  "/",  "%",  "==", "!=", "<",
                                          "<=", ">", ">=", "in", "&&", "||", "-",  "!"};
  return symbols[static_cast<std::size_t>(op)];
}

/// Counts how deep the parser is in itself; too deep is an issue, so the native stack is safe.
struct Parser::Nesting {
  explicit Nesting(Parser& parser) : parser_(parser), ok(++parser.nesting_ <= max_nesting) {
    if (ok) return;
    if (!parser.failed_) {
      parser.issues_.add(Code::EXP011, parser.current_.offset, parser.current_.length,
                         "the expression is nested more than " + std::to_string(max_nesting) + " levels deep");
    }
    parser.failed_ = true;
  }
  ~Nesting() { --parser_.nesting_; }
  Nesting(const Nesting&) = delete;

 private:
  Parser& parser_;

 public:
  const bool ok;
};

Parser::Parser(Lexer& lexer, IssueSink& issues, Ast& ast, bool names_in_backticks)
    : lexer_(lexer), issues_(issues), ast_(ast), names_in_backticks_(names_in_backticks) {
  ast.nodes.reserve(16);  // one allocation for most expressions
  ast.children.reserve(16);
  ast_.source = lexer.source();
  advance();
}

bool Parser::parse(NodeId& root) {
  failed_ = false;
  pending_.clear();
  root = expression();
  return !failed_;
}

void Parser::expected(std::string_view expected, std::string hint) {
  failed_ = true;
  if (current_.kind == TokenKind::invalid) return;  // the lexer has said what is wrong
  issues_.add(Code::EXP001, current_.offset, current_.length,
              "found " + describe(current_, lexer_.source()) + ", expected " + std::string(expected), std::move(hint));
}

bool Parser::accept(TokenKind kind) {
  if (current_.kind != kind) return false;
  advance();
  return true;
}

bool Parser::require(TokenKind kind, std::string_view what) {
  if (accept(kind)) return true;
  expected(what);
  return false;
}

/// An element of a list or a value of a map, `optional` where a `?` stands before it.
NodeId Parser::entry(bool optional) {
  if (!optional) return expression();
  const Node node = begin(NodeKind::entry);
  const NodeId value = expression();
  return failed_ ? fail() : add(node, &value, 1);
}

Node Parser::begin(NodeKind kind) const {
  Node node;
  node.kind = kind;
  node.offset = node.mark = current_.offset;
  node.mark_length = current_.length;
  return node;
}

NodeId Parser::add(Node node, const NodeId* children, std::size_t count) {
  node.first_child = static_cast<std::uint32_t>(ast_.children.size());
  node.child_count = static_cast<std::uint32_t>(count);
  unsigned height = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const Node& child = ast_.nodes[children[i]];
    const bool same_chain = i == 0 && node.kind == NodeKind::binary && child.kind == NodeKind::binary;
    height = std::max<unsigned>(height, child.height - (same_chain ? 1U : 0U));
    ast_.children.push_back(children[i]);
  }
  if (height + 1 > max_nesting) {
    issues_.add(Code::EXP011, node.mark, node.mark_length,
                "the expression is nested more than " + std::to_string(max_nesting) + " levels deep");
    return fail();
  }
  node.height = static_cast<std::uint16_t>(height + 1);
  ast_.nodes.push_back(node);
  return static_cast<NodeId>(ast_.nodes.size() - 1);
}

NodeId Parser::add_pending(const Node& node, std::size_t first) {
  const NodeId added = add(node, pending_.data() + first, pending_.size() - first);
  pending_.resize(first);
  return added;
}

NodeId Parser::expression() {
  const Nesting nesting(*this);
  if (!nesting.ok) return fail();
  const NodeId condition = binary(1);
  if (failed_ || current_.kind != TokenKind::question) return condition;
  Node node = begin(NodeKind::conditional);
  node.offset = ast_.nodes[condition].offset;
  advance();
  const NodeId met = binary(1);
  if (failed_ || !require(TokenKind::colon, "':' and the value for when the condition is not met")) return fail();
  const NodeId otherwise = expression();
  if (failed_) return fail();
  const NodeId children[] = {condition, met, otherwise};
  return add(node, children, 3);
}

NodeId Parser::binary(unsigned lowest) {
  NodeId left = unary();
  while (!failed_) {
    const BinaryOperator found = binary_operator(current_.kind);
    if (found.precedence < lowest || found.precedence == 0) return left;
    Node node = begin(NodeKind::binary);
    node.op = found.op;
    node.offset = ast_.nodes[left].offset;
    advance();
    const NodeId children[] = {left, binary(found.precedence + 1)};
    if (failed_) return fail();
    left = add(node, children, 2);
  }
  return fail();
}

NodeId Parser::unary() {
  if (current_.kind != TokenKind::bang && current_.kind != TokenKind::minus) return member_chain(primary());
  const Nesting nesting(*this);
  if (!nesting.ok) return fail();
  Node node = begin(NodeKind::unary);
  node.op = current_.kind == TokenKind::bang ? Operator::not_ : Operator::negate;
  advance();
  // The minus belongs to the literal, so that the smallest int can be written.
  if (node.op == Operator::negate && (current_.kind == TokenKind::integer || current_.kind == TokenKind::floating)) {
    const NodeId literal = number(true);
    if (failed_) return fail();
    ast_.nodes[literal].offset = node.offset;
    return member_chain(literal);
  }
  const NodeId operand = unary();
  if (failed_) return fail();
  return add(node, &operand, 1);
}

NodeId Parser::member_chain(NodeId left) {
  while (!failed_) {
    if (current_.kind == TokenKind::dot) {
      advance();
      const bool optional = accept(TokenKind::question);
      const bool quoted = current_.kind == TokenKind::quoted_identifier;
      if (!quoted && current_.kind != TokenKind::identifier && current_.kind != TokenKind::reserved) {
        expected("a field's or function's name",
                 "a name that is a word of the language, or no plain name, is written in backticks");
        return fail();
      }
      Node node = begin(NodeKind::select);
      node.offset = ast_.nodes[left].offset;
      node.name = lexer_.text(current_);
      if (quoted) node.name = node.name.substr(1, node.name.size() - 2);
      node.optional = optional;
      advance();
      if (!quoted && !optional && current_.kind == TokenKind::left_parenthesis) {
        node.member = true;
        const std::size_t first = pending_.size();
        pending_.push_back(left);
        left = call(node, first);
      } else {
        left = add(node, &left, 1);
      }
    } else if (current_.kind == TokenKind::left_bracket) {
      Node node = begin(NodeKind::index);
      node.offset = ast_.nodes[left].offset;
      advance();
      node.optional = accept(TokenKind::question);
      const NodeId children[] = {left, expression()};
      if (failed_ || !require(TokenKind::right_bracket, "']'")) return fail();
      left = add(node, children, 2);
    } else if (current_.kind == TokenKind::left_brace &&
               (ast_.nodes[left].kind == NodeKind::identifier || ast_.nodes[left].kind == NodeKind::select)) {
      issues_.add(Code::EXP012, current_.offset, current_.length, "message literals are not built yet",
                  "a map is written {'name': value}");
      return fail();
    } else {
      return left;
    }
  }
  return fail();
}

NodeId Parser::primary() {
  switch (current_.kind) {
    case TokenKind::integer:
    case TokenKind::unsigned_integer:
    case TokenKind::floating: return number(false);
    case TokenKind::left_parenthesis: {
      advance();
      const NodeId inner = expression();
      if (failed_ || !require(TokenKind::right_parenthesis, "')'")) return fail();
      return inner;
    }
    case TokenKind::left_bracket: return list();
    case TokenKind::left_brace: return map();
    case TokenKind::dot: advance(); return name(true);
    case TokenKind::identifier:
    case TokenKind::quoted_identifier: return name(false);
    case TokenKind::reserved:
      expected("a value", "this word is reserved in CEL; a field of that name is record['" +
                              std::string(lexer_.text(current_)) + "']");
      return fail();
    default: break;
  }
  Node node = begin(NodeKind::literal);
  switch (current_.kind) {
    case TokenKind::string:
    case TokenKind::bytes: {
      std::string_view text;
      if (!read_string(current_, lexer_.source(), issues_, ast_.texts, text)) return fail();
      node.value = Value::of_text(current_.kind == TokenKind::bytes ? Kind::bytes : Kind::string, text);
      break;
    }
    case TokenKind::true_: node.value = Value::of(true); break;
    case TokenKind::false_: node.value = Value::of(false); break;
    case TokenKind::null_: node.value = Value::null(); break;
    default: expected("a value"); return fail();
  }
  advance();
  return add(node, nullptr, 0);
}

NodeId Parser::number(bool negative) {
  Node node = begin(NodeKind::literal);
  bool ok = false;
  if (current_.kind == TokenKind::integer) {
    std::int64_t integer = 0;
    ok = read_integer(current_, lexer_.source(), negative, issues_, integer);
    node.value = Value::of_integer(integer);
  } else if (current_.kind == TokenKind::unsigned_integer) {
    std::uint64_t natural = 0;
    ok = read_unsigned(current_, lexer_.source(), issues_, natural);
    node.value = Value::of_unsigned(natural);
  } else {
    double number = 0;
    ok = read_floating(current_, lexer_.source(), issues_, number);
    node.value = Value::of_number(negative ? -number : number);
  }
  if (!ok) return fail();
  advance();
  return add(node, nullptr, 0);
}

NodeId Parser::name(bool absolute) {
  const bool quoted = current_.kind == TokenKind::quoted_identifier;
  if (!quoted && current_.kind != TokenKind::identifier) {
    expected("a name");
    return fail();
  }
  Node node = begin(NodeKind::identifier);
  node.absolute = absolute;
  node.name = lexer_.text(current_);
  if (quoted) {
    if (!names_in_backticks_) {
      issues_.add(Code::EXP001, current_.offset, current_.length, "a name in backticks can only stand after a dot");
      return fail();
    }
    node.name = node.name.substr(1, node.name.size() - 2);
  }
  advance();
  if (!quoted && current_.kind == TokenKind::left_parenthesis) return call(node, pending_.size());
  return add(node, nullptr, 0);
}

NodeId Parser::call(Node node, std::size_t first) {
  node.kind = NodeKind::call;
  advance();
  if (!arguments(TokenKind::right_parenthesis)) return fail();
  return add_pending(node, first);
}

/// Expressions with commas between them, up to and with `close`.
bool Parser::arguments(TokenKind close) {
  if (accept(close)) return true;
  while (true) {
    pending_.push_back(entry(close == TokenKind::right_bracket && accept(TokenKind::question)));
    if (failed_) return false;
    if (accept(close)) return true;
    if (!require(TokenKind::comma, close == TokenKind::right_bracket ? "',' or ']'" : "',' or ')'")) return false;
    if (close == TokenKind::right_bracket && accept(close)) return true;  // a comma may stand behind the last element
  }
}

NodeId Parser::list() {
  const Node node = begin(NodeKind::list);
  const std::size_t first = pending_.size();
  advance();
  if (!arguments(TokenKind::right_bracket)) return fail();
  return add_pending(node, first);
}

NodeId Parser::map() {
  const Node node = begin(NodeKind::map);
  const std::size_t first = pending_.size();
  advance();
  while (!accept(TokenKind::right_brace)) {
    const bool optional = accept(TokenKind::question);
    pending_.push_back(expression());
    if (failed_ || !require(TokenKind::colon, "':' and the key's value")) return fail();
    pending_.push_back(entry(optional));
    if (failed_) return fail();
    if (accept(TokenKind::right_brace)) break;
    if (!require(TokenKind::comma, "',' or '}'")) return fail();
  }
  return add_pending(node, first);
}

bool parse_expression(std::string_view source, bool names_in_backticks, IssueSink& issues, Ast& ast) {
  Lexer lexer(source, 0, false, issues);
  Parser parser(lexer, issues, ast, names_in_backticks);
  if (parser.current().kind == TokenKind::end) {
    parser.expected("an expression");
    return false;
  }
  if (!parser.parse(ast.root)) return false;
  if (parser.current().kind == TokenKind::end) return true;
  parser.expected("an operator or the end");
  return false;
}

}  // namespace crmsync::expression
