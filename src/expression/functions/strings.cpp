#include "expression/functions.h"

/// startsWith, endsWith, contains: `text.startsWith(part)`.
namespace crmsync::expression {
namespace {

bool both_strings(const Value* arguments) {
  return arguments[0].kind == Kind::string && arguments[1].kind == Kind::string;
}

Value starts_with(const Value* arguments, std::size_t count, Context& context) {
  if (!both_strings(arguments)) return context.no_overload("startsWith", arguments, count);
  if (!context.charge_text(arguments[0].size)) return context.out_of_budget();
  return Value::of(arguments[0].view().starts_with(arguments[1].view()));
}

Value ends_with(const Value* arguments, std::size_t count, Context& context) {
  if (!both_strings(arguments)) return context.no_overload("endsWith", arguments, count);
  if (!context.charge_text(arguments[0].size)) return context.out_of_budget();
  return Value::of(arguments[0].view().ends_with(arguments[1].view()));
}

Value contains(const Value* arguments, std::size_t count, Context& context) {
  if (!both_strings(arguments)) return context.no_overload("contains", arguments, count);
  // cel-go: the search may look at every pair of characters.
  const std::uint64_t cost =
      ((std::uint64_t{arguments[0].size} + 9) / 10) * ((std::uint64_t{arguments[1].size} + 9) / 10);
  if (cost && !context.charge(cost - 1)) return context.out_of_budget();
  return Value::of(arguments[0].view().find(arguments[1].view()) != std::string_view::npos);
}

constexpr Function functions[] = {
    {"startsWith", true, 2, 2, starts_with, Kind::boolean},
    {"endsWith", true, 2, 2, ends_with, Kind::boolean},
    {"contains", true, 2, 2, contains, Kind::boolean},
};

}  // namespace

FunctionFamily string_functions() {
  return {functions, std::size(functions)};
}

}  // namespace crmsync::expression
