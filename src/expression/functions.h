#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

#include "expression/context.h"

namespace crmsync::expression {

/// One form of a function: `name(arguments)`, or `arguments[0].name(the others)`.
struct Function {
  std::string_view name;
  bool member;
  std::uint8_t least, most;  // arguments, the receiver counted
  Value (*call)(const Value* arguments, std::size_t count, Context& context);
  Kind result;  // of every success; absent where it depends on the arguments
};

/// A family's functions; each stands in its own file under functions/.
struct FunctionFamily {
  const Function* functions;
  std::size_t count;
};
FunctionFamily string_functions();
FunctionFamily conversion_functions();
FunctionFamily collection_functions();
FunctionFamily time_functions();
FunctionFamily matches_functions();
FunctionFamily template_filters();

/// The function that a call means; null if there is none. Filters are not found here.
const Function* find_function(std::string_view name, bool member, std::size_t argument_count);
const Function* find_filter(std::string_view name);

/// What is known of a name that no call found.
struct FunctionName {
  bool known = false;  // in another form or with another number of arguments
  bool member = false;
  unsigned least = 0, most = 0;
  bool planned = false;  // CEL or its extensions have it, this engine not yet
};
/// Of a function with several forms the one that is called as `member` says, if there is one.
FunctionName look_up_name(std::string_view name, bool member);

/// All names that can be called, for suggestions.
std::vector<std::string_view> function_names();
std::vector<std::string_view> filter_names();

}  // namespace crmsync::expression
