#include "expression/compiler.h"

/// CEL's macros (cel-spec, doc/langdef.md, "Macros"), compiled straight to loops: has, all, exists, exists_one, map,
/// filter.
namespace crmsync::expression {
namespace {

struct LoopMacro {
  std::string_view name;
  LoopKind kind;
};
constexpr LoopMacro loop_macros[] = {{"all", LoopKind::all},
                                     {"exists", LoopKind::exists},
                                     {"exists_one", LoopKind::exists_one},
                                     {"map", LoopKind::map},
                                     {"filter", LoopKind::filter}};

}  // namespace

bool Compiler::macro(const Node& node, Operand& out) {
  if (!node.member && node.name == "has") {
    out = has(node);
    return true;
  }
  if (!node.member) return false;
  for (const LoopMacro& macro : loop_macros) {
    if (macro.name != node.name) continue;
    out = loop(node, macro.kind);
    return true;
  }
  return false;
}

Operand Compiler::has(const Node& node) {
  const NodeId argument = node.child_count == 1 ? ast_->child_of(node, 0) : 0;
  const Node* field = node.child_count == 1 ? &ast_->nodes[argument] : nullptr;
  // record['First Name'] is a field too.
  const bool is_field =
      field && (field->kind == NodeKind::select ||
                (field->kind == NodeKind::index && reference(argument).what == Reference::What::record_path));
  if (!is_field) {
    return refuse(node,
                  {Code::EXP018,
                   node.mark,
                   node.mark_length,
                   false,
                   "has() takes one field, such as has(contact.email)",
                   scope_.dialect == Dialect::crm ? "whether a field of the record is there: has(record.email)" : "",
                   {}});
  }
  if (in_body_) code_->aggregations[aggregation_].skips_empty = false;
  Operand result;
  if (scope_.dialect == Dialect::crm && use(reference(argument), *field, AsWhat::presence, result))
    return {Kind::boolean};
  this->node(ast_->child_of(*field, 0));
  emit(Op::has_select, field->mark, 0, code_->constants.add(Value::of_string(field->name)));
  return {Kind::boolean};
}

Operand Compiler::loop(const Node& node, LoopKind kind) {
  const std::string name(node.name);
  const bool transforms = kind == LoopKind::map && node.child_count == 4;
  if (node.child_count == 4 && (kind == LoopKind::all || kind == LoopKind::exists || kind == LoopKind::exists_one)) {
    return refuse(
        node,
        {Code::EXP012, node.mark, node.mark_length, false, name + "() with two variables is not built yet", {}, {}});
  }
  if (node.child_count != 3 && !transforms) {
    return refuse(node, {Code::EXP018,
                         node.mark,
                         node.mark_length,
                         false,
                         name + "() takes a variable and an expression",
                         "it is written list." + name + "(item, item > 0)",
                         {}});
  }
  const Node& variable = ast_->child(node, 1);
  if (variable.kind != NodeKind::identifier || variable.absolute) {
    return refuse(node, {Code::EXP018,
                         variable.offset,
                         variable.mark + variable.mark_length - variable.offset,
                         false,
                         "the first argument of " + name + "() must be a plain name",
                         {},
                         {}});
  }
  const Operand range = this->node(ast_->child_of(node, 0));
  const std::uint32_t loop = code_->loop_count++;
  const auto detail = static_cast<std::uint8_t>(kind);
  emit(Op::loop_begin, node.mark, -1, loop, 0, detail);
  const std::uint32_t next = emit(Op::loop_next, node.mark, 0, loop);
  locals_.push_back({variable.name, loop, range.depth});
  if (transforms) {
    check_condition(node, this->node(ast_->child_of(node, 2)));
    emit(Op::loop_where, node.mark, -1, loop, next);
  }
  const bool absorbs = kind == LoopKind::all || kind == LoopKind::exists;
  absorbing_ += absorbs;
  const Mark body_start = here();
  const Operand body = this->node(ast_->child_of(node, node.child_count - 1));
  absorbing_ -= absorbs;
  if (kind != LoopKind::map) check_condition(node, body);
  locals_.pop_back();
  if (absorbs) catch_errors(body_start, here().instruction);
  emit(Op::loop_step, node.mark, -1, loop, next, detail);
  at(next).b = here().instruction;
  emit(Op::loop_end, node.mark, 1, loop, 0, detail);
  switch (kind) {
    case LoopKind::map: check_depth(node, body.depth + 1); return {Kind::list, body.depth + 1};
    case LoopKind::filter: return {Kind::list, range.depth};
    case LoopKind::exists_one: return {Kind::boolean};
    default: return {scope_.dialect == Dialect::cel ? Kind::boolean : Kind::absent};
  }
}

}  // namespace crmsync::expression
