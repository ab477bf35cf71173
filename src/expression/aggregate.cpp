#include "expression/aggregate.h"

#include <cmath>

#include "expression/equality.h"
#include "expression/limits.h"
#include "expression/typed_value.h"
#include "json/number.h"

namespace crmsync::expression {

std::string_view AggregateState::name() const {
  constexpr std::string_view names[] = {"SUM", "COUNT",          "AVG",   "MIN", "MAX", "ANY",
                                        "ALL", "COUNT_DISTINCT", "FIRST", "LAST"};
  return names[static_cast<std::size_t>(function_)];
}

/// What a written state calls its value.
std::string_view AggregateState::key() const {
  constexpr std::string_view keys[] = {"sum", "count", "sum", "min", "max", "any", "all", "distinct", "first", "last"};
  return keys[static_cast<std::size_t>(function_)];
}

Value AggregateState::take(const Value& given, const Value& key, Context& context) {
  // What an optional holds is what counts where values are kept as results are.
  const Value value = function_ >= AggregateFunction::count_distinct ? given.held() : given;
  if (value.is_nothing()) return {};
  if (function_ == AggregateFunction::count) {
    count_ += value.kind != Kind::boolean || value.boolean;
    return {};
  }
  ++count_;
  switch (function_) {
    case AggregateFunction::min:
    case AggregateFunction::max: return choose(value, context);
    case AggregateFunction::any:
    case AggregateFunction::all: return judge(value, context);
    case AggregateFunction::count_distinct: return distinct_.add(value, context);
    case AggregateFunction::first:
    case AggregateFunction::last: return place(value, key, context);
    default: return add(value, context);
  }
}

Value AggregateState::add(const Value& value, Context& context) {
  if (value.kind == Kind::integer) {
    sum_.add(value.integer);
    return {};
  }
  if (value.kind != Kind::number) return context.no_overload(name(), &value, 1);
  any_double_ = true;
  if (!std::isfinite(value.number)) {
    infinite_ += value.number;
  } else if (std::fabs(value.number) > ExactSum::largest_term) {
    return context.fail(Code::EXP006, {name(), " takes numbers up to 2^960"});
  } else {
    sum_.add(value.number);
  }
  return {};
}

Value AggregateState::choose(const Value& value, Context& context) {
  if (chosen_.is_absent()) {
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
  if (value.boolean == (function_ == AggregateFunction::any)) chosen_ = value;
  return {};
}

Value AggregateState::place(const Value& value, const Value& key, Context& context) {
  const bool has_key = !key.is_nothing(), had_key = !key_.is_nothing();
  const bool is_last = function_ == AggregateFunction::last;
  bool wins = !had_key && (is_last || chosen_.is_absent());
  if (has_key) {
    // The first of them beside itself: a key that has no order is a mistake even where it is the only one.
    const Value keys[] = {key, had_key ? key_ : key};
    const Ordering ordering = compare_order(keys[0], keys[1], context);
    switch (ordering) {
      case Ordering::out_of_budget: return context.out_of_budget();
      case Ordering::unordered: return context.fail(Code::EXP004, {"order_by: NaN has no order"});
      case Ordering::no_overload: return context.no_overload("order_by", keys, had_key ? 2 : 1);
      default: break;
    }
    wins = !had_key || (is_last ? ordering != Ordering::less : ordering == Ordering::less);
  }
  if (wins) {
    chosen_ = value;
    key_ = has_key ? key : Value{};
  }
  return {};
}

Value AggregateState::merge(const AggregateState& later, Context& context) {
  if (__builtin_add_overflow(count_, later.count_, &count_)) {
    return context.fail(Code::EXP006, {name(), " counts more than 64 bits"});
  }
  any_double_ = any_double_ || later.any_double_;
  infinite_ += later.infinite_;
  sum_.add(later.sum_);
  for (const Value& value : later.distinct_) {
    const Value error = distinct_.add(value, context);
    if (error.is(Kind::error)) return error;
  }
  if (later.chosen_.is_absent()) return {};
  if (is_placed()) return place(later.chosen_, later.key_, context);
  if (function_ == AggregateFunction::min || function_ == AggregateFunction::max) return choose(later.chosen_, context);
  chosen_ = later.chosen_;
  return {};
}

Value AggregateState::result(Context& context) const {
  const bool none = count_ == 0;
  switch (function_) {
    case AggregateFunction::count: return Value::of_integer(count_);
    case AggregateFunction::count_distinct: return Value::of_integer(distinct_.size());
    case AggregateFunction::any:
    case AggregateFunction::all:
      if (!chosen_.is_absent()) return chosen_;
      return none ? Value::null() : Value::of(function_ == AggregateFunction::all);
    case AggregateFunction::min:
    case AggregateFunction::max:
    case AggregateFunction::first:
    case AggregateFunction::last: return none ? Value::null() : chosen_;
    default: break;
  }
  if (!any_double_ && function_ == AggregateFunction::sum) {
    std::int64_t sum = 0;
    if (!sum_.to_integer(sum)) return context.fail(Code::EXP006, {name(), " overflows 64 bits"});
    return Value::of_integer(sum);
  }
  if (none) return Value::null();
  const double total = infinite_ != 0 ? infinite_ : sum_.rounded();
  return Value::of_number(function_ == AggregateFunction::average ? total / static_cast<double>(count_) : total);
}

void AggregateState::write(std::string& out) const {
  out += "{\"count\":";
  json::append_integer(out, count_);
  const auto member = [&] { out.append(",\"").append(key()).append("\":"); };
  if (is_sum()) {
    member();
    out += '[';
    double parts[ExactSum::most_parts];
    const std::uint32_t count = sum_.split(parts);
    for (std::uint32_t i = 0; i < count; ++i) {
      if (i != 0) out += ',';
      json::append_number(out, parts[i]);
    }
    out += ']';
    if (any_double_) out += ",\"double\":true";
    if (infinite_ != 0) {
      out += ",\"infinite\":";
      append_typed_value(out, Value::of_number(infinite_), out.max_size());
    }
  } else if (function_ == AggregateFunction::count_distinct) {
    member();
    for (const Value& value : distinct_) {
      out += &value == distinct_.begin() ? '[' : ',';
      append_typed_value(out, value, out.max_size());
    }
    out += distinct_.size() == 0 ? "[]" : "]";
  } else if (!chosen_.is_absent()) {
    member();
    append_typed_value(out, chosen_, out.max_size());
    if (!key_.is_absent()) {
      out += ",\"key\":";
      append_typed_value(out, key_, out.max_size());
    }
  }
  out += '}';
}

/// All values, none of them twice.
bool AggregateState::read_distinct(const Value& list, Context& context) {
  if (!list.is(Kind::list)) return false;
  for (std::uint32_t i = 0; i < list.size; ++i) {
    const auto value = from_typed_value(list.elements[i], context.arena);
    if (!value || value->is_nothing() || distinct_.add(*value, context).is(Kind::error)) return false;
  }
  return distinct_.size() == list.size && list.size <= count_ && (list.size == 0) == (count_ == 0);
}

bool AggregateState::read(const Value& state, Context& context) {
  Arena& arena = context.arena;
  const Value count = member(state, "count");
  const auto counted = count.is(Kind::numeral) ? json::to_int64(count.view()) : std::nullopt;
  if (!counted || *counted < 0) return false;
  count_ = *counted;
  std::uint32_t known = 1;
  const Value value = member(state, key());
  if (is_sum()) {
    if (!value.is(Kind::list) || value.size > ExactSum::most_parts) return false;
    for (std::uint32_t i = 0; i < value.size; ++i) {
      const Value& part = value.elements[i];
      if (!part.is(Kind::numeral)) return false;
      const double term = json::to_double(part.view());
      if (!(std::fabs(term) <= ExactSum::largest_term * static_cast<double>(count_))) return false;
      sum_.add(term);
    }
    const Value any_double = member(state, "double"), infinite = member(state, "infinite");
    any_double_ = any_double.is(Kind::boolean) && any_double.boolean;
    if (!infinite.is_absent()) {
      const auto number = from_typed_value(infinite, arena);
      if (!number || !number->is(Kind::number)) return false;
      infinite_ = number->number;
    }
    known += 1 + !any_double.is_absent() + !infinite.is_absent();
  } else if (function_ == AggregateFunction::count_distinct) {
    if (!read_distinct(value, context)) return false;
    ++known;
  } else if (function_ != AggregateFunction::count && !value.is_absent()) {
    const auto chosen = from_typed_value(value, arena);
    if (!chosen || chosen->is_nothing()) return false;
    chosen_ = *chosen;
    ++known;
    const Value key = is_placed() ? member(state, "key") : Value{};
    if (!key.is_absent()) {
      const auto read = from_typed_value(key, arena);
      if (!read || compare_order(*read, *read, context) != Ordering::equal) return false;
      key_ = *read;
      ++known;
    }
  }
  const bool chooses = function_ == AggregateFunction::min || function_ == AggregateFunction::max || is_placed();
  const bool judges = function_ == AggregateFunction::any || function_ == AggregateFunction::all;
  if (judges && !chosen_.is_absent() &&
      !(chosen_.is(Kind::boolean) && chosen_.boolean == (function_ == AggregateFunction::any)))
    return false;
  return state.size == known && (!chooses || chosen_.is_absent() == (count_ == 0));
}

void Aggregation::place_fields(InputTable& record, std::uint32_t list) {
  Path rows;
  bool has_columns = list != json::Shape::none;
  if (has_columns) {
    rows = record.paths()[list];
    rows.segments.emplace_back(Path::each);
    for (const RowField& field : fields)
      has_columns = has_columns && rows.segments.size() + field.path.segments.size() <= max_path_segments;
  }
  if (has_columns) table = record.intern(rows);
  InputTable wanted;
  const auto slot_of = [&](const Path& path) {
    const std::size_t count = wanted.paths().size();
    const std::uint32_t own = wanted.intern(path);
    std::uint32_t slot = own;
    if (has_columns) {
      Path column = rows;
      column.segments.insert(column.segments.end(), path.segments.begin(), path.segments.end());
      slot = record.column(record.intern(column));
    }
    if (own == count) shape.want(path, slot);
    return slot;
  };
  for (RowField& field : fields) {
    field.row_slot = slot_of(field.path);
    if (field.path.segments.size() > 1) field.root_slot = slot_of(Path{{field.path.segments[0]}});
  }
}

}  // namespace crmsync::expression
