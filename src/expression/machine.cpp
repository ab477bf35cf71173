#include <algorithm>
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
    context_.patterns = &code.patterns;
    if (code.loop_count) loops_ = arena.array<Loop>(code.loop_count);
    if (!code.aggregations.empty()) rows_ = arena.array<Rows>(code.aggregations.size());
  }

  Value run(Value* stack) { return run(stack, stack, 0); }
  /// One aggregate alone: takes rows into `state`. Gives an error, or nothing.
  Value accumulate(const Aggregation& aggregation, AggregateState& state, Value* stack) {
    accumulated_ = &state;
    last_ = aggregation.end;
    return run(stack, stack + aggregation.height, aggregation.begin);
  }
  /// The whole program, with the aggregates' states in the place of their rows.
  Value finish(const AggregateState* states, Value* stack) {
    finished_ = states;
    return run(stack);
  }
  std::uint64_t cost_left() const { return context_.cost_left; }

 private:
  Value run(Value* stack, Value* top, std::uint32_t pc);
  void place_failure(std::uint32_t pc);
  bool caught(Value error, std::uint32_t& pc, Value*& top, Value* stack);
  Value concatenate(const Instruction& instruction, Value* operands);
  // Not inlined: they would crowd what the common instructions need.
  [[gnu::noinline]] bool optional_step(const Instruction& instruction, Value*& top);
  [[gnu::noinline]] Value no_optional(const Instruction& instruction, const Value& found);

  const Program::Code& code_;
  const Inputs& inputs_;
  Context context_;
  Slots slots_;
  Loop* loops_ = nullptr;
  Rows* rows_ = nullptr;
  AggregateState* accumulated_ = nullptr;
  const AggregateState* finished_ = nullptr;
  std::uint32_t last_ = 0xFFFFFFFF;  // instruction; handlers behind it wait for others
};

/// Of a double, and of an int that a double holds exactly.
bool exact_double(const Value& value, double& out) {
  constexpr std::int64_t exact = std::int64_t{1} << 53;
  if (value.kind == Kind::number) {
    out = value.number;
  } else if (value.kind == Kind::integer && value.integer <= exact && value.integer >= -exact) {
    out = static_cast<double>(value.integer);
  } else {
    return false;
  }
  return true;
}

/// Puts `left op right` in the place of `left`. The common shape first: a number against a number.
void compare_into(Value& left, Operator op, const Value& right, Context& context) {
  double a = 0, b = 0;
  if (!exact_double(left, a) || !exact_double(right, b) || op == Operator::in) {
    left = compare(op, left, right, context);
    return;
  }
  left.kind = Kind::boolean;
  switch (op) {
    case Operator::equal: left.boolean = a == b; break;
    case Operator::not_equal: left.boolean = a != b; break;
    case Operator::less: left.boolean = a < b; break;
    case Operator::less_equal: left.boolean = a <= b; break;
    case Operator::greater: left.boolean = a > b; break;
    default: left.boolean = a >= b;
  }
}

/// The same for + - * / %, of doubles first.
void calculate_into(Value& left, Operator op, const Value& right, bool null_is_zero, Context& context) {
  if (left.kind != Kind::number || right.kind != Kind::number || op == Operator::modulo) {
    left = arithmetic(op, left, right, null_is_zero, context);
    return;
  }
  switch (op) {
    case Operator::add: left.number += right.number; break;
    case Operator::subtract: left.number -= right.number; break;
    case Operator::multiply: left.number *= right.number; break;
    default: left.number /= right.number;
  }
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
  // Four bytes of size in a target's size_t: what does not fit there has no room either.
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(total, 0xFFFFFFFF));
  if (!context_.charge_text(size)) return context_.out_of_budget();
  if (size >= max_evaluation_bytes || !context_.has_room(size)) return context_.out_of_memory();
  char* text = context_.arena.characters(size);
  char* end = text;
  for (std::uint32_t i = 0; i < instruction.count; ++i) {
    if (operands[i].size) std::memcpy(end, operands[i].text, operands[i].size);
    end += operands[i].size;
  }
  return Value::of_string({text, size});
}

