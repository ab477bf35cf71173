#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "expression/arithmetic.h"
#include "expression/functions.h"
#include "expression/functions/time.h"
#include "expression/literals.h"
#include "json/utf8.h"

/// int, uint, double, string, bytes, bool, type and dyn (cel-spec, doc/langdef.md, "Standard Definitions").
namespace crmsync::expression {
namespace {

Value cannot(std::string_view type, const Value& value, Context& context) {
  return context.fail(Code::EXP009, {type, "() cannot read this ", type_name(value),
                                     ": it is out of range, or written in another way"});
}

template <class T>
bool parse_whole(std::string_view text, T& out) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  const auto result = std::from_chars(text.data(), text.data() + text.size(), out, 10);
  return !text.empty() && result.ec == std::errc{} && result.ptr == text.data() + text.size();
}

Value to_int(const Value* arguments, std::size_t count, Context& context) {
  const Value& value = arguments[0];
  std::int64_t integer = 0;
  switch (value.kind) {
    case Kind::integer: return value;
    case Kind::unsigned_integer:
      if (value.natural > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) return cannot("int", value, context);
      return Value::of_integer(static_cast<std::int64_t>(value.natural));
    case Kind::number:
      // The bounds themselves are excluded: no double next to them is surely the number that was meant.
      if (!(value.number > -9223372036854775808.0 && value.number < 9223372036854775808.0)) {
        return cannot("int", value, context);
      }
      return Value::of_integer(static_cast<std::int64_t>(value.number));
    case Kind::string:
      if (!context.charge_text(value.size)) return context.out_of_budget();
      return parse_whole(value.view(), integer) ? Value::of_integer(integer) : cannot("int", value, context);
    case Kind::timestamp: return Value::of_integer(value.integer);
    default: return context.no_overload("int", arguments, count);
  }
}

Value to_uint(const Value* arguments, std::size_t count, Context& context) {
  const Value& value = arguments[0];
  std::uint64_t natural = 0;
  switch (value.kind) {
    case Kind::unsigned_integer: return value;
    case Kind::integer:
      return value.integer < 0 ? cannot("uint", value, context)
                               : Value::of_unsigned(static_cast<std::uint64_t>(value.integer));
    case Kind::number:
      if (!(value.number >= 0 && value.number < 18446744073709551616.0)) return cannot("uint", value, context);
      return Value::of_unsigned(static_cast<std::uint64_t>(value.number));
    case Kind::string:
      if (!context.charge_text(value.size)) return context.out_of_budget();
      return parse_whole(value.view(), natural) ? Value::of_unsigned(natural) : cannot("uint", value, context);
    default: return context.no_overload("uint", arguments, count);
  }
}

Value to_double(const Value* arguments, std::size_t count, Context& context) {
  const Value& value = arguments[0];
  double number = 0;
  switch (value.kind) {
    case Kind::number: return value;
    case Kind::integer: return Value::of_number(static_cast<double>(value.integer));
    case Kind::unsigned_integer: return Value::of_number(static_cast<double>(value.natural));
    case Kind::string:
      if (!context.charge_text(value.size)) return context.out_of_budget();
      return parse_double(value.view(), number) ? Value::of_number(number) : cannot("double", value, context);
    default: return context.no_overload("double", arguments, count);
  }
}

Value to_string(const Value* arguments, std::size_t count, Context& context) {
  const Value& value = arguments[0];
  switch (value.kind) {
    case Kind::string: return value;
    case Kind::boolean:
    case Kind::integer:
    case Kind::unsigned_integer:
    case Kind::number: return Value::of_string(number_text(value, context));
    case Kind::bytes:
      if (!context.charge_text(value.size)) return context.out_of_budget();
      if (utf8::find_invalid(value.view()) != std::string_view::npos) {
        return context.fail(Code::EXP009, {"string: these bytes are not UTF-8"});
      }
      return Value::of_string(value.view());
    case Kind::timestamp:
    case Kind::duration: return Value::of_string(time_text(value, context));
    default: return context.no_overload("string", arguments, count);
  }
}

Value to_bytes(const Value* arguments, std::size_t count, Context& context) {
  if (!context.charge_text(arguments[0].kind == Kind::string ? arguments[0].size : 0)) return context.out_of_budget();
  if (arguments[0].kind == Kind::bytes) return arguments[0];
  if (arguments[0].kind == Kind::string) return Value::of_text(Kind::bytes, arguments[0].view());
  return context.no_overload("bytes", arguments, count);
}

Value to_bool(const Value* arguments, std::size_t count, Context& context) {
  const Value& value = arguments[0];
  if (value.kind == Kind::boolean) return value;
  if (value.kind != Kind::string) return context.no_overload("bool", arguments, count);
  for (const std::string_view text : {"1", "t", "T", "true", "TRUE", "True"}) {
    if (value.view() == text) return Value::of(true);
  }
  for (const std::string_view text : {"0", "f", "F", "false", "FALSE", "False"}) {
    if (value.view() == text) return Value::of(false);
  }
  return cannot("bool", value, context);
}

Value to_type(const Value* arguments, std::size_t, Context&) {
  return Value::of_text(Kind::type, type_name(arguments[0]));
}

Value dyn(const Value* arguments, std::size_t, Context&) {
  return arguments[0];
}

constexpr Function functions[] = {
    documented({"int", false, 1, 1, to_int, Kind::integer}, "int(value) -> int",
               "Of a number without its fraction, of a string, of a timestamp in seconds since 1970",
               "int(-3.7) => -3\nint('42') => 42\nint(timestamp('1970-01-01T00:01:00Z')) => 60\nint('4.2') => error"),
    documented({"uint", false, 1, 1, to_uint, Kind::unsigned_integer}, "uint(value) -> uint",
               "Of a number that is not negative, or of a string",
               "uint(42) => 42u\nuint('42') => 42u\nuint(-1) => error"),
    documented({"double", false, 1, 1, to_double, Kind::number}, "double(value) -> double", "Of a number or a string",
               "double(3) => 3.0\ndouble('1e3') => 1000.0"),
    documented({"string", false, 1, 1, to_string, Kind::string}, "string(value) -> string",
               "Of a number, a boolean, bytes that are UTF-8, a timestamp or a duration",
               "string(1.50) => '1.5'\nstring(true) => 'true'\nstring(duration('90m')) => '5400s'"),
    documented({"bytes", false, 1, 1, to_bytes, Kind::bytes}, "bytes(value) -> bytes", "The UTF-8 of a string",
               "bytes('é') => b'\\xc3\\xa9'"),
    documented({"bool", false, 1, 1, to_bool, Kind::boolean}, "bool(value) -> bool",
               "Of the strings 1, t, true, 0, f and false, also in capitals",
               "bool('true') => true\nbool('F') => false\nbool('yes') => error"),
    documented({"type", false, 1, 1, to_type, Kind::type}, "type(value) -> type", "The type of any value",
               "type(1.5) == double => true\ntype([]) == list => true"),
    documented({"dyn", false, 1, 1, dyn, Kind::absent}, "dyn(value) -> value",
               "The value itself, of which no type is assumed", "dyn(1) => 1"),
};

}  // namespace

FunctionFamily conversion_functions() {
  return {functions, std::size(functions)};
}

}  // namespace crmsync::expression
