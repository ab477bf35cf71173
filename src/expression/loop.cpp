#include "expression/loop.h"

#include <algorithm>

#include "expression/equality.h"
#include "expression/logic.h"

namespace crmsync::expression {
namespace {

std::string_view name(LoopKind kind) {
  constexpr std::string_view names[] = {"all",    "exists",        "exists_one",   "map",
                                        "filter", "transformList", "transformMap", "transformMapEntry"};
  return names[static_cast<std::size_t>(kind)];
}

}  // namespace

Value Loop::begin(LoopKind kind, const Value& range, Context& context) {
  *this = Loop{};
  if (range.kind != Kind::list && range.kind != Kind::map) return context.no_overload(name(kind), &range, 1);
  kind_ = kind;
  range_ = range;
  if (kind >= LoopKind::map) {
    // cel-go: the empty list or map, and the one so far in every round. Paid before it is taken, so that loops that
    // break off cannot fill the memory.
    const bool makes_map = kind >= LoopKind::transform_map;
    if (!context.charge((makes_map ? 30 : 10) + std::uint64_t{range.size})) return context.out_of_budget();
    if (!context.has_room(range.size * (makes_map ? sizeof(Member) : sizeof(Value)))) return context.out_of_memory();
    if (makes_map) {
      capacity_ = range.size;
      members_ = context.arena.array<Member>(capacity_);
    } else {
      elements_ = context.arena.array<Value>(range.size);
    }
  }
  result_ = Value::of(kind == LoopKind::all);
  return {};
}

bool Loop::next(const Context& context) {
  if (index_ == range_.size) return false;
  const std::uint32_t i = index_++;
  variable_ = range_.kind == Kind::list ? scalar(range_.elements[i], context.lenient) : range_.members[i].key;
  return true;
}

bool Loop::next_pair(const Context& context) {
  if (!next(context)) return false;
  const std::uint32_t i = index_ - 1;
  if (range_.kind == Kind::list) {
    second_ = variable_;
    variable_ = Value::of_integer(i);
  } else {
    second_ = scalar(range_.members[i].value, context.lenient);
  }
  return true;
}

Value Loop::no_condition(const Value& value, Context& context) const {
  return context.no_overload(name(kind_), &value, 1);
}

Value Loop::append(const Value& element, Context& context) {
  // cel-go: a list of one, with filter() its variable, and its joining with the list so far.
  if (!context.charge(kind_ == LoopKind::filter ? 12 : 11)) return context.out_of_budget();
  elements_[taken_++] = element;
  return {};
}

Value Loop::insert(const Value& key, const Value& value, Context& context) {
  // cel-go: a call of cel.@mapInsert and its arguments.
  if (!context.charge(3)) return context.out_of_budget();
  if (taken_ == capacity_) {
    const std::uint32_t larger = std::max(8U, capacity_ * 2);
    if (!context.charge(larger)) return context.out_of_budget();
    Member* const members = context.arena.array<Member>(larger);
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
  if (map.kind != Kind::map) return context.no_overload(name(kind_), &map, 1);
  for (std::uint32_t i = 0; i < map.size; ++i) {
    bool out_of_budget = false;
    if (find_member(Value::of_map(members_, taken_), map.members[i].key, context, out_of_budget)) {
      return context.fail(Code::EXP019, {name(kind_), ": a map has the same key twice"});
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
    case LoopKind::transform_list: return append(value, context);
    case LoopKind::transform_map: return insert(variable_, value, context);
    case LoopKind::transform_map_entry: return insert_all(value, context);
    default: break;
  }
  if (kind_ == LoopKind::filter || kind_ == LoopKind::exists_one) {
    const Condition condition = judge(value, context.lenient);
    if (condition == Condition::no_condition) return no_condition(value, context);
    if (condition == Condition::unmet) return {};
    if (kind_ == LoopKind::filter) return append(variable_, context);
    ++taken_;
    return context.charge(1) ? Value{} : context.out_of_budget();
  }
  // Errors stay in the result until an element settles it.
  const bool all = kind_ == LoopKind::all;
  const bool wrong = !value.is(Kind::error) && judge(value, context.lenient) == Condition::no_condition;
  const Value condition = wrong ? no_condition(value, context) : value;
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
