#include <algorithm>

#include "expression/arithmetic.h"
#include "expression/collections.h"
#include "expression/equality.h"
#include "expression/logic.h"
#include "expression/machine.h"
#include "json/short_text.h"

/// What each instruction does, whatever its operands are, and what is done with errors.
namespace crmsync::expression {

void Machine::place_failure(const Instruction* at) {
  if (!context_.unplaced) return;
  const std::uint32_t offset = code_.offsets[static_cast<std::size_t>(at - code_.instructions.data())];
  context_.unplaced->offset = offset & ((1U << origin_shift) - 1);
  context_.unplaced->origin = static_cast<Origin>(offset >> origin_shift);
  context_.unplaced = nullptr;
}

Machine::Place Machine::failed(Value* top, const Instruction* at) {
  place_failure(at);
  const Value error = top[-1];
  if (code_.handler_of.empty() || error.failure->code == Code::EXP010) return {top, nullptr};
  const std::uint32_t number = code_.handler_of[static_cast<std::size_t>(at - code_.instructions.data())];
  if (number == 0) return {top, nullptr};
  const Handler& handler = code_.handlers[number - 1];
  if (handler.target > last_) return {top, nullptr};
  stack_[handler.stack] = error;
  return {stack_ + handler.stack + 1, instruction(handler.target)};
}

Machine::Place Machine::go_on_if(std::string_view name, std::uint32_t otherwise, Value* top, const Instruction* at) {
  const Condition condition = judge(top[-1], context_.lenient);
  if (condition == Condition::no_condition) return no_condition(name, top, at);
  return {top - 1, condition == Condition::met ? at + 1 : instruction(otherwise)};
}

/// Joins texts at once, in the place of the first. Where one operand is none, the error stands at its operator.
void Machine::concatenate(const Instruction& instruction, Value* operands) {
  std::uint64_t total = 0;
  for (std::uint32_t i = 0; i < instruction.count; ++i) {
    const Value text = concatenable(operands[i], context_);
    if (text.is(Kind::error)) {
      const Value pair[] = {i ? Value::of_string({}) : operands[0], i ? operands[i] : operands[1]};
      operands[0] = context_.no_overload("'+'", pair, 2);
      context_.unplaced->offset = code_.operand_offsets[instruction.a + i];
      context_.unplaced = nullptr;
      return;
    }
    operands[i] = text;
    total += text.size;
  }
  // Four bytes of size in a target's size_t: what does not fit there has no room either.
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(total, 0xFFFFFFFF));
  if (!context_.charge_text(size)) {
    operands[0] = context_.out_of_budget();
  } else if (size >= max_evaluation_bytes || !context_.has_room(size)) {
    operands[0] = context_.out_of_memory();
  } else {
    char* const text = context_.arena.characters(size);
    char* end = text;
    for (std::uint32_t i = 0; i < instruction.count; ++i) {
      copy_bytes(end, operands[i].text, operands[i].size);
      end += operands[i].size;
    }
    operands[0] = Value::of_string({text, size});
  }
}

Machine::Place Machine::optional_step(Value* top, const Instruction* at) {
  Value& value = top[-1];
  if (at->detail && !value.is(Kind::optional)) {
    constexpr std::string_view names[] = {"or", "optFlatMap", "'?'", "or", "orValue", "optMap"};
    const bool flat = at->detail == static_cast<std::uint8_t>(OptionalStep::expect);
    return no_condition(names[flat ? at->b : at->detail], top, at);
  }
  switch (static_cast<OptionalStep>(at->detail)) {
    case OptionalStep::wrap: value = optional_of(value, context_); break;
    case OptionalStep::expect: break;
    case OptionalStep::entry: value.flags = Value::entry; break;
    case OptionalStep::or_:
      if (value.size) return {top, instruction(at->a)};
      --top;
      break;
    case OptionalStep::or_value:
      if (value.size) {
        value = *value.elements;
        return {top, instruction(at->a)};
      }
      --top;
      break;
    case OptionalStep::bind:
      if (value.size == 0) return {top, instruction(at->a)};
      loops_[at->b].bind(*value.elements);
      --top;
      break;
  }
  return {top, at + 1};
}

Machine::Place Machine::begin_rows(Value* top, const Instruction* at) {
  Rows& rows = rows_[at->a];
  const Aggregation& aggregation = code_.aggregations[at->a];
  top -= at->detail;
  if (finished_) {
    rows.state = finished_[at->a];
    return {top, instruction(aggregation.end)};
  }
  if (at->detail) {
    const Value error = rows.begin_list(aggregation, *top, slots_, context_);
    if (error.is(Kind::error)) {
      *top++ = error;
      return failed(top, at);
    }
  } else {
    rows.begin_record(aggregation, slots_, context_);
  }
  if (accumulated_) rows.state = *accumulated_;
  return {top, at + 1};
}

