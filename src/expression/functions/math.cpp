#include <cmath>
#include <limits>

#include "expression/arithmetic.h"
#include "expression/equality.h"
#include "expression/functions.h"

/// cel-go's math extension (ext/README.md, "Math").
namespace crmsync::expression {
namespace {

/// The greatest or least of the arguments, or of the one list; of equal ones the first.
Value extreme(const Value* arguments, std::size_t count, Ordering better, std::string_view name, Context& context) {
  const Value* candidates = arguments;
  std::size_t size = count;
  if (count == 1 && arguments[0].is(Kind::list)) {
    candidates = arguments[0].elements;
    size = arguments[0].size;
    if (size == 0) return context.fail(Code::EXP008, {name, ": the list is empty"});
  }
  if (!context.charge(size)) return context.out_of_budget();
  Value best = scalar(candidates[0], context.lenient);
  for (std::size_t i = 0; i < size; ++i) {
    const Value candidate = scalar(candidates[i], context.lenient);
    if (!is_number(candidate)) return context.no_overload(name, &candidate, 1);
    const Ordering order = i == 0 ? Ordering::equal : compare_order(candidate, best, context);
    if (order == Ordering::unordered) return context.fail(Code::EXP009, {name, ": NaN has no place in an order"});
    if (order == better) best = candidate;
  }
  return best;
}

Value greatest(const Value* arguments, std::size_t count, Context& context) {
  return extreme(arguments, count, Ordering::greater, "math.greatest", context);
}

Value least(const Value* arguments, std::size_t count, Context& context) {
  return extreme(arguments, count, Ordering::less, "math.least", context);
}

Value ceil(const Value* arguments, std::size_t, Context&) {
  return Value::of_number(std::ceil(arguments[0].number));
}

Value floor(const Value* arguments, std::size_t, Context&) {
  return Value::of_number(std::floor(arguments[0].number));
}

Value trunc(const Value* arguments, std::size_t, Context&) {
  return Value::of_number(std::trunc(arguments[0].number));
}

/// Halves go away from zero.
Value round(const Value* arguments, std::size_t, Context&) {
  const double number = arguments[0].number;
  const double whole = std::trunc(number);
  const bool away = std::fabs(number - whole) >= 0.5;
  return Value::of_number(away ? whole + std::copysign(1.0, number) : whole);
}

Value abs(const Value* arguments, std::size_t, Context& context) {
  const Value& value = arguments[0];
  if (value.is(Kind::number)) return Value::of_number(std::fabs(value.number));
  return value.is(Kind::integer) && value.integer < 0 ? negate(value, false, context) : value;
}

Value sign(const Value* arguments, std::size_t, Context&) {
  const Value& value = arguments[0];
  switch (value.kind) {
    case Kind::integer: return Value::of_integer((value.integer > 0) - (value.integer < 0));
    case Kind::unsigned_integer: return Value::of_unsigned(value.natural > 0);
    default: return std::isnan(value.number) ? value : Value::of_number((value.number > 0) - (value.number < 0));
  }
}

Value is_nan(const Value* arguments, std::size_t, Context&) {
  return Value::of(std::isnan(arguments[0].number));
}

Value is_inf(const Value* arguments, std::size_t, Context&) {
  return Value::of(std::isinf(arguments[0].number));
}

Value is_finite(const Value* arguments, std::size_t, Context&) {
  return Value::of(std::isfinite(arguments[0].number));
}

Value sqrt(const Value* arguments, std::size_t, Context&) {
  return Value::of_number(std::sqrt(to_number(arguments[0])));
}

Value with_bits(Value value, std::uint64_t bits) {
  value.natural = bits;
  return value;
}

enum class Bits { and_, or_, xor_ };

template <Bits operation>
Value bits(const Value* arguments, std::size_t count, Context& context) {
  constexpr std::string_view names[] = {"math.bitAnd", "math.bitOr", "math.bitXor"};
  if (arguments[0].kind != arguments[1].kind) {
    return context.no_overload(names[static_cast<int>(operation)], arguments, count);
  }
  const std::uint64_t a = arguments[0].natural, b = arguments[1].natural;
  return with_bits(arguments[0], operation == Bits::and_ ? a & b : operation == Bits::or_ ? a | b : a ^ b);
}

Value bit_not(const Value* arguments, std::size_t, Context&) {
  return with_bits(arguments[0], ~arguments[0].natural);
}

/// Zeros come in from the side, whatever the sign is; beyond 63 nothing is left.
Value shift(const Value* arguments, bool left, Context& context) {
  const std::int64_t by = arguments[1].integer;
  if (by < 0) return context.fail(Code::EXP008, {"bits are shifted by a negative number"});
  if (by > 63) return with_bits(arguments[0], 0);
  return with_bits(arguments[0], left ? arguments[0].natural << by : arguments[0].natural >> by);
}

Value bit_shift_left(const Value* arguments, std::size_t, Context& context) {
  return shift(arguments, true, context);
}

Value bit_shift_right(const Value* arguments, std::size_t, Context& context) {
  return shift(arguments, false, context);
}

constexpr std::uint8_t any_number = 255;
constexpr Types numbers_or_list = takes::numeric | takes::list;
using takes::integer, takes::number, takes::numeric, takes::whole;

constexpr Function functions[] = {
    documented({"math.greatest", false, 1, any_number, greatest, Kind::absent, {numbers_or_list}},
               "math.greatest(number, …) -> number", "The greatest of the numbers, or of a list of numbers",
               "math.greatest(-42.0, 7, 3u) => 7\nmath.greatest([1, 2.5]) => 2.5\nmath.greatest([]) => error"),
    documented({"math.least", false, 1, any_number, least, Kind::absent, {numbers_or_list}},
               "math.least(number, …) -> number", "The least of the numbers, or of a list of numbers",
               "math.least(-42.0, 7, 3u) => -42.0\nmath.least([1, 2.5]) => 1"),
    documented({"math.ceil", false, 1, 1, ceil, Kind::number, {number}}, "math.ceil(double) -> double",
               "The next whole number upwards", "math.ceil(1.2) => 2.0\nmath.ceil(-1.2) => -1.0"),
    documented({"math.floor", false, 1, 1, floor, Kind::number, {number}}, "math.floor(double) -> double",
               "The next whole number downwards", "math.floor(1.2) => 1.0\nmath.floor(-1.2) => -2.0"),
    documented({"math.round", false, 1, 1, round, Kind::number, {number}}, "math.round(double) -> double",
               "The nearest whole number; halves go away from zero",
               "math.round(1.2) => 1.0\nmath.round(1.5) => 2.0\nmath.round(-1.5) => -2.0"),
    documented({"math.trunc", false, 1, 1, trunc, Kind::number, {number}}, "math.trunc(double) -> double",
               "Without its fraction", "math.trunc(1.7) => 1.0\nmath.trunc(-1.7) => -1.0"),
    documented({"math.abs", false, 1, 1, abs, Kind::absent, {numeric}}, "math.abs(number) -> number",
               "Without its sign; of the same type", "math.abs(-11) => 11\nmath.abs(-1.5) => 1.5"),
    documented({"math.sign", false, 1, 1, sign, Kind::absent, {numeric}}, "math.sign(number) -> number",
               "-1, 0 or 1; of the same type", "math.sign(-42) => -1\nmath.sign(0.0) => 0.0\nmath.sign(7u) => 1u"),
    documented({"math.isNaN", false, 1, 1, is_nan, Kind::boolean, {number}}, "math.isNaN(double) -> bool",
               "Whether it is not a number", "math.isNaN(0.0 / 0.0) => true\nmath.isNaN(1.2) => false"),
    documented({"math.isInf", false, 1, 1, is_inf, Kind::boolean, {number}}, "math.isInf(double) -> bool",
               "Whether it is infinite", "math.isInf(1.0 / 0.0) => true\nmath.isInf(1.2) => false"),
    documented({"math.isFinite", false, 1, 1, is_finite, Kind::boolean, {number}}, "math.isFinite(double) -> bool",
               "Whether it is neither infinite nor NaN",
               "math.isFinite(1.2) => true\nmath.isFinite(0.0 / 0.0) => false"),
    documented({"math.sqrt", false, 1, 1, sqrt, Kind::number, {numeric}}, "math.sqrt(number) -> double",
               "The square root; NaN of a negative number", "math.sqrt(81) => 9.0\nmath.isNaN(math.sqrt(-1)) => true"),
    documented({"math.bitAnd", false, 2, 2, bits<Bits::and_>, Kind::absent, {whole}}, "math.bitAnd(int, int) -> int",
               "The bits that are in both; also of two uints", "math.bitAnd(3, 5) => 1\nmath.bitAnd(3u, 2u) => 2u"),
    documented({"math.bitOr", false, 2, 2, bits<Bits::or_>, Kind::absent, {whole}}, "math.bitOr(int, int) -> int",
               "The bits that are in one of them; also of two uints", "math.bitOr(1, 2) => 3"),
    documented({"math.bitXor", false, 2, 2, bits<Bits::xor_>, Kind::absent, {whole}}, "math.bitXor(int, int) -> int",
               "The bits that are in exactly one of them; also of two uints", "math.bitXor(3u, 5u) => 6u"),
    documented({"math.bitNot", false, 1, 1, bit_not, Kind::absent, {whole}}, "math.bitNot(int) -> int",
               "All bits turned over; also of a uint",
               "math.bitNot(1) => -2\nmath.bitNot(0u) => 18446744073709551615u"),
    documented({"math.bitShiftLeft", false, 2, 2, bit_shift_left, Kind::absent, {whole, integer}},
               "math.bitShiftLeft(int, int) -> int", "The bits moved towards the high end; also of a uint",
               "math.bitShiftLeft(1, 2) => 4\nmath.bitShiftLeft(1u, 200) => 0u\nmath.bitShiftLeft(1, -1) => error"),
    documented({"math.bitShiftRight", false, 2, 2, bit_shift_right, Kind::absent, {whole, integer}},
               "math.bitShiftRight(int, int) -> int",
               "The bits moved towards the low end, the sign with them; also of a uint",
               "math.bitShiftRight(1024, 2) => 256\nmath.bitShiftRight(-1024, 3) => 2305843009213693824"),
};

}  // namespace

FunctionFamily math_functions() {
  return {functions, std::size(functions)};
}

}  // namespace crmsync::expression
