#include "expression/aggregate.h"

#include <cmath>

#include "expression/equality.h"

namespace crmsync::expression {

std::string_view AggregateState::name() const {
  constexpr std::string_view names[] = {"SUM", "COUNT", "AVG", "MIN", "MAX", "ANY", "ALL"};
  return names[static_cast<std::size_t>(function_)];
}

Value AggregateState::take(const Value& value, Context& context) {
  if (value.is_nothing()) return {};
  switch (function_) {
    case AggregateFunction::count: count_ += value.kind != Kind::boolean || value.boolean; return {};
    case AggregateFunction::sum:
    case AggregateFunction::average: return add(value, context);
    case AggregateFunction::min:
    case AggregateFunction::max: return choose(value, context);
    case AggregateFunction::any:
    case AggregateFunction::all: return judge(value, context);
  }
  return {};
}

Value AggregateState::add(const Value& value, Context& context) {
  ++count_;
  if (value.kind == Kind::integer) {
    if (!__builtin_add_overflow(integer_, value.integer, &integer_)) return {};
    return context.fail(Code::EXP006, {name(), " overflows 64 bits"});
  }
  if (value.kind != Kind::number) return context.no_overload(name(), &value, 1);
  any_double_ = true;
  const double term = value.number, total = sum_ + term;
  if (std::fabs(sum_) >= std::fabs(term)) {
    compensation_ += (sum_ - total) + term;
  } else {
    compensation_ += (term - total) + sum_;
  }
  sum_ = total;
  return {};
}

Value AggregateState::choose(const Value& value, Context& context) {
  if (count_++ == 0) {
    const Ordering itself = compare_order(value, value, context);
    if (itself == Ordering::out_of_budget) return context.out_of_budget();
    if (itself == Ordering::no_overload) return context.no_overload(name(), &value, 1);
    chosen_ = value;
    return {};
  }
  switch (compare_order(value, chosen_, context)) {
    case Ordering::less:
      if (function_ == AggregateFunction::min) chosen_ = value;
      return {};
    case Ordering::greater:
      if (function_ == AggregateFunction::max) chosen_ = value;
      return {};
    case Ordering::unordered: chosen_ = Value::of_number(std::nan("")); return {};
    case Ordering::out_of_budget: return context.out_of_budget();
    case Ordering::no_overload: {
      const Value values[] = {chosen_, value};
      return context.no_overload(name(), values, 2);
    }
    case Ordering::equal: return {};
  }
  return {};
}

Value AggregateState::judge(const Value& value, Context& context) {
  if (value.kind != Kind::boolean) return context.no_overload(name(), &value, 1);
  ++count_;
  if (value.boolean == (function_ == AggregateFunction::any)) chosen_ = value;
  return {};
}

Value AggregateState::result() const {
  const bool none = count_ == 0;
  switch (function_) {
    case AggregateFunction::count: return Value::of_integer(count_);
    case AggregateFunction::any:
    case AggregateFunction::all:
      if (!chosen_.is_absent()) return chosen_;
      return none ? Value::null() : Value::of(function_ == AggregateFunction::all);
    case AggregateFunction::min:
    case AggregateFunction::max: return none ? Value::null() : chosen_;
    default: break;
  }
  if (none) return function_ == AggregateFunction::sum ? Value::of_integer(0) : Value::null();
  if (!any_double_ && function_ == AggregateFunction::sum) return Value::of_integer(integer_);
  // Once a sum is infinite or NaN its compensation means nothing.
  double total = std::isfinite(sum_) ? sum_ + compensation_ : sum_;
  // The ints are exact up to here; beyond 2^53 the total is rounded once.
  total += static_cast<double>(integer_);
  if (function_ == AggregateFunction::average) total /= static_cast<double>(count_);
  return Value::of_number(total);
}

}  // namespace crmsync::expression
