#include "expression/functions.h"
#include "expression/text.h"

/// size: of a string in code points, of bytes in bytes, of a list in elements, of a map in members.
namespace crmsync::expression {
namespace {

Value size(const Value* arguments, std::size_t count, Context& context) {
  const Value& value = arguments[0];
  switch (value.kind) {
    case Kind::string:
      if (!context.charge_text(value.size)) return context.out_of_budget();
      return Value::of_integer(static_cast<std::int64_t>(count_code_points(value.view())));
    case Kind::bytes:
    case Kind::list:
    case Kind::map: return Value::of_integer(value.size);
    default: return context.no_overload("size", arguments, count);
  }
}

constexpr Function functions[] = {
    documented({"size", false, 1, 1, size, Kind::integer}, "size(value) -> int",
               "How many characters a string has, bytes bytes, a list elements, a map keys",
               "size('naïve') => 5\nsize([1, 2]) => 2\nsize({'a': 1}) => 1"),
    documented({"size", true, 1, 1, size, Kind::integer}, "value.size() -> int", "The same", "'naïve'.size() => 5"),
};

}  // namespace

FunctionFamily collection_functions() {
  return {functions, std::size(functions)};
}

}  // namespace crmsync::expression