Value Machine::no_optional(const Instruction& instruction, const Value& found) {
  constexpr std::string_view names[] = {"or", "optFlatMap", "'?'", "or", "orValue", "optMap"};
  const auto step = static_cast<OptionalStep>(instruction.detail);
  return context_.no_overload(names[step == OptionalStep::expect ? instruction.b : instruction.detail], &found, 1);
}

/// Whether to jump.
bool Machine::optional_step(const Instruction& instruction, Value*& top) {
  Value& value = top[-1];
  switch (static_cast<OptionalStep>(instruction.detail)) {
    case OptionalStep::wrap: value = optional_of(value, context_); return false;
    case OptionalStep::expect: return false;
    case OptionalStep::entry: value.flags = Value::entry; return false;
    case OptionalStep::or_:
      if (value.size) return true;
      --top;
      return false;
    case OptionalStep::or_value:
      if (value.size) {
        value = *value.elements;
        return true;
      }
      --top;
      return false;
    case OptionalStep::bind:
      if (value.size == 0) return true;
      loops_[instruction.b].bind(*value.elements);
      --top;
      return false;
  }
  return false;
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
  if (handler == 0 || code_.handlers[handler - 1].target > last_) return false;
  top = stack + code_.handlers[handler - 1].stack;
  *top++ = error;
  pc = code_.handlers[handler - 1].target;
  return true;
}

