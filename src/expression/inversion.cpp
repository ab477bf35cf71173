#include "expression/inversion.h"

#include "expression/parser.h"
#include "json/writer.h"

namespace crmsync::expression {
namespace {

bool is_number(const Node& node) {
  return node.kind == NodeKind::literal && (node.value.is(Kind::integer) || node.value.is(Kind::number));
}

bool is_zero(const Node& node) {
  return node.value.is(Kind::integer) ? node.value.integer == 0 : node.value.number == 0;
}

/// A name, or names with dots between them.
bool is_field(const Ast& ast, const Node& node) {
  const Node* at = &node;
  while (at->kind == NodeKind::select && !at->optional) at = &ast.child(*at, 0);
  return at->kind == NodeKind::identifier && !at->absolute;
}

void append_name(const Ast& ast, const Node& node, std::string& out) {
  if (node.kind == NodeKind::select) {
    append_name(ast, ast.child(node, 0), out);
    out += '.';
  }
  out += node.name;
}

std::string number_text(const Node& node) {
  std::string text;
  json::append_value(text, node.value);
  return text;
}

/// Peels one operation after another off the formula, and undoes each on `undone`.
class Inverter {
 public:
  Inverter(const Ast& ast, std::string_view written) : ast_(ast) { result_.expression = written; }

  std::optional<Inversion> run(const Node& root) {
    const Node* node = &root;
    while (!is_field(ast_, *node)) {
      node = peel(*node);
      if (!node) return std::nullopt;
    }
    append_name(ast_, *node, result_.name);
    return std::move(result_);
  }

 private:
  const Node* peel(const Node& node) {
    std::string& undone = result_.expression;
    if (node.kind == NodeKind::unary && node.op == Operator::negate) {
      undone = "-(" + undone + ")";
      return &ast_.child(node, 0);
    }
    if (node.kind != NodeKind::binary) return nullptr;
    const Node &left = ast_.child(node, 0), &right = ast_.child(node, 1);
    const bool number_left = is_number(left);
    if (number_left == is_number(right)) return nullptr;
    const Node &number = number_left ? left : right, &rest = number_left ? right : left;
    const std::string text = number_text(number);
    switch (node.op) {
      case Operator::add: undone = "(" + undone + ") - " + text; break;
      case Operator::subtract:
        undone = number_left ? text + " - (" + undone + ")" : "(" + undone + ") + " + text;
        break;
      case Operator::multiply:
        if (is_zero(number)) return nullptr;
        undone = "double(" + undone + ") / double(" + text + ")";
        break;
      case Operator::divide:
        // Of whole numbers the quotient is cut off, and one by a field is not affine.
        if (number_left || !number.value.is(Kind::number)) return nullptr;
        undone = "double(" + undone + ") * double(" + text + ")";
        break;
      default: return nullptr;
    }
    result_.exact = result_.exact && number.value.is(Kind::integer);
    return &rest;
  }

  const Ast& ast_;
  Inversion result_;
};

}  // namespace

std::optional<Inversion> invert(std::string_view formula, std::string_view written) {
  Ast ast;
  std::vector<Issue> issues;
  IssueSink sink(issues, Origin::expression);
  if (!parse_expression(formula, true, sink, ast)) return std::nullopt;
  return Inverter(ast, written).run(ast.nodes[ast.root]);
}

}  // namespace crmsync::expression
