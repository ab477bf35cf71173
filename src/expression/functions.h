#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

#include "expression/context.h"

namespace crmsync::expression {

/// What docs/functions.md says of a function, an operator or a macro. `scripts/generate-docs.mjs` reads it from the
/// sources, and the tests run the examples; the module of the package has no use for it, so there it is nothing.
struct Documentation {
#ifdef CRMSYNC_MODULE
  constexpr Documentation() = default;
  constexpr Documentation(std::string_view, std::string_view, std::string_view) {}
#else
  std::string_view signature;  // `string.charAt(int) -> string`
  std::string_view summary;    // a sentence without its full stop
  std::string_view examples;   // one a line: `'abc'.charAt(1) => 'b'`, or `=> error`
#endif
};

/// The types that an argument may have, a bit for each kind; 0 where nothing else is said: any.
using Types = std::uint32_t;
constexpr Types one_of(std::initializer_list<Kind> kinds) {
  Types types = 0;
  for (const Kind kind : kinds) types |= Types{1} << static_cast<unsigned>(kind);
  return types;
}
namespace takes {
inline constexpr Types string = one_of({Kind::string});
inline constexpr Types bytes = one_of({Kind::bytes});
inline constexpr Types list = one_of({Kind::list});
inline constexpr Types times = one_of({Kind::timestamp, Kind::duration});
inline constexpr Types integer = one_of({Kind::integer});
inline constexpr Types number = one_of({Kind::number});
inline constexpr Types whole = one_of({Kind::integer, Kind::unsigned_integer});
inline constexpr Types numeric = one_of({Kind::integer, Kind::unsigned_integer, Kind::number});
}  // namespace takes

/// Functions that the machine's loop has itself for short texts, so that nothing has to be called.
enum class Inline : std::uint8_t { none, starts_with, ends_with };

/// One form of a function: `name(arguments)`, or `arguments[0].name(the others)`.
struct Function {
  std::string_view name;
  bool member;
  std::uint8_t least, most;  // arguments, the receiver counted
  Value (*call)(const Value* arguments, std::size_t count, Context& context);
  Kind result;          // of every success; absent where it depends on the arguments
  Types takes[4] = {};  // by argument, 0 as the one before it; what `invoke` lets through to `call`
  [[no_unique_address]] Documentation documentation{};
  Inline inlined = Inline::none;
};

constexpr Documentation documented(std::string_view signature, std::string_view summary, std::string_view examples) {
  return {signature, summary, examples};
}
constexpr Function documented(Function function, std::string_view signature, std::string_view summary,
                              std::string_view examples) {
  function.documentation = documented(signature, summary, examples);
  return function;
}

/// In `crm` an integral double is made the int that it stands for, where one is taken; false if the argument fits not
/// even then.
bool fits(Types types, Value& argument, const Context& context);

/// Calls `function`. Arguments of other types than it takes are EXP004.
inline Value invoke(const Function& function, Value* arguments, std::size_t count, Context& context) {
  Types types = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (i < std::size(function.takes) && function.takes[i]) types = function.takes[i];
    if (types == 0 || types >> static_cast<unsigned>(arguments[i].kind) & 1) continue;
    if (!fits(types, arguments[i], context)) return context.no_overload(function.name, arguments, count);
  }
  return function.call(arguments, count, context);
}

/// A family's functions; each stands in its own file under functions/.
struct FunctionFamily {
  const Function* functions;
  std::size_t count;
};
FunctionFamily string_functions();
FunctionFamily conversion_functions();
FunctionFamily collection_functions();
FunctionFamily time_functions();
FunctionFamily format_functions();
FunctionFamily math_functions();
FunctionFamily encoder_functions();
FunctionFamily optional_functions();
FunctionFamily matches_functions();
FunctionFamily template_filters();

/// The function that a call means; null if there is none. Filters are not found here.
const Function* find_function(std::string_view name, bool member, std::size_t argument_count);
const Function* find_filter(std::string_view name);
/// All functions and filters by number, for compiled mappings; null behind the last.
const Function* function_number(std::uint32_t number);

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

/// SUM and its kin, which `crm` has, and the macros that are called as members: `list.all(x, …)`.
std::vector<std::string_view> aggregate_names();
std::vector<std::string_view> macro_names();

/// Operators, macros and aggregates, which are no functions but look like them.
struct DocumentedLanguage {
  const Documentation* entries;
  std::size_t count;
};
DocumentedLanguage documented_operators();
DocumentedLanguage documented_macros();
DocumentedLanguage documented_aggregates();

/// All that can be called, by family; filters are among them.
std::vector<FunctionFamily> function_families();

}  // namespace crmsync::expression
