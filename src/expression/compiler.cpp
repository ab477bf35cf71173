#include "expression/compiler.h"

#include <algorithm>

#include "diagnostics/diagnostic.h"
#include "expression/arithmetic.h"
#include "expression/collections.h"
#include "expression/functions/time.h"
#include "expression/limits.h"
#include "expression/zones.h"

namespace crmsync::expression {
namespace {

bool is_relation(Operator op) {
  return op >= Operator::equal && op <= Operator::in;
}

Operator flipped(Operator op) {
  switch (op) {
    case Operator::less: return Operator::greater;
    case Operator::less_equal: return Operator::greater_equal;
    case Operator::greater: return Operator::less;
    case Operator::greater_equal: return Operator::less_equal;
    default: return op;
  }
}

std::uint8_t detail_of(Operator op) {
  return static_cast<std::uint8_t>(op);
}

}  // namespace

Compiler::Compiler(const Scope& scope, std::vector<Issue>& issues)
    : scope_(scope),
      issues_(issues, Origin::expression),
      code_(std::make_unique<Program::Code>()),
      where_{scope.where, {issues, Origin::where}},
      order_by_{scope.order_by, {issues, Origin::order_by}} {
  code_->instructions.reserve(16);  // one allocation for most expressions
  code_->offsets.reserve(16);
  code_->zones = scope.zones;
  code_->has_milliseconds = scope.types && scope.types->has_milliseconds();
}

Operand Compiler::expression(const Ast& ast, NodeId id) {
  const Ast* const outer = ast_;
  ast_ = &ast;
  const Operand result = node(id);
  ast_ = outer;
  return result;
}

Operand Compiler::node(NodeId id) {
  const Node& node = ast_->nodes[id];
  switch (node.kind) {
    case NodeKind::literal:
      if (in_body_ && node.value.is(Kind::null)) code_->aggregations[aggregation_].skips_empty = false;
      return constant(node.value, node.offset);
    case NodeKind::identifier:
    case NodeKind::select: return select(id);
    case NodeKind::index: return index(id);
    case NodeKind::call: return call(node);
    case NodeKind::list: return list(node);
    case NodeKind::map: return map(node);
    case NodeKind::unary: return unary(node);
    case NodeKind::binary: return binary(id);
    case NodeKind::conditional: return conditional(node);
    case NodeKind::entry: return entry(node);
  }
  return {};
}

void Compiler::check_depth(const Node& node, unsigned depth) {
  if (depth <= max_value_depth) return;
  sink().add(Code::EXP011, node.mark, node.mark_length,
             "the expression builds lists and maps more than " + std::to_string(max_value_depth) + " levels deep");
}

/// Chains of binary operators grow to the left, so they are walked in a loop, however long they are.
Operand Compiler::binary(NodeId id) {
  const std::size_t outer = operators_.size();
  bool absorbs = false;
  for (; ast_->nodes[id].kind == NodeKind::binary; id = ast_->child_of(ast_->nodes[id], 0)) {
    operators_.push_back(id);
    const Operator op = ast_->nodes[id].op;
    absorbs = absorbs || op == Operator::and_ || op == Operator::or_;
  }
  Chain chain{here(), {}, 0};
  absorbing_ += absorbs;
  type_expected_ = is_type_operand(ast_->nodes[operators_.back()], 0);
  chain.left = node(id);
  while (operators_.size() > outer) {
    const NodeId next = operators_.back();
    operators_.pop_back();
    apply(ast_->nodes[next], chain);
  }
  flush(chain);
  absorbing_ -= absorbs;
  return chain.left;
}

void Compiler::apply(const Node& node, Chain& chain) {
  if (node.op == Operator::and_ || node.op == Operator::or_) return logical(node, chain);
  if (node.op == Operator::add) return additive(node, chain);
  flush(chain);
  type_expected_ = is_type_operand(node, 1);
  const Operand right = this->node(ast_->child_of(node, 1));
  type_expected_ = false;
  const Operand left = chain.left;
  if (is_relation(node.op)) {
    chain.left = comparison(node, chain.start, left, right);
    check_binary(node, left, right, chain.left);
    return;
  }
  if (chain.left.constant && right.constant) {
    const std::uint32_t last = here().instruction - 1;
    const Value folded =
        arithmetic(node.op, constant_at(last - 1), constant_at(last), null_is_zero(), folding_context());
    if (!folded.is(Kind::error)) {
      chain.left = fold(chain.start, folded, node.mark);
      return;
    }
  }
  emit(Op::arithmetic, node.mark, -1, null_is_zero(), 0, detail_of(node.op));
  chain.left = {chain.left.kind == right.kind && node.op != Operator::subtract ? right.kind : Kind::absent,
                std::max(chain.left.depth, right.depth)};
  check_binary(node, left, right, chain.left);
}

/// Joins the texts that wait.
void Compiler::flush(Chain& chain) {
  if (chain.waiting == 0) return;
  const auto first = waiting_offsets_.end() - chain.waiting;
  prepare_join(chain.start.instruction, static_cast<std::uint32_t>(chain.waiting));
  emit(Op::concatenate, *first, 1 - chain.waiting, static_cast<std::uint32_t>(code_->operand_offsets.size()), 0, 0,
       chain.waiting);
  code_->operand_offsets.insert(code_->operand_offsets.end(), first, waiting_offsets_.end());
  waiting_offsets_.erase(first, waiting_offsets_.end());
  chain.waiting = 0;
  chain.left = {Kind::string};
}

void Compiler::additive(const Node& node, Chain& chain) {
  const Operand right = this->node(ast_->child_of(node, 1));
  const Operand left = chain.waiting == 0 ? chain.left : Operand{Kind::string};
  Operand sum;
  check_binary(node, left, right, sum);
  if (chain.waiting == 0) {
    if (chain.left.constant && right.constant) {
      const std::uint32_t last = here().instruction - 1;
      const Value folded =
          arithmetic(node.op, constant_at(last - 1), constant_at(last), null_is_zero(), folding_context());
      if (!folded.is(Kind::error)) {
        chain.left = fold(chain.start, folded, node.mark);
        return;
      }
    }
    // One text in it, and the sum is a text or an error, whatever the other operand is.
    if (chain.left.kind != Kind::string && right.kind != Kind::string) {
      emit(Op::arithmetic, node.mark, -1, null_is_zero(), 0, detail_of(node.op));
      sum.kind = left.kind == right.kind ? right.kind : Kind::absent;
      sum.depth = std::max(left.depth, right.depth);
      chain.left = sum;
      return;
    }
    waiting_offsets_.push_back(node.mark);
    chain.waiting = 1;
  }
  waiting_offsets_.push_back(node.mark);
  constexpr std::uint16_t longest = 256;  // a bound on the stack; longer sums are joined in steps
  if (++chain.waiting == longest) flush(chain);
}

void Compiler::logical(const Node& node, Chain& chain) {
  flush(chain);
  const bool is_and = node.op == Operator::and_;
  const std::uint32_t jump = here().instruction;
  catch_errors(chain.start, jump);
  emit(is_and ? Op::and_left : Op::or_left, node.mark, 0);
  const Mark right = here();
  const Operand other = this->node(ast_->child_of(node, 1));
  check_condition(node, chain.left);
  check_condition(node, other);
  catch_errors(right, here().instruction);
  emit(is_and ? Op::and_right : Op::or_right, node.mark, -1);
  at(jump).a = here().instruction;
  chain.left = {scope_.dialect == Dialect::cel ? Kind::boolean : Kind::absent};
  chain.left.type = Kind::boolean;
}

Operand Compiler::comparison(const Node& node, const Mark& start, const Operand& left, const Operand& right) {
  const std::uint32_t end = here().instruction;
  // Never null: equality and membership always know. In `crm` an ordering with null does not.
  const bool certain = scope_.dialect == Dialect::cel || node.op == Operator::equal || node.op == Operator::not_equal ||
                       node.op == Operator::in;
  const Operand result{certain ? Kind::boolean : Kind::absent};
  if (end == start.instruction + 2 && node.op != Operator::in && left.constant != right.constant) {
    const Instruction& slot = at(left.constant ? end - 1 : end - 2);
    const Instruction& constant = at(left.constant ? end - 2 : end - 1);
    if (slot.op == Op::load_slot && slot.b <= 0xFFFF) {
      const std::uint8_t op = detail_of(left.constant ? flipped(node.op) : node.op);
      const std::uint32_t read = slot.a, ordinal = slot.b, value = constant.a;
      rewind(start);
      emit(Op::compare_slot, node.mark, 1, read, value, op, ordinal);
      return result;
    }
  }
  if (right.constant) {
    const std::uint32_t value = at(end - 1).a;
    rewind({end - 1, height_ - 1});
    emit(Op::compare_constant, node.mark, 0, value, 0, detail_of(node.op));
  } else {
    emit(Op::compare, node.mark, -1, 0, 0, detail_of(node.op));
  }
  return result;
}

Operand Compiler::unary(const Node& node) {
  const Mark start = here();
  const Operand operand = this->node(ast_->child_of(node, 0));
  if (node.op == Operator::not_) {
    emit(Op::not_, node.mark, 0);
    check_condition(node, operand);
    Operand result{operand.kind == Kind::boolean ? Kind::boolean : Kind::absent};
    result.type = Kind::boolean;
    return result;
  }
  if (operand.constant) {
    const Value folded = negate(constant_at(here().instruction - 1), null_is_zero(), folding_context());
    if (!folded.is(Kind::error)) return fold(start, folded, node.mark);
  }
  emit(Op::negate, node.mark, 0, 0, 0, null_is_zero());
  Operand result{operand.kind == Kind::null ? Kind::absent : operand.kind};
  check_unary(node, operand, result);
  return result;
}

Operand Compiler::conditional(const Node& node) {
  check_condition(node, this->node(ast_->child_of(node, 0)));
  const std::uint32_t branch = emit(Op::branch, node.mark, -1);
  const Operand met = this->node(ast_->child_of(node, 1));
  const std::uint32_t jump = emit(Op::jump, node.mark, -1);
  at(branch).a = here().instruction;
  const Operand otherwise = this->node(ast_->child_of(node, 2));
  at(jump).a = here().instruction;
  Operand result{met.kind == otherwise.kind ? met.kind : Kind::absent, std::max(met.depth, otherwise.depth)};
  if (type_of(met) == type_of(otherwise)) {
    result.type = type_of(met);
    result.stated = met.stated || otherwise.stated;
  }
  return result;
}

void Compiler::emit_optional(const Node& node, OptionalStep step, int effect, std::uint32_t loop) {
  emit(Op::optional, node.mark, effect, 0, loop, static_cast<std::uint8_t>(step));
}

/// `container.?name` and `container[?key]`.
Operand Compiler::optional_access(NodeId id) {
  const Node& node = ast_->nodes[id];
  // In `crm` a path is a slot: whether it is there is asked of the record, without reading what is around it.
  if (scope_.dialect == Dialect::crm) {
    const Reference whole = reference(id, true);
    Operand held;
    if (whole.path.segments.size() >= (whole.what == Reference::What::record_path ? 1U : 2U)) {
      if (in_body_) code_->aggregations[aggregation_].skips_empty = false;
      const std::size_t known = sink().count();
      use(whole, node, AsWhat::presence, held);
      if (sink().count() != known) return {};
      const std::uint32_t branch = emit(Op::branch, node.mark, -1);
      use(whole, node, AsWhat::value, held);
      emit_optional(node, OptionalStep::wrap);
      const std::uint32_t jump = emit(Op::jump, node.mark, -1);
      at(branch).a = here().instruction;
      constant(Value::of_optional(nullptr), node.mark);
      at(jump).a = here().instruction;
      return {Kind::optional, held.depth + 1};
    }
  }
  const bool is_name = node.kind == NodeKind::select;
  const Operand container = this->node(ast_->child_of(node, 0));
  if (is_name) {
    constant(Value::of_string(node.name), node.mark);
  } else {
    this->node(ast_->child_of(node, 1));
  }
  emit(Op::optional_at, node.mark, -1, 0, 0, is_name);
  return {Kind::optional, container.depth + 1};
}

Operand Compiler::entry(const Node& node) {
  const Operand value = this->node(ast_->child_of(node, 0));
  emit_optional(node, OptionalStep::entry);
  return {Kind::optional, value.depth};
}

Operand Compiler::select(NodeId id) {
  const Node& node = ast_->nodes[id];
  if (node.optional) return optional_access(id);
  Operand result;
  if (use(reference(id), node, AsWhat::value, result)) return result;
  const Mark start = here();
  const Operand target = this->node(ast_->child_of(node, 0));
  const std::uint32_t name = code_->constants.add(Value::of_string(node.name));
  const Instruction& last = at(start.instruction);
  if (here().instruction == start.instruction + 1 && last.op == Op::load_local) {
    const std::uint32_t loop = last.a;
    rewind(start);
    emit(Op::select_local, node.mark, 1, loop, name);
  } else {
    emit(Op::select, node.mark, 0, name);
  }
  return {Kind::absent, target.depth};
}

Operand Compiler::index(NodeId id) {
  const Node& node = ast_->nodes[id];
  if (node.optional) return optional_access(id);
  Operand result;
  if (use(reference(id), node, AsWhat::value, result)) return result;
  // Names that are only known from the record are missing there as its fields are.
  const bool on_record = reference(ast_->child_of(node, 0)).what == Reference::What::record_path &&
                         ast_->child(node, 0).kind == NodeKind::identifier;
  const Operand container = this->node(ast_->child_of(node, 0));
  this->node(ast_->child_of(node, 1));
  emit(Op::index, node.mark, -1, 0, 0, on_record);
  return {Kind::absent, container.depth};
}

Operand Compiler::list(const Node& node) {
  const Mark start = here();
  unsigned depth = 0;
  bool constant = true, entries = false;
  for (std::uint32_t i = 0; i < node.child_count; ++i) {
    const Operand element = this->node(ast_->child_of(node, i));
    entries = entries || ast_->child(node, i).kind == NodeKind::entry;
    depth = std::max(depth, element.depth);
    constant = constant && element.constant;
  }
  check_depth(node, depth + 1);
  if (constant) {
    std::vector<Value> elements;
    elements.reserve(node.child_count);
    for (std::uint32_t i = 0; i < node.child_count; ++i) elements.push_back(constant_at(start.instruction + i));
    Operand folded = fold(start, Value::of_list(elements.data(), elements.size()), node.offset);
    folded.depth = depth + 1;
    return folded;
  }
  emit(Op::list, node.offset, 1 - static_cast<int>(node.child_count), node.child_count, 0, entries);
  return {Kind::list, depth + 1};
}

Operand Compiler::map(const Node& node) {
  const Mark start = here();
  unsigned depth = 0;
  bool constant = true, entries = false;
  for (std::uint32_t i = 0; i < node.child_count; ++i) {
    const Operand part = this->node(ast_->child_of(node, i));
    entries = entries || ast_->child(node, i).kind == NodeKind::entry;
    depth = std::max(depth, part.depth);
    constant = constant && part.constant;
  }
  check_depth(node, depth + 1);
  if (constant) {
    std::vector<Value> pairs;
    for (std::uint32_t i = 0; i < node.child_count; ++i) pairs.push_back(constant_at(start.instruction + i));
    const Value made = make_map(pairs.data(), pairs.size() / 2, folding_context());
    if (!made.is(Kind::error)) {
      Operand folded = fold(start, made, node.offset);
      folded.depth = depth + 1;
      return folded;
    }
  }
  emit(Op::map, node.offset, 1 - static_cast<int>(node.child_count), node.child_count / 2, 0, entries);
  return {Kind::map, depth + 1};
}

Operand Compiler::call(const Node& node) {
  Operand result;
  if (macro(node, result) || aggregate(node, result)) return result;
  std::string qualified;
  const Function* function = find_qualified(node, qualified);
  // The receiver of `math.abs(x)` is a part of the name.
  const std::uint32_t first = node.member && !qualified.empty();
  if (!function && qualified.empty()) function = find_function(node.name, node.member, node.child_count);
  if (!function) return unknown_function(node, qualified);
  const std::uint32_t count = node.child_count - first;
  unsigned depth = 0;
  Operand arguments[std::size(Function{}.takes)], last;  // the first of them, which are checked
  for (std::uint32_t i = 0; i < count; ++i) {
    last = this->node(ast_->child_of(node, first + i));
    if (i < std::size(arguments)) arguments[i] = last;
    depth = std::max(depth, last.depth);
  }
  if (count == 2 && takes_zone(*function)) check_zone_argument(ast_->child(node, 1), last);
  check_arguments(node, *function, arguments, count);
  if (function->call == matches && last.constant) constant_pattern(node);
  code_->functions.push_back(function);
  emit(Op::call, node.mark, 1 - static_cast<int>(count), static_cast<std::uint32_t>(code_->functions.size() - 1), 0,
       static_cast<std::uint8_t>(function->inlined), count);
  switch (function->result) {
    case Kind::absent: return {Kind::absent, depth};
    case Kind::list:
    case Kind::map:
    case Kind::optional: check_depth(node, depth + 1); return {function->result, depth + 1};
    default: return {function->result};
  }
}

/// A zone that is written out must exist. In `crm` it must be written out, so that the tables of all zones that a
/// mapping can meet are part of it.
void Compiler::check_zone_argument(const Node& zone, const Operand& operand) {
  Issue issue{Code::EXP023, zone.offset, zone.mark + zone.mark_length - zone.offset, {}, {}, {}};
  if (!operand.constant) {
    if (scope_.dialect == Dialect::cel) return;
    issue.message = "a time zone must be written out here, not computed";
    issue.hint = "choose between calls: x ? at.getHours('Asia/Tokyo') : at.getHours('UTC')";
    return sink().add(std::move(issue));
  }
  const Value& name = constant_at(here().instruction - 1);
  if (!name.is(Kind::string) || check_zone(scope_.zones, name.view(), issue)) return;
  // In `cel` the error of a zone that is known not to exist may be absorbed, as in `… || true`.
  if (absorbing_ == 0 || scope_.dialect == Dialect::crm || !issue.zone.empty()) sink().add(std::move(issue));
}

/// `qualified`: the name that the call's receiver is a part of, where that is one's beginning.
Operand Compiler::unknown_function(const Node& node, const std::string& qualified) {
  const bool member = node.member && qualified.empty();
  const std::string name = qualified.empty() ? std::string(node.name) : qualified;
  const FunctionName found = look_up_name(name, member);
  Issue issue{Code::EXP003, node.mark, node.mark_length, {}, {}, {}};
  if (found.planned) {
    issue.code = Code::EXP012;
    issue.message = "the function '" + name + "' is not built yet";
  } else if (found.known && found.member != member) {
    issue.message = "the function '" + name + "' is not called in this way";
    issue.hint = found.member ? "it is written value." + name + "(…)" : "it is written " + name + "(…)";
  } else if (found.known) {
    const unsigned receiver = found.member ? 1 : 0;
    const unsigned least = found.least - receiver, most = found.most - receiver;
    issue.code = Code::EXP004;
    issue.message = "the function '" + name + "' takes " + std::to_string(least) +
                    (most > least ? " to " + std::to_string(most) : "") + (most == 1 ? " argument" : " arguments") +
                    (found.member ? " besides its receiver" : "") + ", found " +
                    std::to_string(node.child_count - (node.member ? 1 : 0));
  } else {
    std::vector<std::string_view> names = function_names();
    names.insert(names.end(), {"has", "all", "exists", "exists_one", "map", "filter", "existsOne", "transformList",
                               "transformMap", "transformMapEntry", "cel.bind", "orValue", "optMap", "optFlatMap"});
    if (scope_.dialect == Dialect::crm)
      names.insert(names.end(), {"SUM", "COUNT", "AVG", "MIN", "MAX", "ANY", "ALL", "COUNT_DISTINCT", "FIRST", "LAST"});
    // What is written as a namespace's function may be a misspelt one.
    std::string meant = qualified_name(node);
    issue.suggestion = nearest_name(meant, names);
    if (issue.suggestion.empty()) {
      meant = name;
      issue.suggestion = nearest_name(meant, names);
    }
    issue.message = "there is no function '" + meant + "'";
  }
  return refuse(node, std::move(issue));
}

Operand Compiler::filter(const Function& function, const Operand& value, std::size_t argument_count,
                         const Token& name) {
  Node call;
  call.kind = NodeKind::call;
  call.name = function.name;
  call.mark = name.offset;
  call.mark_length = name.length;
  check_arguments(call, function, &value, 1);
  code_->functions.push_back(&function);
  emit(Op::call, name.offset, 1 - static_cast<int>(argument_count),
       static_cast<std::uint32_t>(code_->functions.size() - 1), 0, 0, argument_count);
  return {};
}

Operand Compiler::rendering(Rendering rendering, std::size_t value_count) {
  code_->renderings.push_back(std::move(rendering));
  emit(Op::render, 0, 1 - static_cast<int>(value_count), static_cast<std::uint32_t>(code_->renderings.size() - 1), 0, 0,
       value_count);
  return {};
}

}  // namespace crmsync::expression
