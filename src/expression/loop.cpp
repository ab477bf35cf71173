#include "expression/loop.h"

#include "expression/logic.h"

namespace crmsync::expression {
namespace {

std::string_view name(LoopKind kind) {
  constexpr std::string_view names[] = {"all", "exists", "exists_one", "map", "filter"};
  return names[static_cast<std::size_t>(kind)];
}

}  // namespace

Value Loop::begin(LoopKind kind, const Value& range, Context& context) {
  *this = Loop{};
  if (range.kind != Kind::list && range.kind != Kind::map) return context.no_overload(name(kind), &range, 1);
  kind_ = kind;
  range_ = range;
  if (kind == LoopKind::map || kind == LoopKind::filter) {
    // cel-go: the empty list, and the list so far in every round. Paid before it is taken, so that loops that break off
    // cannot fill the memory.
    if (!context.charge(10 + std::uint64_t{range.size})) return context.out_of_budget();
    if (!context.has_room(range.size * sizeof(Value))) return context.out_of_memory();
    elements_ = context.arena.array<Value>(range.size);
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

Value Loop::append(const Value& element, Context& context) {
  // cel-go: a list of one, with filter() its variable, and its joining with the list so far.
  if (!context.charge(kind_ == LoopKind::map ? 11 : 12)) return context.out_of_budget();
  elements_[taken_++] = element;
  return {};
}

Value Loop::take(const Value& value, bool& leave, Context& context) {
  if (kind_ == LoopKind::map) return append(value, context);
  if (kind_ == LoopKind::filter || kind_ == LoopKind::exists_one) {
    const Condition condition = judge(value, context.lenient);
    if (condition == Condition::no_condition) return context.no_overload(name(kind_), &value, 1);
    if (condition == Condition::unmet) return {};
    if (kind_ == LoopKind::filter) return append(variable_, context);
    ++taken_;
    return context.charge(1) ? Value{} : context.out_of_budget();
  }
  // Errors stay in the result until an element settles it.
  const bool all = kind_ == LoopKind::all;
  const bool no_condition = !value.is(Kind::error) && judge(value, context.lenient) == Condition::no_condition;
  const Value condition = no_condition ? context.no_overload(name(kind_), &value, 1) : value;
  result_ = combine(all ? Operator::and_ : Operator::or_, result_, condition, context);
  leave = result_.kind == Kind::boolean && result_.boolean != all;
  return {};
}

Value Loop::finish() const {
  switch (kind_) {
    case LoopKind::map:
    case LoopKind::filter: return Value::of_list(elements_, taken_);
    case LoopKind::exists_one: return Value::of(taken_ == 1);
    default: return result_;
  }
}

}  // namespace crmsync::expression
