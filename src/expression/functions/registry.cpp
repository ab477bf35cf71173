#include <algorithm>

#include "expression/functions.h"

namespace crmsync::expression {
namespace {

FunctionFamily (*const families[])() = {string_functions,  format_functions,     math_functions,
                                        encoder_functions, collection_functions, conversion_functions,
                                        time_functions,    optional_functions,   matches_functions};

template <class Visit>
void for_each_function(Visit visit) {
  for (const auto family_of : families) {
    const FunctionFamily family = family_of();
    for (std::size_t i = 0; i < family.count; ++i) visit(family.functions[i]);
  }
}

/// Functions and macros of CEL and its standard extensions that are not built yet (cel-go, ext/README.md).
constexpr std::string_view planned_names[] = {"block",    "slice", "flatten", "sort", "sortBy",
                                              "distinct", "range", "first",   "last"};

}  // namespace

bool fits(Types types, Value& argument, const Context& context) {
  std::int64_t integer = 0;
  if (!(types & takes::integer) || !context.lenient || !as_integer(argument, true, integer)) return false;
  argument = Value::of_integer(integer);
  return true;
}

const Function* find_function(std::string_view name, bool member, std::size_t argument_count) {
  const Function* found = nullptr;
  for_each_function([&](const Function& function) {
    if (function.name == name && function.member == member && argument_count >= function.least &&
        argument_count <= function.most) {
      found = &function;
    }
  });
  return found;
}

const Function* find_filter(std::string_view name) {
  const FunctionFamily filters = template_filters();
  for (std::size_t i = 0; i < filters.count; ++i) {
    if (filters.functions[i].name == name) return filters.functions + i;
  }
  return nullptr;
}

const Function* function_number(std::uint32_t number) {
  FunctionFamily family = template_filters();
  for (const auto next : families) {
    if (number < family.count) break;
    number -= static_cast<std::uint32_t>(family.count);
    family = next();
  }
  return number < family.count ? family.functions + number : nullptr;
}

FunctionName look_up_name(std::string_view name, bool member) {
  FunctionName result;
  for_each_function([&](const Function& function) {
    if (function.name == name && (!result.known || function.member == member)) {
      result.known = true;
      result.member = function.member;
      result.least = function.least;
      result.most = function.most;
    }
  });
  result.planned = std::find(std::begin(planned_names), std::end(planned_names), name) != std::end(planned_names);
  return result;
}

std::vector<std::string_view> function_names() {
  std::vector<std::string_view> names;
  for_each_function([&](const Function& function) { names.push_back(function.name); });
  return names;
}

std::vector<FunctionFamily> function_families() {
  std::vector<FunctionFamily> all{template_filters()};
  for (const auto family_of : families) all.push_back(family_of());
  return all;
}

std::vector<std::string_view> filter_names() {
  const FunctionFamily filters = template_filters();
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < filters.count; ++i) names.push_back(filters.functions[i].name);
  return names;
}

}  // namespace crmsync::expression
