#include "expression/loop.h"

#include <algorithm>

#include "expression/equality.h"
#include "expression/logic.h"

namespace crmsync::expression {

std::string_view Loop::name() const {
  constexpr std::string_view names[] = {"all",    "exists",        "exists_one",   "map",
                                        "filter", "transformList", "transformMap", "transformMapEntry"};
  return names[static_cast<std::size_t>(kind_)];
}

Value Loop::begin(LoopKind kind, const Value& range, Context& context) {
  *this = Loop{};
  kind_ = kind;
  if (range.kind != Kind::list && range.kind != Kind::map) return context.no_overload(name(), &range, 1);
  range_ = range;
  if (kind >= LoopKind::map) {
    // cel-go: the empty list or map, and the one so far in every round. Paid before it is taken, so that loops that
    // break off cannot fill the memory.
    const bool makes_map = kind >= LoopKind::transform_map;
    if (!context.charge((makes_map ? 30 : 10) + std::uint64_t{range.size})) return context.out_of_budget();
    if (!context.has_room(range.size * (makes_map ? sizeof(Member) : sizeof(Value)))) return context.out_of_memory();
    if (makes_map) {
      capacity_ = range.size;
      members_ = context.arena.room<Member>(capacity_);
    } else {
      elements_ = context.arena.room<Value>(range.size);
    }
  }
  result_ = Value::of(kind == LoopKind::all);
  return {};
}

bool Loop::next_pair(bool lenient) {
  if (!next(lenient)) return false;
  const std::uint32_t i = index_ - 1;
  if (range_.kind == Kind::list) {
    second_ = variable_;
    variable_ = Value::of_integer(i);
  } else {
    second_ = scalar(range_.members[i].value, lenient);
  }
  return true;
}

Value Loop::insert(const Value& key, const Value& value, Context& context) {
  // cel-go: a call of cel.@mapInsert and its arguments.
  if (!context.charge(3)) return context.out_of_budget();
  if (taken_ == capacity_) {
    const std::uint32_t larger = std::max(8U, capacity_ * 2);
    if (!context.charge(larger)) return context.out_of_budget();
    Member* const members = context.arena.room<Member>(larger);
    std::copy(members_, members_ + taken_, members);
    members_ = members;
    capacity_ = larger;
  }
  members_[taken_].key = key;
  members_[taken_++].value = value;
  return {};
}

/// The entries that transformMapEntry's body gave; none may have a key that is there already.
Value Loop::insert_all(const Value& map, Context& context) {
  if (map.kind != Kind::map) return context.no_overload(name(), &map, 1);
  for (std::uint32_t i = 0; i < map.size; ++i) {
    bool out_of_budget = false;
    if (find_member(Value::of_map(members_, taken_), map.members[i].key, context, out_of_budget)) {
      return context.fail(Code::EXP019, {name(), ": a map has the same key twice"});
    }
    if (out_of_budget) return context.out_of_budget();
    const Value error = insert(map.members[i].key, map.members[i].value, context);
    if (error.is(Kind::error)) return error;
  }
  return {};
}

Value Loop::take(const Value& value, bool& leave, Context& context) {
  switch (kind_) {
    case LoopKind::map:
    case LoopKind::transform_list: return append(value, context.cost_left) ? Value{} : context.out_of_budget();
    case LoopKind::transform_map: return insert(variable_, value, context);
    case LoopKind::transform_map_entry: return insert_all(value, context);
    default: break;
  }
  if (kind_ == LoopKind::filter || kind_ == LoopKind::exists_one) {
    const Condition condition = judge(value, context.lenient);
    if (condition == Condition::no_condition) return context.no_overload(name(), &value, 1);
    if (condition == Condition::unmet) return {};
    if (kind_ == LoopKind::filter)
      return append(Value::of(true), context.cost_left) ? Value{} : context.out_of_budget();
    ++taken_;
    return context.charge(1) ? Value{} : context.out_of_budget();
  }
  // Errors stay in the result until an element settles it.
  const bool all = kind_ == LoopKind::all;
  const bool wrong = !value.is(Kind::error) && judge(value, context.lenient) == Condition::no_condition;
  const Value condition = wrong ? context.no_overload(name(), &value, 1) : value;
  result_ = combine(all ? Operator::and_ : Operator::or_, result_, condition, context);
  leave = result_.kind == Kind::boolean && result_.boolean != all;
  return {};
}

Value Loop::finish() const {
  switch (kind_) {
    case LoopKind::map:
    case LoopKind::transform_list:
    case LoopKind::filter: return Value::of_list(elements_, taken_);
    case LoopKind::transform_map:
    case LoopKind::transform_map_entry: return Value::of_map(members_, taken_);
    case LoopKind::exists_one: return Value::of(taken_ == 1);
    default: return result_;
  }
}

}  // namespace crmsync::expression
