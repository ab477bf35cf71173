#include <algorithm>

#include "expression/compiler.h"
#include "expression/functions.h"

/// CEL's macros (cel-spec, doc/langdef.md, "Macros"), compiled straight to loops: has, all, exists, exists_one, map,
/// filter; those with two variables (cel-go, ext/README.md, "TwoVarComprehensions"); cel.bind; and what optionals have.
namespace crmsync::expression {

struct LoopMacro {
  std::string_view name;
  LoopKind kind;
  bool one, two;  // how many variables it may have
  bool filters;   // a condition may stand before the expression
};

namespace {

constexpr LoopMacro loop_macros[] = {
    {"all", LoopKind::all, true, true, false},
    {"exists", LoopKind::exists, true, true, false},
    {"exists_one", LoopKind::exists_one, true, true, false},
    {"existsOne", LoopKind::exists_one, true, true, false},
    {"map", LoopKind::map, true, false, true},
    {"filter", LoopKind::filter, true, false, false},
    {"transformList", LoopKind::transform_list, false, true, true},
    {"transformMap", LoopKind::transform_map, false, true, true},
    {"transformMapEntry", LoopKind::transform_map_entry, false, true, true},
};

}  // namespace

std::vector<std::string_view> macro_names() {
  std::vector<std::string_view> all;
  for (const LoopMacro& macro : loop_macros) all.push_back(macro.name);
  return all;
}

bool Compiler::macro(const Node& node, Operand& out) {
  if (!node.member) {
    if (node.name != "has") return false;
    out = has(node);
    return true;
  }
  for (const LoopMacro& macro : loop_macros) {
    if (macro.name != node.name) continue;
    out = loop(node, macro);
    return true;
  }
  if (node.name == "bind") {
    const Node& space = ast_->child(node, 0);
    if (space.kind != NodeKind::identifier || space.name != "cel" || space.absolute) return false;
    out = bind(node);
    return true;
  }
  return optional_macro(node, out);
}

/// EXP018 in the place of the macro's value; `at` is what is wrong. The message begins with the macro's name.
Operand Compiler::misused(const Node& node, const Node& at, std::string_view message, std::string_view hint) {
  const std::uint32_t begin = &at == &node ? at.mark : at.offset;
  Issue issue{Code::EXP018, begin, at.mark + at.mark_length - begin, {}, {}, {}};
  issue.message.append(node.name).append(message);
  issue.hint = hint;
  return refuse(node, std::move(issue));
}

Operand Compiler::has(const Node& node) {
  const NodeId argument = node.child_count == 1 ? ast_->child_of(node, 0) : 0;
  const Node* field = node.child_count == 1 ? &ast_->nodes[argument] : nullptr;
  // record['First Name'] is a field too.
  const bool is_field = field && !field->optional &&
                        (field->kind == NodeKind::select ||
                         (field->kind == NodeKind::index && reference(argument).what == Reference::What::record_path));
  if (!is_field) {
    return misused(node, node, "() takes one field, such as has(contact.email)",
                   scope_.dialect == Dialect::crm ? "whether a field of the record is there: has(record.email)" : "");
  }
  if (in_body_) code_->aggregations[aggregation_].skips_empty = false;
  Operand result;
  if (scope_.dialect == Dialect::crm && use(reference(argument), *field, AsWhat::presence, result))
    return {Kind::boolean};
  this->node(ast_->child_of(*field, 0));
  emit(Op::has_select, field->mark, 0, code_->constants.add(Value::of_string(field->name)));
  return {Kind::boolean};
}

/// Whether an argument of a macro is a plain name; otherwise the issue stands for the macro.
bool Compiler::is_variable_name(const Node& macro, std::uint32_t child, Operand& out) {
  const Node& variable = ast_->child(macro, child);
  if (variable.kind == NodeKind::identifier && !variable.absolute) return true;
  out = misused(macro, variable, "() must have a plain name here");
  return false;
}

Operand Compiler::loop(const Node& node, const LoopMacro& macro) {
  const std::uint32_t arguments = node.child_count - 1;
  const bool pairs = macro.two && (!macro.one || arguments > 2);
  const std::uint32_t variables = pairs ? 2 : 1;
  const bool filters = macro.filters && arguments == variables + 2;
  if (arguments != variables + 1 && !filters) {
    return misused(node, node,
                   macro.one ? "() takes a variable and an expression" : "() takes two variables and an expression",
                   macro.one ? "as in list.map(item, item * 2)" : "as in list.transformList(index, item, item + 1)");
  }
  Operand refused;
  for (std::uint32_t i = 1; i <= variables; ++i) {
    if (!is_variable_name(node, i, refused)) return refused;
  }
  const Node& last = ast_->child(node, variables);
  if (pairs && ast_->child(node, 1).name == last.name) {
    return misused(node, last, "() has two variables of the same name");
  }
  const Operand range = this->node(ast_->child_of(node, 0));
  const std::uint32_t loop = code_->loop_count++;
  const auto detail = static_cast<std::uint8_t>(macro.kind);
  emit(Op::loop_begin, node.mark, -1, loop, 0, detail);
  const bool absorbs = macro.kind == LoopKind::all || macro.kind == LoopKind::exists;
  const std::uint32_t next = emit(pairs ? Op::loop_pair : Op::loop_next, node.mark, 0, loop, 0, round_cost(macro.kind));
  if (pairs) locals_.push_back({ast_->child(node, 1).name, loop, 0});
  locals_.push_back({last.name, loop, range.depth, pairs ? Op::load_second : Op::load_local});
  if (filters) {
    check_condition(node, this->node(ast_->child_of(node, variables + 1)));
    emit(Op::loop_where, node.mark, -1, loop, next);
  }
  absorbing_ += absorbs;
  const Mark body_start = here();
  const Operand body = this->node(ast_->child_of(node, node.child_count - 1));
  absorbing_ -= absorbs;
  // What remains are the macros whose body is a condition.
  if (!macro.filters) check_condition(node, body);
  locals_.resize(locals_.size() - variables);
  if (absorbs) catch_errors(body_start, here().instruction);
  emit(Op::loop_step, node.mark, -1, loop, next, detail);
  end_loop(next);
  emit(Op::loop_end, node.mark, 1, loop, 0, result_cost(macro.kind));
  switch (macro.kind) {
    case LoopKind::map:
    case LoopKind::transform_list: check_depth(node, body.depth + 1); return {Kind::list, body.depth + 1};
    case LoopKind::transform_map: check_depth(node, body.depth + 1); return {Kind::map, body.depth + 1};
    case LoopKind::transform_map_entry: return {Kind::map, body.depth};
    case LoopKind::filter: return {Kind::list, range.depth};
    case LoopKind::exists_one: return {Kind::boolean};
    default: return {scope_.dialect == Dialect::cel ? Kind::boolean : Kind::absent};
  }
}

/// cel.bind(variable, value, expression). cel-go evaluates the value once, when it is first used. Here it is evaluated
/// before, but its error is kept and counts where the variable is used: so the outcome is the same.
Operand Compiler::bind(const Node& node) {
  Operand value;
  if (node.child_count != 4) {
    return misused(node, node, "() takes a variable, its value and an expression",
                   "as in cel.bind(total, a + b, total * total)");
  }
  if (!is_variable_name(node, 1, value)) return value;
  const std::uint32_t variable = code_->loop_count++;
  const Mark start = here();
  value = this->node(ast_->child_of(node, 2));
  const std::size_t handlers = code_->handlers.size();
  catch_errors(start, here().instruction);
  const bool fails = code_->handlers.size() != handlers;
  emit(Op::bind, node.mark, -1, variable);
  locals_.push_back({ast_->child(node, 1).name, variable, value.depth, fails ? Op::load_bound : Op::load_local});
  Operand result = this->node(ast_->child_of(node, 3));
  locals_.pop_back();
  result.constant = false;
  return result;
}

/// What only optionals have and what does not always evaluate its argument (cel-go, cel/library.go, "OptionalTypes").
bool Compiler::optional_macro(const Node& node, Operand& out) {
  const bool flat = node.name == "optFlatMap", value = node.name == "orValue";
  const bool maps = flat || node.name == "optMap";
  if (!maps && !value && node.name != "or") return false;
  if (node.child_count != (maps ? 3 : 2)) {
    out = misused(node, node, maps ? "() takes a variable and an expression" : "() takes one argument");
    return true;
  }
  if (maps && !is_variable_name(node, 1, out)) return true;
  const Operand optional = this->node(ast_->child_of(node, 0));
  const std::uint32_t variable = maps ? code_->loop_count++ : 0;
  const std::uint32_t jump = here().instruction;
  emit_optional(node, maps ? OptionalStep::bind : value ? OptionalStep::or_value : OptionalStep::or_, -1, variable);
  if (maps) locals_.push_back({ast_->child(node, 1).name, variable, optional.depth});
  const Operand other = this->node(ast_->child_of(node, node.child_count - 1));
  if (maps) locals_.pop_back();
  if (!value) emit_optional(node, maps && !flat ? OptionalStep::wrap : OptionalStep::expect, 0, flat);
  at(jump).a = here().instruction;
  const unsigned depth = std::max(optional.depth, other.depth + (maps && !flat));
  check_depth(node, depth);
  out = {value ? Kind::absent : Kind::optional, depth};
  return true;
}

}  // namespace crmsync::expression