/// `top` is one past the topmost value.
Value Machine::run(Value* stack, Value* top, std::uint32_t pc) {
  const Instruction* const instructions = code_.instructions.data();
  Value error;
  while (true) {
    const Instruction& instruction = instructions[pc];
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
        *top = slots_.load(instruction.a, instruction.count);
        if (!top->is(Kind::error)) {
          compare_into(*top, static_cast<Operator>(instruction.detail), code_.constants[instruction.b], context_);
        }
        if (top->is(Kind::error)) goto failed_at_top;
        ++top;
        break;
      case Op::compare_constant:
        if (!context_.charge(1)) goto out_of_budget;
        compare_into(top[-1], static_cast<Operator>(instruction.detail), code_.constants[instruction.a], context_);
        if (top[-1].is(Kind::error)) goto failed_below_top;
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
      case Op::select_local:
        if (!context_.charge(2)) goto out_of_budget;
        *top = member_of(loops_[instruction.a].variable(), code_.constants[instruction.b], context_);
        if (top->is(Kind::error)) goto failed_at_top;
        ++top;
        break;
      case Op::load_second:
        if (!context_.charge(1)) goto out_of_budget;
        *top++ = loops_[instruction.a].second();
        break;
      case Op::load_bound:
        if (!context_.charge(1)) goto out_of_budget;
        *top = loops_[instruction.a].variable();
        if (top->is(Kind::error)) goto failed_at_top;
        ++top;
        break;
      case Op::bind: loops_[instruction.a].bind(*--top); break;
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
        // cel-go: has() itself costs nothing, only what leads to the field.
        if (!context_.charge(instruction.op == Op::select)) goto out_of_budget;
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
      case Op::optional_at:
        if (!context_.charge(1)) goto out_of_budget;
        --top;
        top[-1] = optional_at(top[-1], top[0], instruction.detail, context_);
        if (top[-1].is(Kind::error)) goto failed_below_top;
        break;
      case Op::optional:
        if (!context_.charge(1)) goto out_of_budget;
        if (instruction.detail && !top[-1].is(Kind::optional)) {
          error = no_optional(instruction, top[-1]);
          goto failed;
        }
        if (optional_step(instruction, top)) {
          pc = instruction.a;
          continue;
        }
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
        calculate_into(top[-1], static_cast<Operator>(instruction.detail), top[0], instruction.a, context_);
        if (top[-1].is(Kind::error)) goto failed_below_top;
        break;
      case Op::compare:
        if (!context_.charge(1)) goto out_of_budget;
        --top;
        compare_into(top[-1], static_cast<Operator>(instruction.detail), top[0], context_);
        if (top[-1].is(Kind::error)) goto failed_below_top;
        break;
      case Op::concatenate:
        if (!context_.charge(instruction.count - 1U)) goto out_of_budget;
        top -= instruction.count - 1;
        top[-1] = concatenate(instruction, top - 1);
        if (top[-1].is(Kind::error)) goto failed_below_top;
        break;
      case Op::list: {
        if (!context_.charge(10 + instruction.a / 32)) goto out_of_budget;
        top -= instruction.a;
        const std::size_t count = instruction.detail ? settle_entries(top, instruction.a, 1) : instruction.a;
        Value* elements = context_.arena.array<Value>(count);
        for (std::size_t i = 0; i < count; ++i) elements[i] = top[i];
        *top++ = Value::of_list(elements, count);
        break;
      }
      case Op::map:
        top -= 2 * std::size_t{instruction.a};
        *top = make_map(top,
                        instruction.detail ? settle_entries(top, 2 * std::size_t{instruction.a}, 2) / 2 : instruction.a,
                        context_);
        if (top->is(Kind::error)) goto failed_at_top;
        ++top;
        break;
      case Op::call:
        if (!context_.charge(1)) goto out_of_budget;
        top -= instruction.count;
        *top = invoke(*code_.functions[instruction.a], top, instruction.count, context_);
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
        --top;
        top[-1] = combine(instruction.op == Op::and_right ? Operator::and_ : Operator::or_, top[-1], top[0], context_);
        if (top[-1].is(Kind::error)) goto failed_below_top;
        break;
      case Op::loop_begin:
        error = loops_[instruction.a].begin(static_cast<LoopKind>(instruction.detail), *--top, context_);
        if (error.is(Kind::error)) goto failed;
        break;
      case Op::loop_next:
      case Op::loop_pair: {
        Loop& loop = loops_[instruction.a];
        if (!(instruction.op == Op::loop_next ? loop.next(context_) : loop.next_pair(context_))) {
          pc = instruction.b;
          continue;
        }
        if (!context_.charge(instruction.detail + instruction.count)) goto out_of_budget;
        if (!context_.has_room()) goto out_of_memory;
        break;
      }
      case Op::loop_where: {
        --top;
        const Condition condition = judge(*top, context_.lenient);
        if (condition == Condition::no_condition) {
          error = loops_[instruction.a].no_condition(*top, context_);
          goto failed;
        }
        if (condition == Condition::unmet) {
          pc = instruction.b;
          continue;
        }
        break;
      }
      case Op::loop_step: {
        bool leave = false;
        error = loops_[instruction.a].take(*--top, leave, context_);
        place_failure(pc);  // the loop may keep it
        if (error.is(Kind::error)) goto failed;
        pc = leave ? instructions[instruction.b].b : instruction.b;
        continue;
      }
      case Op::loop_end:
        if (!context_.charge(instruction.detail)) goto out_of_budget;
        *top = loops_[instruction.a].finish();
        if (top->is(Kind::error)) goto failed_at_top;
        ++top;
        break;
      case Op::rows_begin: {
        Rows& rows = rows_[instruction.a];
        if (finished_) {
          rows.state = finished_[instruction.a];
          top -= instruction.detail;
          pc = code_.aggregations[instruction.a].end;
          continue;
        }
        if (instruction.detail) {
          error = rows.begin_list(code_.aggregations[instruction.a], *--top, context_);
          if (error.is(Kind::error)) goto failed;
        } else {
          rows.begin_record(code_.aggregations[instruction.a], slots_, context_);
        }
        if (accumulated_) rows.state = *accumulated_;
        break;
      }
      case Op::rows_next:
        if (!context_.charge(2 + instruction.count)) goto out_of_budget;
        if (!context_.has_room()) goto out_of_memory;
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
      case Op::rows_end:
        if (accumulated_) {
          *accumulated_ = rows_[instruction.a].state;
          return {};
        }
        *top = rows_[instruction.a].state.result(context_);
        if (top->is(Kind::error)) goto failed_at_top;
        ++top;
        break;
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
  out_of_memory:
    error = context_.out_of_memory();
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

Value Program::run_partial(std::size_t index, AggregateState* states, const Inputs& inputs, Arena& arena,
                           Budget& budget) const {
  Machine machine(*code_, inputs, arena, budget.cost);
  Value* const stack = arena.array<Value>(code_->stack_size);
  const Value result = index == all_aggregates ? machine.finish(states, stack)
                                               : machine.accumulate(code_->aggregations[index], states[index], stack);
  budget.cost = machine.cost_left();
  return result;
}

}  // namespace crmsync::expression