Machine::Place Machine::step(Value* top, const Instruction* at, std::uint64_t& cost_left) {
  context_.cost_left = cost_left;
  const Place place = run(top, at);
  cost_left = context_.cost_left;
  return place;
}

Machine::Place Machine::run(Value* top, const Instruction* at) {
  switch (at->op) {
    case Op::constant: *top++ = code_.constants[at->a]; break;
    case Op::load_slot:
      if (!context_.charge(1)) return out_of_budget(at);
      *top++ = slots_.load(at->a, at->b);
      return settled(top, at);
    case Op::load_time:
      if (!context_.charge(1)) return out_of_budget(at);
      *top++ = slots_.load_time(at->a, at->b);
      return settled(top, at);
    case Op::compare_slot:
      if (!context_.charge(2)) return out_of_budget(at);
      *top++ = slots_.load(at->a, at->count);
      if (top[-1].is(Kind::error)) return failed(top, at);
      top[-1] = compare(static_cast<Operator>(at->detail), top[-1], code_.constants[at->b], context_);
      return settled(top, at);
    case Op::compare_constant:
      if (!context_.charge(1)) return out_of_budget(at);
      top[-1] = compare(static_cast<Operator>(at->detail), top[-1], code_.constants[at->a], context_);
      return settled(top, at);
    case Op::has_slot:
      if (!context_.charge(1)) return out_of_budget(at);
      *top++ = Value::of(!slots_.as_written(at->a).is_absent());
      break;
    case Op::load_raw_slot:
      if (!context_.charge(1)) return out_of_budget(at);
      *top++ = slots_.as_written(at->a);
      break;
    case Op::load_now:
      if (!context_.charge(1)) return out_of_budget(at);
      *top++ = inputs_.now.is_absent() ? context_.fail(Code::EXP013, {"'now' was not given"}) : inputs_.now;
      return settled(top, at);
    case Op::load_local:
      if (!context_.charge(1)) return out_of_budget(at);
      *top++ = loops_[at->a].variable();
      break;
    case Op::select_local: {
      if (!context_.charge(2)) return out_of_budget(at);
      Loop& loop = loops_[at->a];
      *top++ = member_of(loop.variable(), code_.constants[at->b], loop.expected(at->b), context_);
      return settled(top, at);
    }
    case Op::load_second:
      if (!context_.charge(1)) return out_of_budget(at);
      *top++ = loops_[at->a].second();
      break;
    case Op::load_bound:
      if (!context_.charge(1)) return out_of_budget(at);
      *top++ = loops_[at->a].variable();
      return settled(top, at);
    case Op::bind: loops_[at->a].bind(*--top); break;
    case Op::load_row:
      if (!context_.charge(1)) return out_of_budget(at);
      *top++ = rows_[at->b].field(at->a, slots_, context_);
      return settled(top, at);
    case Op::load_raw_row: *top++ = rows_[at->b].raw_field(at->a, slots_); break;
    case Op::has_row:
      if (!context_.charge(1)) return out_of_budget(at);
      *top++ = Value::of(rows_[at->b].has(at->a, slots_));
      break;
    case Op::select: {
      if (!context_.charge(1)) return out_of_budget(at);
      std::uint32_t nowhere = 0;
      top[-1] = member_of(top[-1], code_.constants[at->a], nowhere, context_);
      return settled(top, at);
    }
    case Op::has_select:
      // cel-go: has() itself costs nothing, only what leads to the field.
      top[-1] = has_member(top[-1], code_.constants[at->a], context_);
      return settled(top, at);
    case Op::index:
      if (!context_.charge(1)) return out_of_budget(at);
      --top;
      top[-1] = element_at(top[-1], top[0], at->detail, context_);
      return settled(top, at);
    case Op::optional_at:
      if (!context_.charge(1)) return out_of_budget(at);
      --top;
      top[-1] = optional_at(top[-1], top[0], at->detail, context_);
      return settled(top, at);
    case Op::optional:
      if (!context_.charge(1)) return out_of_budget(at);
      return optional_step(top, at);
    case Op::negate:
      if (!context_.charge(1)) return out_of_budget(at);
      top[-1] = negate(top[-1], at->detail, context_);
      return settled(top, at);
    case Op::not_:
      if (!context_.charge(1)) return out_of_budget(at);
      top[-1] = not_(top[-1], context_);
      return settled(top, at);
    case Op::arithmetic:
      if (!context_.charge(1)) return out_of_budget(at);
      --top;
      top[-1] = arithmetic(static_cast<Operator>(at->detail), top[-1], top[0], at->a, context_);
      return settled(top, at);
    case Op::compare:
      if (!context_.charge(1)) return out_of_budget(at);
      --top;
      top[-1] = compare(static_cast<Operator>(at->detail), top[-1], top[0], context_);
      return settled(top, at);
    case Op::join_ahead: break;
    case Op::concatenate:
      if (!context_.charge(at->count - 1U)) return out_of_budget(at);
      top -= at->count - 1;
      concatenate(*at, top - 1);
      return settled(top, at);
    case Op::list: {
      if (!context_.charge(10 + at->a / 32)) return out_of_budget(at);
      top -= at->a;
      const std::size_t count = at->detail ? settle_entries(top, at->a, 1) : at->a;
      Value* elements = context_.arena.array<Value>(count);
      for (std::size_t i = 0; i < count; ++i) elements[i] = top[i];
      *top++ = Value::of_list(elements, count);
      break;
    }
    case Op::map: {
      const std::size_t size = 2 * std::size_t{at->a};
      top -= size;
      *top = make_map(top, at->detail ? settle_entries(top, size, 2) / 2 : at->a, context_);
      return settled(top + 1, at);
    }
    case Op::call:
      if (!context_.charge(1)) return out_of_budget(at);
      top -= at->count;
      *top = invoke(*code_.functions[at->a], top, at->count, context_);
      return settled(top + 1, at);
    case Op::jump: return {top, instruction(at->a)};
    case Op::branch: return go_on_if("'?:'", at->a, top, at);
    case Op::and_left:
    case Op::or_left:
      if (top[-1].kind != Kind::boolean || top[-1].boolean != (at->op == Op::or_left)) break;
      return {top, instruction(at->a)};
    case Op::and_right:
    case Op::or_right:
      --top;
      top[-1] = combine(at->op == Op::and_right ? Operator::and_ : Operator::or_, top[-1], top[0], context_);
      return settled(top, at);
    case Op::loop_begin:
      top[-1] = loops_[at->a].begin(static_cast<LoopKind>(at->detail), top[-1], context_);
      if (top[-1].is(Kind::error)) return failed(top, at);
      --top;
      break;
    case Op::loop_next:
    case Op::loop_pair: {
      Loop& loop = loops_[at->a];
      const bool more = at->op == Op::loop_next ? loop.next(context_.lenient) : loop.next_pair(context_.lenient);
      if (!more) return {top, instruction(at->b)};
      if (!context_.charge(at->detail + at->count)) return out_of_budget(at);
      if (!context_.has_room()) return out_of_memory(at);
      break;
    }
    case Op::loop_where: return go_on_if(loops_[at->a].name(), at->b, top, at);
    case Op::loop_step: {
      bool leave = false;
      top[-1] = loops_[at->a].take(top[-1], leave, context_);
      place_failure(at);  // the loop may keep it
      if (top[-1].is(Kind::error)) return failed(top, at);
      return {top - 1, instruction(leave ? instruction(at->b)->b : at->b)};
    }
    case Op::loop_end:
      if (!context_.charge(at->detail)) return out_of_budget(at);
      *top++ = loops_[at->a].finish();
      return settled(top, at);
    case Op::rows_begin: return begin_rows(top, at);
    case Op::rows_next:
      if (!context_.charge(2 + at->count)) return out_of_budget(at);
      if (!context_.has_room()) return out_of_memory(at);
      if (!rows_[at->a].next()) return {top, instruction(at->b)};
      break;
    case Op::rows_where: return go_on_if("where", at->b, top, at);
    case Op::rows_skip:
      if (rows_[at->a].is_empty(slots_, context_)) return {top, instruction(at->b)};
      break;
    case Op::rows_step:
      if (!context_.charge(1)) return out_of_budget(at);
      top -= at->detail;
      top[-1] = rows_[at->a].state.take(top[-1], at->detail ? *top : Value{}, context_);
      if (top[-1].is(Kind::error)) return failed(top, at);
      return {top - 1, instruction(at->b)};
    case Op::rows_end:
      if (accumulated_) {
        *accumulated_ = rows_[at->a].state;
        *top++ = {};
        return {top, nullptr};
      }
      *top++ = rows_[at->a].state.result(context_);
      return settled(top, at);
    case Op::fail:
      *top++ = context_.fail(static_cast<Code>(at->count), {code_.constants[at->a].view()});
      return failed(top, at);
    case Op::render:
      top -= at->count;
      *top = render(code_.renderings[at->a], top, context_);
      return settled(top + 1, at);
    case Op::finish: return {top, nullptr};
  }
  return {top, at + 1};
}

}  // namespace crmsync::expression
