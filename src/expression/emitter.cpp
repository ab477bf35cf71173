#include <algorithm>
#include <functional>

#include "expression/compiler.h"
#include "json/sort.h"

namespace crmsync::expression {

std::uint32_t Compiler::emit(Op op, std::uint32_t offset, int effect, std::uint32_t a, std::uint32_t b,
                             std::uint8_t detail, std::size_t count) {
  Instruction instruction;
  instruction.op = op;
  instruction.detail = detail;
  instruction.count = static_cast<std::uint16_t>(count);
  instruction.a = a;
  instruction.b = b;
  // What stood on the stack before; an instruction that has been taken back since never counts.
  code_->stack_size = std::max(code_->stack_size, height_);
  code_->instructions.push_back(instruction);
  code_->offsets.push_back(offset | static_cast<std::uint32_t>(origin_) << origin_shift);
  height_ = static_cast<std::uint32_t>(static_cast<int>(height_) + effect);
  return static_cast<std::uint32_t>(code_->instructions.size() - 1);
}

/// Says before the `count` operands, which begin at `first`, that a concatenation follows, if each of them is one
/// instruction that pushes a slot or a constant.
void Compiler::prepare_join(std::uint32_t first, std::uint32_t count) {
  if (here().instruction - first != count) return;
  Instruction join;
  join.op = Op::join_ahead;
  join.count = static_cast<std::uint16_t>(count);
  join.a = count - 1;
  for (std::uint32_t i = first; i < first + count; ++i) {
    const bool loads = at(i).op == Op::load_slot && !at(i).detail;
    if (!loads && at(i).op != Op::constant) return;
    join.a += loads;
  }
  code_->instructions.insert(code_->instructions.begin() + first, join);
  code_->offsets.insert(code_->offsets.begin() + first, code_->offsets[first]);
}

/// Behind the last instruction of a loop that begins at `next`.
void Compiler::end_loop(std::uint32_t next) {
  at(next).b = here().instruction;
  at(next).count = cost_of_length(here().instruction - next);
}

/// Forgets the code since `mark`, which must hold no jumps, handlers or loops: constants and slots only.
void Compiler::rewind(const Mark& mark) {
  code_->instructions.resize(mark.instruction);
  code_->offsets.resize(mark.instruction);
  height_ = mark.height;
}

void Compiler::catch_errors(const Mark& begin, std::uint32_t target) {
  const std::uint32_t end = here().instruction;
  const Op only = at(begin.instruction).op;
  // What cannot fail needs no handler. In `cel` a slot without a value is an error.
  if (end == begin.instruction + 1 && (only == Op::constant || only == Op::load_local || only == Op::load_second))
    return;
  if (end == begin.instruction + 1 && only == Op::load_slot && scope_.dialect == Dialect::crm) return;
  code_->handlers.push_back({begin.instruction, end, target, begin.height});
}

Context& Compiler::folding_context() {
  if (!folding_context_) {
    folding_arena_ = std::make_unique<Arena>();
    folding_context_.emplace(Context{*folding_arena_, 0, scope_.dialect == Dialect::crm});
  }
  folding_context_->cost_left = Budget{}.cost;
  return *folding_context_;
}

const Value& Compiler::constant_at(std::uint32_t instruction) const {
  return code_->constants[code_->instructions[instruction].a];
}

/// Puts a constant in the place of the code since `start`.
Operand Compiler::fold(const Mark& start, const Value& folded, std::uint32_t offset) {
  rewind(start);
  return constant(folded, offset);
}

Operand Compiler::constant(const Value& value, std::uint32_t offset) {
  emit(Op::constant, offset, 1, code_->constants.add(value));
  return {value.kind, 0, true};
}

Operand Compiler::refuse(const Node& node, Issue issue) {
  const bool unknown = issue.code == Code::EXP002 || issue.code == Code::EXP003;
  if (unknown && absorbing_ > 0 && scope_.dialect == Dialect::cel) {
    emit(Op::fail, node.mark, 1, code_->constants.add(Value::of_string(issue.message)), 0, 0,
         static_cast<std::size_t>(issue.code));
    return {};
  }
  sink().add(std::move(issue));
  emit(Op::constant, node.mark, 1, code_->constants.add(Value::null()));  // so that the stack stays what it should be
  return {};
}

std::optional<Program> Compiler::finish(const Operand& result) {
  if (issues_.any() || where_.issues.any() || order_by_.issues.any()) return std::nullopt;
  emit(Op::finish, 0, 0);
  if (scope_.record) code_->place_rows(*scope_.record);
  code_->complete();
  code_->reads = std::move(ordinals_);
  if (!std::is_sorted(code_->reads.begin(), code_->reads.end())) sort_items(code_->reads, 0, std::less<>());
  code_->dialect = scope_.dialect;
  code_->result_kind = result.kind;
  return Program(std::move(code_));
}

}  // namespace crmsync::expression
