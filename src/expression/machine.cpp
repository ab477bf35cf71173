#include "expression/machine.h"

#include <algorithm>

#include "expression/equality.h"
#include "json/short_text.h"

/// Runs programs: a switch in a loop over a stack of values. `run_plainly` has the plain shape of the common
/// instructions, where nothing can fail: a handful of lines each, over a few variables that a compiler keeps in
/// registers. All else, also where the budget ends, is `Machine::step`, which knows every instruction whole. Before
/// both, `run_one_value` and one comparison in `Program::evaluate` do without a stack: of a short program's time, what
/// surrounds it is the most (docs/performance.md). All must agree on value and cost;
/// tests/engine/expression_shapes.cpp and the fuzz target `evaluate` hold them to it.
namespace crmsync::expression {
namespace {

/// Of a double, and of an int that a double holds exactly.
inline bool exact_double(const Value& value, double& out) {
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

/// For which of less, equal, greater and unordered, a bit each, an operator holds; none for `in`.
inline unsigned holding(Operator op) {
  constexpr unsigned less = 1, equal = 2, greater = 4, unordered = 8;
  switch (op) {
    case Operator::equal: return equal;
    case Operator::not_equal: return less | greater | unordered;
    case Operator::less: return less;
    case Operator::less_equal: return less | equal;
    case Operator::greater: return greater;
    case Operator::greater_equal: return greater | equal;
    default: return 0;
  }
}

/// A number against a number. False, and nothing done, if these are none.
inline bool compare_plainly(const Value& left, Operator op, const Value& right, Value& result) {
  double a = 0, b = 0;
  const unsigned holds_for = holding(op);
  if (!exact_double(left, a) || !exact_double(right, b) || holds_for == 0) return false;
  const unsigned ordered =
      static_cast<unsigned>(a < b) | static_cast<unsigned>(a == b) << 1 | static_cast<unsigned>(a > b) << 2;
  result = Value::of(((ordered ? ordered : 8) & holds_for) != 0);
  return true;
}

/// Doubles, in the place of the left one.
inline bool calculate_plainly(Value& left, Operator op, const Value& right) {
  if (left.kind != Kind::number || right.kind != Kind::number) return false;
  switch (op) {
    case Operator::add: left.number += right.number; return true;
    case Operator::subtract: left.number -= right.number; return true;
    case Operator::multiply: left.number *= right.number; return true;
    case Operator::divide: left.number /= right.number; return true;
    default: return false;
  }
}

/// A value of the record that has not to be decoded, converted or kept. `is_spelt`: texts may spell the value.
inline bool load_plainly(const Value& written, bool is_spelt, Value& value) {
  if (written.kind == Kind::numeral) return read_short(written, value);
  const bool ready = written.kind == Kind::string ? written.flags == 0 && !is_spelt
                                                  : written.kind == Kind::number || written.kind == Kind::boolean;
  if (!ready) return false;
  value = written;
  return true;
}

inline bool is_short(const Value& value) {
  return value.is(Kind::string) && value.size <= short_size;
}

/// Texts up to this size are compared for nothing (Context::charge_text).
constexpr std::uint32_t free_size = 10;

/// A text in a list, of which it costs only the elements to look for it.
inline bool is_plain_search(const Value& element, const Value& container) {
  return element.is(Kind::string) && element.size <= free_size && container.is(Kind::list);
}
inline bool is_among(const Value& text, const Value& list) {
  for (std::uint32_t i = 0; i < list.size; ++i) {
    const Value& other = list.elements[i];
    if (other.is(Kind::string) && other.size == text.size && same_short(other.text, text.text, text.size)) return true;
  }
  return false;
}

/// Elements of a list mostly have the same members in the same order: where it was found before.
inline const Value* expected_member(Loop& loop, std::uint32_t name, const Constants& constants) {
  const Value& map = loop.variable();
  const std::uint32_t expected = loop.expected(name);
  if (map.kind != Kind::map || expected >= map.size || map.size >= 32) return nullptr;  // of more a search costs
  const Value& key = map.members[expected].key;
  const Value& wanted = constants[name];
  const bool same = is_short(key) && key.size == wanted.size && same_short(key.text, wanted.text, key.size);
  return same ? &map.members[expected].value : nullptr;
}

/// Joins short texts, `operand(0)` and so on; `cost` is what it costs beside their size. False, and nothing done, if
/// one of them is not plain or there is no room at hand.
template <class Operand>
inline bool join_plainly(std::uint32_t count, std::uint32_t cost, const Operand& operand, Arena& arena,
                         std::uint64_t& cost_left, Value& result) {
  constexpr std::uint32_t max_size = 1024;
  std::uint32_t size = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const Value& text = operand(i);
    if (!is_short(text) || text.flags) return false;
    size += text.size;
  }
  cost += size ? (size - 1) / 10 : 0;
  if (size > max_size || cost > cost_left) return false;
  char* const text = arena.characters_at_hand(size);
  if (!text) return false;
  cost_left -= cost;
  char* end = text;
  for (std::uint32_t i = 0; i < count; ++i) {
    copy_short(end, operand(i).text, operand(i).size);
    end += operand(i).size;
  }
  result = Value::of_string({text, size});
  return true;
}

/// What the instructions behind `join_ahead` push and join, without pushing it.
inline bool join_ahead(const Instruction& join, const Constants& constants, const Value* record, Arena& arena,
                       std::uint64_t& cost_left, Value& result) {
  const Instruction* const operands = &join + 1;
  const auto operand = [&](std::uint32_t i) -> const Value& {
    return operands[i].op == Op::constant ? constants[operands[i].a] : record[operands[i].a];
  };
  return join_plainly(join.count, join.a, operand, arena, cost_left, result);
}

/// Programs that never have more than one value at a time, `Program::Code::one_value`, need no stack: comparisons,
/// defaults and joined texts. False, and nothing spent, where something is not plain; then all begins again.
inline bool run_one_value(const Program::Code& code, const Value* record, Arena& arena, Budget& budget, Value& value) {
  const Instruction* const instructions = code.instructions.data();
  std::uint64_t cost_left = budget.cost;
  for (const Instruction* at = instructions;; ++at) {
    switch (at->op) {
      case Op::constant: value = code.constants[at->a]; break;
      case Op::load_slot:
        if (cost_left == 0 || !load_plainly(record[at->a], at->detail, value)) return false;
        --cost_left;
        break;
      case Op::compare_slot:
        if (cost_left < 2 || !load_plainly(record[at->a], true, value)) return false;
        if (!compare_plainly(value, static_cast<Operator>(at->detail), code.constants[at->b], value)) return false;
        cost_left -= 2;
        break;
      case Op::has_slot:
        if (cost_left == 0) return false;
        --cost_left;
        value = Value::of(!record[at->a].is_absent());
        break;
      case Op::branch:
        if (value.kind != Kind::boolean) return false;
        if (!value.boolean) at = instructions + at->a - 1;
        break;
      case Op::jump: at = instructions + at->a - 1; break;
      case Op::join_ahead:
        if (!join_ahead(*at, code.constants, record, arena, cost_left, value)) return false;
        at += at->count + 1;
        break;
      case Op::finish: budget.cost = cost_left; return true;
      default: return false;
    }
  }
}

/// Where an evaluation is.
struct State {
  Value* top;
  const Instruction* at;
  std::uint64_t cost_left;
};

/// Goes on until the end (true) or until an instruction that is not plain. Calls nothing: what lives across a call does
/// not stay in a register. `machine` is there if a loop is under way.
[[gnu::noinline]] bool run_plainly(const Program::Code& code, const Value* record, Arena& arena, Machine* machine,
                                   State& state) {
  const Instruction* const instructions = code.instructions.data();
  const Constants& constants = code.constants;
  Value* top = state.top;
  const Instruction* at = state.at;
  std::uint64_t cost_left = state.cost_left;
  bool finished = false;
  const auto pay = [&cost_left](std::uint64_t cost) {
    if (cost > cost_left) return false;
    cost_left -= cost;
    return true;
  };
  while (true) {
    switch (at->op) {
      case Op::constant: *top++ = constants[at->a]; break;
      case Op::load_slot:
        if (!load_plainly(record[at->a], at->detail, *top) || !pay(1)) goto not_plain;
        ++top;
        break;
      case Op::compare_slot:
        if (!load_plainly(record[at->a], true, *top)) goto not_plain;
        if (!compare_plainly(*top, static_cast<Operator>(at->detail), constants[at->b], *top) || !pay(2))
          goto not_plain;
        ++top;
        break;
      case Op::has_slot:
        if (!pay(1)) goto not_plain;
        *top++ = Value::of(!record[at->a].is_absent());
        break;
      case Op::compare_constant: {
        const Value& constant = constants[at->a];
        const auto op = static_cast<Operator>(at->detail);
        if (op == Operator::in) {
          if (!is_plain_search(top[-1], constant) || !pay(std::max(constant.size, 1U))) goto not_plain;
          top[-1] = Value::of(is_among(top[-1], constant));
          break;
        }
        if (cost_left == 0 || !compare_plainly(top[-1], op, constant, top[-1])) goto not_plain;
        --cost_left;
        break;
      }
      case Op::compare:
        if (cost_left == 0) goto not_plain;
        if (!compare_plainly(top[-2], static_cast<Operator>(at->detail), top[-1], top[-2])) goto not_plain;
        --cost_left;
        --top;
        break;
      case Op::arithmetic:
        if (cost_left == 0) goto not_plain;
        if (!calculate_plainly(top[-2], static_cast<Operator>(at->detail), top[-1])) goto not_plain;
        --cost_left;
        --top;
        break;
      case Op::join_ahead:
        if (!join_ahead(*at, constants, record, arena, cost_left, *top)) break;
        ++top;
        at += at->count + 1;
        break;
      case Op::concatenate: {
        Value* const texts = top - at->count;
        const auto operand = [texts](std::uint32_t i) -> const Value& { return texts[i]; };
        if (!join_plainly(at->count, at->count - 1U, operand, arena, cost_left, *texts)) goto not_plain;
        top = texts + 1;
        break;
      }
      case Op::call: {
        const auto function = static_cast<Inline>(at->detail);
        if (function == Inline::none || !is_short(top[-1]) || !top[-2].is(Kind::string)) goto not_plain;
        const Value& text = top[-2];
        const Value& part = top[-1];
        if (!pay(1 + (text.size ? (text.size - 1) / 10 : 0))) goto not_plain;
        const bool fits = text.size >= part.size;
        const char* const place = text.text + (fits && function == Inline::ends_with ? text.size - part.size : 0);
        top[-2] = Value::of(fits && same_short(place, part.text, part.size));
        --top;
        break;
      }
      case Op::jump: at = instructions + at->a; continue;
      case Op::branch:
        if (top[-1].kind != Kind::boolean) goto not_plain;
        --top;
        if (top->boolean) break;
        at = instructions + at->a;
        continue;
      case Op::and_left:
      case Op::or_left:
        if (top[-1].kind == Kind::boolean && top[-1].boolean == (at->op == Op::or_left)) {
          at = instructions + at->a;
          continue;
        }
        break;
      case Op::and_right:
      case Op::or_right:
        if (top[-2].kind != Kind::boolean || top[-1].kind != Kind::boolean) goto not_plain;
        // What is on the left has decided nothing.
        top[-2] = top[-1];
        --top;
        break;
      case Op::load_local:
        if (!pay(1)) goto not_plain;
        *top++ = machine->loop(at->a).variable();
        break;
      case Op::select_local: {
        const Value* const member = expected_member(machine->loop(at->a), at->b, constants);
        if (!member || !load_plainly(*member, false, *top) || !pay(2)) goto not_plain;
        ++top;
        break;
      }
      case Op::loop_next: {
        const unsigned cost = at->detail + at->count;
        Loop& loop = machine->loop(at->a);
        if (!loop.next_is_plain() || cost > cost_left || !machine->has_room()) goto not_plain;
        loop.next_plainly();
        cost_left -= cost;
        break;
      }
      case Op::loop_step:
        if (!machine->loop(at->a).append(top[-1], cost_left)) goto not_plain;
        --top;
        at = instructions + at->b;
        continue;
      case Op::rows_next: {
        const unsigned cost = 2U + at->count;
        if (cost > cost_left || !machine->has_room() || !machine->rows(at->a).next_plainly()) goto not_plain;
        cost_left -= cost;
        break;
      }
      case Op::rows_skip:
        if (!machine->rows(at->a).is_filled()) goto not_plain;
        break;
      case Op::load_row: {
        bool is_spelt = false;
        const Value* const field = machine->rows(at->b).plain_field(at->a, is_spelt);
        if (!field || !load_plainly(*field, is_spelt, *top) || !pay(1)) goto not_plain;
        ++top;
        break;
      }
      case Op::rows_step:
        if (at->detail || cost_left == 0 || !machine->rows(at->a).state.take_plainly(top[-1])) goto not_plain;
        --cost_left;
        --top;
        at = instructions + at->b;
        continue;
      case Op::finish: finished = true; goto not_plain;
      default: goto not_plain;
    }
    ++at;
  }
not_plain:
  state = {top, at, cost_left};
  return finished;
}

/// Goes on where a machine is needed, until the end.
[[gnu::noinline]] Value run(Machine& machine, const Program::Code& code, const Value* record, Arena& arena,
                            Budget& budget, State state) {
  do {
    const Machine::Place place = machine.step(state.top, state.at, state.cost_left);
    state.top = place.top;
    if (!place.next) break;
    state.at = place.next;
  } while (!run_plainly(code, record, arena, &machine, state));
  budget.cost = state.cost_left;
  return state.top[-1];
}

[[gnu::noinline]] Value run_with_machine(const Program::Code& code, const Inputs& inputs, Arena& arena, Budget& budget,
                                         Value* stack, State state) {
  Machine machine(code, inputs, arena, stack);
  return run(machine, code, inputs.record, arena, budget, state);
}

[[gnu::noinline]] Value run_on_stack(const Program::Code& code, const Inputs& inputs, Arena& arena, Budget& budget) {
  // Most programs need few values: these lie on the native stack, uninitialised.
  constexpr std::size_t few = 12;
  alignas(Value) std::byte space[few * sizeof(Value)];
  Value* const stack = code.stack_size <= few ? reinterpret_cast<Value*>(space) : arena.array<Value>(code.stack_size);
  State state{stack, code.instructions.data(), budget.cost};
  if (!run_plainly(code, inputs.record, arena, nullptr, state)) {
    return run_with_machine(code, inputs, arena, budget, stack, state);
  }
  budget.cost = state.cost_left;
  return *stack;
}

[[gnu::noinline]] Value evaluate_any(const Program::Code& code, const Inputs& inputs, Arena& arena, Budget& budget) {
  Value value;
  if (code.one_value && run_one_value(code, inputs.record, arena, budget, value)) return value;
  return run_on_stack(code, inputs, arena, budget);
}

}  // namespace

Value Program::evaluate(const Inputs& inputs, Arena& arena, Budget& budget) const {
  const Code& code = *code_;
  const Instruction* const first = code.instructions.data();
  Value value;
  // The shape of most conditions and filters: one field against a number.
  if (first->op == Op::compare_slot && first[1].op == Op::finish && budget.cost >= 2 &&
      load_plainly(inputs.record[first->a], true, value) &&
      compare_plainly(value, static_cast<Operator>(first->detail), code.constants[first->b], value)) {
    budget.cost -= 2;
    return value;
  }
  return evaluate_any(code, inputs, arena, budget);
}

Value Program::run_partial(std::size_t index, AggregateState* states, const Inputs& inputs, Arena& arena,
                           Budget& budget) const {
  const Code& code = *code_;
  Value* const stack = arena.array<Value>(code.stack_size);
  Machine machine(code, inputs, arena, stack);
  State state{stack, code.instructions.data(), budget.cost};
  if (index == all_aggregates) {
    machine.finish(states);
  } else {
    const Aggregation& aggregation = code.aggregations[index];
    machine.accumulate(aggregation, states[index]);
    state.top += aggregation.height;
    state.at += aggregation.begin;
  }
  return run(machine, code, inputs.record, arena, budget, state);
}

}  // namespace crmsync::expression
