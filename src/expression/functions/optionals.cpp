#include "expression/collections.h"
#include "expression/functions.h"

/// Optional values (cel-go, cel/library.go, "OptionalTypes"); or, orValue, optMap and optFlatMap, which do not always
/// evaluate their argument, are macros.
namespace crmsync::expression {
namespace {

Value of(const Value* arguments, std::size_t, Context& context) {
  return optional_of(arguments[0], context);
}

/// The value that a field of its type has when it was never set; as cel-go has it, of a timestamp the year 1.
bool is_zero(const Value& value) {
  constexpr std::int64_t year_1 = -62135596800;  // seconds since 1970
  switch (value.kind) {
    case Kind::null: return true;
    case Kind::boolean: return !value.boolean;
    case Kind::integer:
    case Kind::unsigned_integer:
    case Kind::duration: return value.integer == 0;
    case Kind::number: return value.number == 0;
    case Kind::timestamp: return value.integer == year_1 && value.size == 0;
    case Kind::string:
    case Kind::bytes:
    case Kind::list:
    case Kind::map: return value.size == 0;
    default: return false;
  }
}

Value of_non_zero(const Value* arguments, std::size_t, Context& context) {
  return is_zero(arguments[0]) ? Value::of_optional(nullptr) : optional_of(arguments[0], context);
}

Value none(const Value*, std::size_t, Context&) {
  return Value::of_optional(nullptr);
}

Value has_value(const Value* arguments, std::size_t count, Context& context) {
  if (arguments[0].kind != Kind::optional) return context.no_overload("hasValue", arguments, count);
  return Value::of(arguments[0].size != 0);
}

Value value(const Value* arguments, std::size_t count, Context& context) {
  if (arguments[0].kind != Kind::optional) return context.no_overload("value", arguments, count);
  if (arguments[0].size == 0) return context.fail(Code::EXP007, {"value: the optional is empty"});
  return *arguments[0].elements;
}

constexpr Function functions[] = {
    documented({"optional.of", false, 1, 1, of, Kind::optional}, "optional.of(value) -> optional",
               "An optional that holds the value", "optional.of(1).value() => 1"),
    documented({"optional.ofNonZeroValue", false, 1, 1, of_non_zero, Kind::optional},
               "optional.ofNonZeroValue(value) -> optional",
               "An optional that holds the value, or nothing where that is 0, false, empty or null",
               "optional.ofNonZeroValue('').hasValue() => false\noptional.ofNonZeroValue('a').hasValue() => true"),
    documented({"optional.none", false, 0, 0, none, Kind::optional}, "optional.none() -> optional",
               "An optional that holds nothing", "optional.none().hasValue() => false"),
    documented({"hasValue", true, 1, 1, has_value, Kind::boolean}, "optional.hasValue() -> bool",
               "Whether it holds a value", "{'a': 1}.?a.hasValue() => true\n{'a': 1}.?b.hasValue() => false"),
    documented({"value", true, 1, 1, value, Kind::absent}, "optional.value() -> value",
               "The value that it holds; an error where it holds none",
               "{'a': 1}.?a.value() => 1\n{'a': 1}.?b.value() => error"),
};

}  // namespace

FunctionFamily optional_functions() {
  return {functions, std::size(functions)};
}

}  // namespace crmsync::expression
