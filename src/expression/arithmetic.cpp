#include "expression/arithmetic.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "expression/functions/time.h"
#include "json/number.h"

namespace crmsync::expression {
namespace {

Value no_operator(Operator op, const Value& left, const Value& right, Context& context) {
  const Value operands[] = {left, right};
  return context.no_overload("'" + std::string(symbol(op)) + "'", operands, 2);
}

Value overflow(Operator op, Context& context) {
  return context.fail(Code::EXP006, {"'", symbol(op), "' overflows 64 bits"});
}

template <class T>
Value integers(Operator op, T left, T right, Context& context) {
  const auto value = [](T result) {
    if constexpr (std::is_signed_v<T>)
      return Value::of_integer(result);
    else
      return Value::of_unsigned(result);
  };
  T result = 0;
  switch (op) {
    case Operator::add: return __builtin_add_overflow(left, right, &result) ? overflow(op, context) : value(result);
    case Operator::subtract:
      return __builtin_sub_overflow(left, right, &result) ? overflow(op, context) : value(result);
    case Operator::multiply:
      return __builtin_mul_overflow(left, right, &result) ? overflow(op, context) : value(result);
    default: break;
  }
  if (right == 0) return context.fail(Code::EXP005, {"'", symbol(op), "' divides by zero"});
  if (std::is_signed_v<T> && left == std::numeric_limits<T>::min() && right == static_cast<T>(-1)) {
    return overflow(op, context);  // both / and %, as cel-go and cel-cpp have it
  }
  return value(static_cast<T>(op == Operator::divide ? left / right : left % right));
}

Value doubles(Operator op, const Value& left, const Value& right, Context& context) {
  const double a = to_number(left), b = to_number(right);
  switch (op) {
    case Operator::add: return Value::of_number(a + b);
    case Operator::subtract: return Value::of_number(a - b);
    case Operator::multiply: return Value::of_number(a * b);
    case Operator::divide: return Value::of_number(a / b);
    default: break;
  }
  std::int64_t dividend = 0, divisor = 0;
  if (!context.lenient || !as_integer(left, true, dividend) || !as_integer(right, true, divisor)) {
    return no_operator(op, left, right, context);
  }
  const Value remainder = integers(op, dividend, divisor, context);
  return remainder.is(Kind::error) ? remainder : Value::of_number(static_cast<double>(remainder.integer));
}

Value join(const Value& left, const Value& right, Kind kind, Context& context) {
  const std::size_t size = std::size_t{left.size} + right.size;
  if (!context.charge_text(size)) return context.out_of_budget();
  if (!context.has_room(size)) return context.out_of_memory();
  char* text = context.arena.characters(size);
  if (left.size) std::memcpy(text, left.text, left.size);
  if (right.size) std::memcpy(text + left.size, right.text, right.size);
  return Value::of_text(kind, {text, size});
}

Value join_lists(const Value& left, const Value& right, Context& context) {
  const std::size_t size = std::size_t{left.size} + right.size;
  // cel-go links lists and charges 1; here the elements are copied, so they are what it costs.
  if (!context.charge_text(size)) return context.out_of_budget();
  if (!context.has_room(size * sizeof(Value))) return context.out_of_memory();
  if (right.size == 0) return left;
  if (left.size == 0) return right;
  Value* elements = context.arena.array<Value>(size);
  std::memcpy(static_cast<void*>(elements), left.elements, left.size * sizeof(Value));
  std::memcpy(static_cast<void*>(elements + left.size), right.elements, right.size * sizeof(Value));
  return Value::of_list(elements, size);
}

/// The pairs that are neither both int, both uint nor both double.
Value unlike(Operator op, Value left, Value right, bool null_is_zero, Context& context) {
  const bool time = left.kind == Kind::timestamp || left.kind == Kind::duration || right.kind == Kind::timestamp ||
                    right.kind == Kind::duration;
  if (context.lenient) {
    const bool texts = op == Operator::add && (left.kind == Kind::string || right.kind == Kind::string);
    if (texts && left.kind != right.kind) {
      left = concatenable(left, context);
      if (left.is(Kind::error)) return left;
      right = concatenable(right, context);
      if (right.is(Kind::error)) return right;
    } else if (left.is_nothing() || right.is_nothing()) {
      if (null_is_zero && !time) {
        if (left.is_nothing()) left = Value::of_integer(0);
        if (right.is_nothing()) right = Value::of_integer(0);
        if (!is_number(left) || !is_number(right)) return no_operator(op, left, right, context);
        return arithmetic(op, left, right, false, context);
      }
      const Value& other = left.is_nothing() ? right : left;
      if (is_number(other) || time || other.is_nothing()) return Value::null();
    } else if (is_number(left) && is_number(right)) {
      return doubles(op, left, right, context);
    }
  }
  if (op == Operator::add && left.kind == right.kind) {
    if (left.kind == Kind::string || left.kind == Kind::bytes) return join(left, right, left.kind, context);
    if (left.kind == Kind::list) return join_lists(left, right, context);
  }
  if (time && !left.is_nothing() && !right.is_nothing()) return time_arithmetic(op, left, right, context);
  return no_operator(op, left, right, context);
}

}  // namespace

bool is_number(const Value& value) {
  return value.kind == Kind::number || value.kind == Kind::integer || value.kind == Kind::unsigned_integer;
}

double to_number(const Value& value) {
  switch (value.kind) {
    case Kind::integer: return static_cast<double>(value.integer);
    case Kind::unsigned_integer: return static_cast<double>(value.natural);
    default: return value.number;
  }
}

Value arithmetic(Operator op, Value left, Value right, bool null_is_zero, Context& context) {
  if (left.kind == right.kind) {
    if (left.kind == Kind::number) return doubles(op, left, right, context);
    if (left.kind == Kind::integer) return integers(op, left.integer, right.integer, context);
    if (left.kind == Kind::unsigned_integer) return integers(op, left.natural, right.natural, context);
  }
  return unlike(op, left, right, null_is_zero, context);
}

Value negate(const Value& value, bool null_is_zero, Context& context) {
  if (value.kind == Kind::number) return Value::of_number(-value.number);
  if (value.kind == Kind::integer) {
    std::int64_t result = 0;
    return __builtin_sub_overflow(std::int64_t{0}, value.integer, &result) ? overflow(Operator::negate, context)
                                                                           : Value::of_integer(result);
  }
  if (value.is_nothing() && context.lenient) return null_is_zero ? Value::of_integer(0) : Value::null();
  return context.no_overload("'-'", &value, 1);
}

std::string_view number_text(const Value& value, Context& context) {
  if (value.kind == Kind::boolean) return value.boolean ? "true" : "false";
  char digits[24];
  std::to_chars_result end{digits, std::errc{}};
  constexpr double exact = 9007199254740992.0;
  if (value.kind == Kind::integer) {
    end = std::to_chars(digits, digits + sizeof digits, value.integer);
  } else if (value.kind == Kind::unsigned_integer) {
    end = std::to_chars(digits, digits + sizeof digits, value.natural);
  } else if (std::fabs(value.number) < exact && value.number == std::trunc(value.number)) {
    end = std::to_chars(digits, digits + sizeof digits, static_cast<std::int64_t>(value.number));
  } else {
    std::string text;
    json::append_number(text, value.number);
    return context.arena.copy(text);
  }
  return context.arena.copy({digits, static_cast<std::size_t>(end.ptr - digits)});
}

Value concatenable(const Value& value, Context& context) {
  if (value.kind == Kind::string) return value;
  if (context.lenient) {
    if (value.is_nothing()) return Value::of_string({});
    if (is_number(value) || value.kind == Kind::boolean) return Value::of_string(number_text(value, context));
  }
  const Value operands[] = {Value::of_string({}), value};
  return context.no_overload("'+'", operands, 2);
}

}  // namespace crmsync::expression
