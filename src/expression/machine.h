#pragma once
#include "expression/loop.h"
#include "expression/program.h"
#include "expression/rows.h"
#include "expression/slots.h"

namespace crmsync::expression {

/// What an evaluation needs beside the stack, once an instruction is not as plain as most are: what operators and
/// functions need, loops, the rows of aggregates. The loop over the instructions stands in machine.cpp.
class Machine {
 public:
  Machine(const Program::Code& code, const Inputs& inputs, Arena& arena, Value* stack)
      : code_(code),
        inputs_(inputs),
        context_{arena, 0, code.dialect == Dialect::crm, code.zones, code.has_milliseconds},
        slots_(inputs, code, context_),
        stack_(stack) {
    context_.patterns = &code.patterns;
    if (code.loop_count) loops_ = arena.array<Loop>(code.loop_count);
    if (!code.aggregations.empty()) rows_ = arena.array<Rows>(code.aggregations.size());
  }

  /// One aggregate alone: rows go into `state`, and the evaluation ends with them.
  void accumulate(const Aggregation& aggregation, AggregateState& state) {
    accumulated_ = &state;
    last_ = aggregation.end;
  }
  /// The aggregates' states in the place of their rows.
  void finish(const AggregateState* states) { finished_ = states; }

  /// Where an evaluation is: one past the topmost value, and the next instruction; null if it ends with what is on
  /// top.
  struct Place {
    Value* top;
    const Instruction* next;
  };
  /// Any instruction, whatever its operands are.
  [[gnu::noinline]] Place step(Value* top, const Instruction* at, std::uint64_t& cost_left);
  Loop& loop(std::uint32_t index) { return loops_[index]; }
  Rows& rows(std::uint32_t index) { return rows_[index]; }
  bool has_room() const { return context_.has_room(); }

 private:
  Place run(Value* top, const Instruction* at);
  /// Hands the error on top to the handler that waits for it.
  Place failed(Value* top, const Instruction* at);
  /// No handler takes EXP010, and there may be no room above the top: it is put at the bottom.
  Place end_with(const Value& error, const Instruction* at) {
    stack_[0] = error;
    return failed(stack_ + 1, at);
  }
  Place out_of_budget(const Instruction* at) { return end_with(context_.out_of_budget(), at); }
  Place out_of_memory(const Instruction* at) { return end_with(context_.out_of_memory(), at); }
  /// Behind an instruction that has put its result on top.
  Place settled(Value* top, const Instruction* at) {
    return top[-1].is(Kind::error) ? failed(top, at) : Place{top, at + 1};
  }
  /// Pops a condition of `name`: on to the next instruction where it is met, else to `otherwise`.
  Place go_on_if(std::string_view name, std::uint32_t otherwise, Value* top, const Instruction* at);
  Place no_condition(std::string_view name, Value* top, const Instruction* at) {
    top[-1] = context_.no_overload(name, top - 1, 1);
    return failed(top, at);
  }
  Place optional_step(Value* top, const Instruction* at);
  Place begin_rows(Value* top, const Instruction* at);
  void concatenate(const Instruction& instruction, Value* operands);
  /// Writes into the last failure where it happened, if that is not known yet.
  void place_failure(const Instruction* at);

  const Instruction* instruction(std::uint32_t index) const { return code_.instructions.data() + index; }

  const Program::Code& code_;
  const Inputs& inputs_;
  Context context_;
  Slots slots_;
  Value* const stack_;
  Loop* loops_ = nullptr;
  Rows* rows_ = nullptr;
  AggregateState* accumulated_ = nullptr;
  const AggregateState* finished_ = nullptr;
  std::uint32_t last_ = 0xFFFFFFFF;  // instruction; handlers behind it wait for others
};

}  // namespace crmsync::expression
