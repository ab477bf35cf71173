#include <cstring>

#include "expression/arithmetic.h"
#include "expression/collections.h"
#include "expression/equality.h"
#include "expression/logic.h"
#include "expression/loop.h"
#include "expression/program.h"
#include "expression/rows.h"
#include "expression/slots.h"

/// Runs programs: a switch in a loop over a stack of values. Errors are values that a handler may catch.
namespace crmsync::expression {
namespace {

class Machine {
 public:
  Machine(const Program::Code& code, const Inputs& inputs, Arena& arena, std::uint64_t cost)
      : code_(code),
        inputs_(inputs),
        context_{arena, cost, code.dialect == Dialect::crm, code.zones},
        slots_(inputs, code, context_) {
    if (code.loop_count) loops_ = arena.array<Loop>(code.loop_count);
    if (!code.aggregations.empty()) rows_ = arena.array<Rows>(code.aggregations.size());
  }

  Value run(Value* stack);
  std::uint64_t cost_left() const { return context_.cost_left; }

 private:
  void place_failure(std::uint32_t pc);
  bool caught(Value error, std::uint32_t& pc, Value*& top, Value* stack);
  Value concatenate(const Instruction& instruction, Value* operands);
  Value compare_slot(const Instruction& instruction);

  const Program::Code& code_;
  const Inputs& inputs_;
  Context context_;
  Slots slots_;
  Loop* loops_ = nullptr;
  Rows* rows_ = nullptr;
};

/// The common shapes first: a number against a number, a short text against a text.
Value Machine::compare_slot(const Instruction& instruction) {
  const auto op = static_cast<Operator>(instruction.detail);
  const Value left = slots_.load(instruction.a, instruction.count);
  if (left.is(Kind::error)) return left;
  const Value& right = code_.constants[instruction.b];
  if (left.kind == Kind::number && right.kind == Kind::number) {
    const double a = left.number, b = right.number;
    switch (op) {
      case Operator::equal: return Value::of(a == b);
      case Operator::not_equal: return Value::of(a != b);
      case Operator::less: return Value::of(a < b);
      case Operator::less_equal: return Value::of(a <= b);
      case Operator::greater: return Value::of(a > b);
      default: return Value::of(a >= b);
    }
  }
  return compare(op, left, right, context_);
}

/// Joins texts at once. Where one operand is none, the error stands at its operator.
Value Machine::concatenate(const Instruction& instruction, Value* operands) {
  std::uint64_t total = 0;
  for (std::uint32_t i = 0; i < instruction.count; ++i) {
    const Value text = concatenable(operands[i], context_);
    if (text.is(Kind::error)) {
      const Value pair[] = {i ? Value::of_string({}) : operands[0], i ? operands[i] : operands[1]};
      const Value error = context_.no_overload("'+'", pair, 2);
      context_.unplaced->offset = code_.operand_offsets[instruction.a + i];
      context_.unplaced = nullptr;
      return error;
    }
    operands[i] = text;
    total += text.size;
  }
  if (total > 0xFFFFFFFF || !context_.charge_text(static_cast<std::size_t>(total))) return context_.out_of_budget();
  const auto size = static_cast<std::size_t>(total);
  char* text = context_.arena.characters(size);
  char* end = text;
  for (std::uint32_t i = 0; i < instruction.count; ++i) {
    if (operands[i].size) std::memcpy(end, operands[i].text, operands[i].size);
    end += operands[i].size;
  }
  return Value::of_string({text, size});
}

/// Writes into the last failure where it happened, if that is not known yet.
void Machine::place_failure(std::uint32_t pc) {
  if (!context_.unplaced) return;
  const std::uint32_t offset = code_.offsets[pc];
  context_.unplaced->offset = offset & ~in_where_bit;
  context_.unplaced->in_where = offset & in_where_bit;
  context_.unplaced = nullptr;
}

/// Hands an error to the handler that waits for it. False: it ends the evaluation.
bool Machine::caught(Value error, std::uint32_t& pc, Value*& top, Value* stack) {
  place_failure(pc);
  if (code_.handler_of.empty() || error.failure->code == Code::EXP010) return false;
  const std::uint32_t handler = code_.handler_of[pc];
  if (handler == 0) return false;
  top = stack + code_.handlers[handler - 1].stack;
  *top++ = error;
  pc = code_.handlers[handler - 1].target;
  return true;
}

Value Machine::run(Value* stack) {
  const Instruction* const instructions = code_.instructions.data();
  Value* top = stack;  // one past the topmost value
  std::uint32_t pc = 0;
  while (true) {
    const Instruction& instruction = instructions[pc];
    Value error;
    switch (instruction.op) {
      case Op::constant: *top++ = code_.constants[instruction.a]; break;
      case Op::load_slot:
        if (!context_.charge(1)) goto out_of_budget;
        *top = slots_.load(instruction.a, instruction.b);
        if (top->is(Kind::error)) goto failed_at_top;
        ++top;
        break;
      case Op::load_raw_slot:
        if (!context_.charge(1)) goto out_of_budget;
        *top++ = slots_.as_written(instruction.a);
        break;
      case Op::compare_slot:
        if (!context_.charge(2)) goto out_of_budget;
        *top = compare_slot(instruction);
        if (top->is(Kind::error)) goto failed_at_top;
        ++top;
        break;
      case Op::has_slot:
        if (!context_.charge(1)) goto out_of_budget;
        *top++ = Value::of(!slots_.as_written(instruction.a).is_absent());
        break;
      case Op::load_now:
        if (!context_.charge(1)) goto out_of_budget;
        if (inputs_.now.is_absent()) {
          error = context_.fail(Code::EXP013, {"'now' was not given"});
          goto failed;
        }
        *top++ = inputs_.now;
        break;
      case Op::load_local:
        if (!context_.charge(1)) goto out_of_budget;
        *top++ = loops_[instruction.a].variable();
        break;
      case Op::load_row:
        if (!context_.charge(1)) goto out_of_budget;
        *top++ = rows_[instruction.b].field(instruction.a, slots_, context_);
        break;
      case Op::load_raw_row: *top++ = rows_[instruction.b].raw_field(instruction.a, slots_); break;
      case Op::has_row:
        if (!context_.charge(1)) goto out_of_budget;
        *top++ = Value::of(rows_[instruction.b].has(instruction.a, slots_));
        break;
      case Op::select:
      case Op::has_select:
        if (!context_.charge(1)) goto out_of_budget;
        top[-1] = instruction.op == Op::select ? member_of(top[-1], code_.constants[instruction.a], context_)
                                               : has_member(top[-1], code_.constants[instruction.a], context_);
        if (top[-1].is(Kind::error)) goto failed_below_top;
        break;
      case Op::index:
        if (!context_.charge(1)) goto out_of_budget;
        --top;
        top[-1] = element_at(top[-1], top[0], instruction.detail, context_);
        if (top[-1].is(Kind::error)) goto failed_below_top;
        break;
      case Op::negate:
        if (!context_.charge(1)) goto out_of_budget;
        top[-1] = negate(top[-1], instruction.detail, context_);
        if (top[-1].is(Kind::error)) goto failed_below_top;
        break;
      case Op::not_:
        if (!context_.charge(1)) goto out_of_budget;
        top[-1] = not_(top[-1], context_);
        if (top[-1].is(Kind::error)) goto failed_below_top;
        break;
      case Op::arithmetic:
        if (!context_.charge(1)) goto out_of_budget;
        --top;
        top[-1] = arithmetic(static_cast<Operator>(instruction.detail), top[-1], top[0], instruction.a, context_);
        if (top[-1].is(Kind::error)) goto failed_below_top;
        break;
      case Op::compare:
        if (!context_.charge(1)) goto out_of_budget;
        --top;
        top[-1] = compare(static_cast<Operator>(instruction.detail), top[-1], top[0], context_);
        if (top[-1].is(Kind::error)) goto failed_below_top;
        break;
      case Op::concatenate:
        if (!context_.charge(instruction.count - 1U)) goto out_of_budget;
        top -= instruction.count - 1;
        top[-1] = concatenate(instruction, top - 1);
        if (top[-1].is(Kind::error)) goto failed_below_top;
        break;
      case Op::list: {
        if (!context_.charge(10)) goto out_of_budget;
        Value* elements = context_.arena.array<Value>(instruction.a);
        top -= instruction.a;
        for (std::uint32_t i = 0; i < instruction.a; ++i) elements[i] = top[i];
        *top++ = Value::of_list(elements, instruction.a);
        break;
      }
      case Op::map:
        top -= 2 * std::size_t{instruction.a};
        *top = make_map(top, instruction.a, context_);
        if (top->is(Kind::error)) goto failed_at_top;
        ++top;
        break;
      case Op::call:
        if (!context_.charge(1)) goto out_of_budget;
        top -= instruction.count;
        *top = code_.functions[instruction.a]->call(top, instruction.count, context_);
        if (top->is(Kind::error)) goto failed_at_top;
        ++top;
        break;
      case Op::jump: pc = instruction.a; continue;
      case Op::branch: {
        --top;
        const Condition condition = judge(*top, context_.lenient);
        if (condition == Condition::no_condition) {
          error = context_.no_overload("'?:'", top, 1);
          goto failed;
        }
        if (condition == Condition::unmet) {
          pc = instruction.a;
          continue;
        }
        break;
      }
      case Op::and_left:
      case Op::or_left:
        if (top[-1].kind == Kind::boolean && top[-1].boolean == (instruction.op == Op::or_left)) {
          pc = instruction.a;
          continue;
        }
        break;
      case Op::and_right:
      case Op::or_right:
        if (!context_.charge(1)) goto out_of_budget;
        --top;
        top[-1] = combine(instruction.op == Op::and_right ? Operator::and_ : Operator::or_, top[-1], top[0], context_);
        if (top[-1].is(Kind::error)) goto failed_below_top;
        break;
      case Op::loop_begin:
        if (!context_.charge(1)) goto out_of_budget;
        error = loops_[instruction.a].begin(static_cast<LoopKind>(instruction.detail), *--top, context_);
        if (error.is(Kind::error)) goto failed;
        break;
      case Op::loop_next:
        // cel-go: the condition of a comprehension is a call on its accumulator.
        if (!context_.charge(2)) goto out_of_budget;
        if (!loops_[instruction.a].next(context_)) {
          pc = instruction.b;
          continue;
        }
        break;
      case Op::loop_where: {
        --top;
        const Condition condition = judge(*top, context_.lenient);
        if (condition == Condition::no_condition) {
          error = context_.no_overload("map", top, 1);
          goto failed;
        }
        if (condition == Condition::unmet) {
          pc = instruction.b;
          continue;
        }
        break;
      }
      case Op::loop_step: {
        if (!context_.charge(1)) goto out_of_budget;
        bool leave = false;
        error = loops_[instruction.a].take(*--top, leave, context_);
        place_failure(pc);  // the loop may keep it
        if (error.is(Kind::error)) goto failed;
        pc = leave ? instructions[instruction.b].b : instruction.b;
        continue;
      }
      case Op::loop_end:
        *top = loops_[instruction.a].finish();
        if (top->is(Kind::error)) goto failed_at_top;
        ++top;
        break;
      case Op::rows_begin: {
        Rows& rows = rows_[instruction.a];
        if (instruction.detail) {
          error = rows.begin_list(code_.aggregations[instruction.a], *--top, context_);
          if (error.is(Kind::error)) goto failed;
        } else {
          rows.begin_record(code_.aggregations[instruction.a], slots_, context_);
        }
        break;
      }
      case Op::rows_next:
        if (!context_.charge(2)) goto out_of_budget;
        if (!rows_[instruction.a].next()) {
          pc = instruction.b;
          continue;
        }
        break;
      case Op::rows_where: {
        --top;
        const Condition condition = judge(*top, context_.lenient);
        if (condition == Condition::no_condition) {
          error = context_.no_overload("where", top, 1);
          goto failed;
        }
        if (condition == Condition::unmet) {
          pc = instruction.b;
          continue;
        }
        break;
      }
      case Op::rows_skip:
        if (rows_[instruction.a].is_empty(slots_)) {
          pc = instruction.b;
          continue;
        }
        break;
      case Op::rows_step:
        if (!context_.charge(1)) goto out_of_budget;
        error = rows_[instruction.a].state.take(*--top, context_);
        if (error.is(Kind::error)) goto failed;
        pc = instruction.b;
        continue;
      case Op::rows_end: *top++ = rows_[instruction.a].state.result(); break;
      case Op::fail:
        error = context_.fail(static_cast<Code>(instruction.count), {code_.constants[instruction.a].view()});
        goto failed;
      case Op::render:
        top -= instruction.count;
        *top = render(code_.renderings[instruction.a], top, context_);
        if (top->is(Kind::error)) goto failed_at_top;
        ++top;
        break;
      case Op::finish: return top[-1];
    }
    ++pc;
    continue;

  out_of_budget:
    error = context_.out_of_budget();
    goto failed;
  failed_below_top:
    --top;
  failed_at_top:
    error = *top;
  failed:
    if (!caught(error, pc, top, stack)) return error;
  }
}

}  // namespace

Value Program::evaluate(const Inputs& inputs, Arena& arena, Budget& budget) const {
  // Most programs need few values: these lie on the native stack, uninitialised.
  constexpr std::size_t few = 12;
  alignas(Value) std::byte space[few * sizeof(Value)];
  Value* stack = code_->stack_size <= few ? reinterpret_cast<Value*>(space) : arena.array<Value>(code_->stack_size);
  Machine machine(*code_, inputs, arena, budget.cost);
  const Value result = machine.run(stack);
  budget.cost = machine.cost_left();
  return result;
}

}  // namespace crmsync::expression
