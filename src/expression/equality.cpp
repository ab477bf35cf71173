#include "expression/equality.h"

#include <algorithm>
#include <cmath>

namespace crmsync::expression {
namespace {

template <class T>
Ordering order(T left, T right) {
  return left < right ? Ordering::less : right < left ? Ordering::greater : Ordering::equal;
}

Ordering reversed(Ordering ordering) {
  return ordering == Ordering::less ? Ordering::greater : ordering == Ordering::greater ? Ordering::less : ordering;
}

/// Exact: the double is brought to an integer, never the integer to a double.
Ordering order_with_double(std::int64_t left, double right) {
  if (std::isnan(right)) return Ordering::unordered;
  constexpr double beyond = 9223372036854775808.0;  // 2^63
  // Right beyond the largest int the conformance suite wants the int rounded (not_lt_dyn_int_big_lossy_double).
  if (right == beyond) return order(static_cast<double>(left), right);
  if (right > beyond) return Ordering::less;
  if (right < -beyond) return Ordering::greater;
  const double whole = std::floor(right);
  const Ordering ordering = order(left, static_cast<std::int64_t>(whole));
  return ordering == Ordering::equal && whole < right ? Ordering::less : ordering;
}

Ordering order_with_double(std::uint64_t left, double right) {
  if (std::isnan(right)) return Ordering::unordered;
  if (right >= 18446744073709551616.0) return Ordering::less;
  if (right < 0) return Ordering::greater;
  const double whole = std::floor(right);
  const Ordering ordering = order(left, static_cast<std::uint64_t>(whole));
  return ordering == Ordering::equal && whole < right ? Ordering::less : ordering;
}

Ordering order_with_unsigned(std::int64_t left, std::uint64_t right) {
  return left < 0 ? Ordering::less : order(static_cast<std::uint64_t>(left), right);
}

bool is_number(Kind kind) {
  return kind == Kind::number || kind == Kind::integer || kind == Kind::unsigned_integer;
}

Ordering order_numbers(const Value& left, const Value& right) {
  switch (left.kind) {
    case Kind::number:
      if (right.kind == Kind::integer) return reversed(order_with_double(right.integer, left.number));
      if (right.kind == Kind::unsigned_integer) return reversed(order_with_double(right.natural, left.number));
      if (std::isnan(left.number) || std::isnan(right.number)) return Ordering::unordered;
      return order(left.number, right.number);
    case Kind::integer:
      if (right.kind == Kind::number) return order_with_double(left.integer, right.number);
      if (right.kind == Kind::unsigned_integer) return order_with_unsigned(left.integer, right.natural);
      return order(left.integer, right.integer);
    default:
      if (right.kind == Kind::number) return order_with_double(left.natural, right.number);
      if (right.kind == Kind::integer) return reversed(order_with_unsigned(right.integer, left.natural));
      return order(left.natural, right.natural);
  }
}

Equality equal_when(bool condition) {
  return condition ? Equality::equal : Equality::different;
}

/// cel-go charges for the shorter of two texts, lists or maps, also where their sizes show that they differ.
bool charge_shorter(const Value& left, const Value& right, Context& context) {
  return context.charge_text(std::min(left.size, right.size));
}

/// A list or map inside another pays like one that stands alone, so that parts that are held many times cost as often.
Equality equal_parts(const Value& left, const Value& right, Context& context) {
  const bool container = left.kind == Kind::list || left.kind == Kind::map;
  if (container && !context.charge(1)) return Equality::out_of_budget;
  return compare_equal(left, right, context);
}

Equality equal_text(const Value& left, const Value& right, Context& context) {
  if (!charge_shorter(left, right, context)) return Equality::out_of_budget;
  if (left.size != right.size) return Equality::different;
  return equal_when(same_bytes(left.text, right.text, left.size));
}

Equality equal_lists(const Value& left, const Value& right, Context& context) {
  if (!charge_shorter(left, right, context)) return Equality::out_of_budget;
  if (left.size != right.size) return Equality::different;
  for (std::uint32_t i = 0; i < left.size; ++i) {
    const Equality equality = equal_parts(left.elements[i], right.elements[i], context);
    if (equality != Equality::equal) return equality;
  }
  return Equality::equal;
}

Equality equal_maps(const Value& left, const Value& right, Context& context) {
  if (!charge_shorter(left, right, context)) return Equality::out_of_budget;
  if (left.size != right.size) return Equality::different;
  for (std::uint32_t i = 0; i < left.size; ++i) {
    // Mostly both have the same order; only then no search is needed.
    const Member* other = right.members + i;
    Equality equality = compare_equal(left.members[i].key, other->key, context);
    if (equality == Equality::different) {
      bool out_of_budget = false;
      other = find_member(right, left.members[i].key, context, out_of_budget);
      if (out_of_budget) return Equality::out_of_budget;
      if (!other) return Equality::different;
      equality = Equality::equal;
    }
    if (equality == Equality::equal) equality = equal_parts(left.members[i].value, other->value, context);
    if (equality != Equality::equal) return equality;
  }
  return Equality::equal;
}

}  // namespace

Equality compare_equal(const Value& written_left, const Value& written_right, Context& context) {
  const Value left = scalar(written_left, context.lenient), right = scalar(written_right, context.lenient);
  if (is_number(left.kind) && is_number(right.kind)) {
    const Value& number = left.kind == Kind::number ? left : right;
    if (left.kind != right.kind && number.kind == Kind::number && number.number == 9223372036854775808.0 &&
        (left.kind == Kind::integer || right.kind == Kind::integer)) {
      return Equality::different;  // no int is 2^63
    }
    return equal_when(order_numbers(left, right) == Ordering::equal);
  }
  if (left.kind != right.kind) return Equality::different;
  switch (left.kind) {
    case Kind::boolean: return equal_when(left.boolean == right.boolean);
    case Kind::string:
    case Kind::bytes:
    case Kind::type: return equal_text(left, right, context);
    case Kind::list:
    case Kind::optional: return equal_lists(left, right, context);  // of one element or none
    case Kind::map: return equal_maps(left, right, context);
    case Kind::timestamp: return equal_when(left.integer == right.integer && left.size == right.size);
    case Kind::duration: return equal_when(left.integer == right.integer);
    default: return Equality::equal;  // null
  }
}

Ordering compare_order(const Value& left, const Value& right, Context& context) {
  if (is_number(left.kind) && is_number(right.kind)) return order_numbers(left, right);
  if (left.kind != right.kind) return Ordering::no_overload;
  switch (left.kind) {
    case Kind::boolean: return order(left.boolean, right.boolean);
    case Kind::string:
    case Kind::bytes: {
      if (!charge_shorter(left, right, context)) return Ordering::out_of_budget;
      // The order of UTF-8 bytes is the order of code points.
      const int difference = left.view().compare(right.view());
      return difference < 0 ? Ordering::less : difference > 0 ? Ordering::greater : Ordering::equal;
    }
    case Kind::timestamp:
      return left.integer != right.integer ? order(left.integer, right.integer) : order(left.size, right.size);
    case Kind::duration: return order(left.integer, right.integer);
    default: return Ordering::no_overload;
  }
}

const Member* find_member(const Value& map, const Value& key, Context& context, bool& out_of_budget) {
  if (!context.charge(map.size / 32)) {
    out_of_budget = true;
    return nullptr;
  }
  if (key.kind == Kind::string) {
    for (std::uint32_t i = 0; i < map.size; ++i) {
      if (has_key(map.members[i], key)) return map.members + i;
    }
    return nullptr;
  }
  for (std::uint32_t i = 0; i < map.size; ++i) {
    const Equality equality = compare_equal(map.members[i].key, key, context);
    if (equality == Equality::equal) return map.members + i;
    if (equality == Equality::out_of_budget) {
      out_of_budget = true;
      return nullptr;
    }
  }
  return nullptr;
}

namespace {

Value contained(const Value& element, const Value& container, Context& context) {
  if (container.kind == Kind::list) {
    if (container.size && !context.charge(container.size - 1)) return context.out_of_budget();  // 1 is paid already
    for (std::uint32_t i = 0; i < container.size; ++i) {
      const Value& other = container.elements[i];
      const bool both_text = element.kind == Kind::string && other.kind == Kind::string;
      const Equality equality =
          both_text ? equal_text(element, other, context) : compare_equal(element, other, context);
      if (equality == Equality::out_of_budget) return context.out_of_budget();
      if (equality == Equality::equal) return Value::of(true);
    }
    return Value::of(false);
  }
  if (container.kind == Kind::map) {
    bool out_of_budget = false;
    const Member* member = find_member(container, element, context, out_of_budget);
    return out_of_budget ? context.out_of_budget() : Value::of(member != nullptr);
  }
  const Value arguments[] = {element, container};
  return context.no_overload("'in'", arguments, 2);
}

}  // namespace

Value compare(Operator op, const Value& left, const Value& right, Context& context) {
  if (op == Operator::in) return contained(left, right, context);
  if (op == Operator::equal || op == Operator::not_equal) {
    const Equality equality = compare_equal(left, right, context);
    if (equality == Equality::out_of_budget) return context.out_of_budget();
    return Value::of((equality == Equality::equal) == (op == Operator::equal));
  }
  if (context.lenient && (left.is_nothing() || right.is_nothing())) return Value::null();
  const Ordering ordering = compare_order(left, right, context);
  switch (ordering) {
    case Ordering::unordered: return Value::of(false);
    case Ordering::out_of_budget: return context.out_of_budget();
    case Ordering::no_overload: {
      const Value arguments[] = {left, right};
      const std::string name = "'" + std::string(symbol(op)) + "'";
      return context.no_overload(name, arguments, 2);
    }
    default: break;
  }
  switch (op) {
    case Operator::less: return Value::of(ordering == Ordering::less);
    case Operator::less_equal: return Value::of(ordering != Ordering::greater);
    case Operator::greater: return Value::of(ordering == Ordering::greater);
    default: return Value::of(ordering != Ordering::less);
  }
}

}  // namespace crmsync::expression
