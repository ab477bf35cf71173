#include <string>

#include "expression/case_mapping.h"
#include "expression/functions.h"
#include "expression/text.h"

/// The filters of templates, a closed list: `{{ name | default: 'Friend' | upper }}`. Null passes through all of them
/// but `default`.
namespace crmsync::expression {
namespace {

bool is_blank(const Value& value) {
  return value.is_nothing() || (value.kind == Kind::string && value.size == 0);
}

Value default_(const Value* arguments, std::size_t, Context&) {
  return is_blank(arguments[0]) ? arguments[1] : arguments[0];
}

Value in_case(LetterCase letter_case, std::string_view name, const Value* arguments, Context& context) {
  if (arguments[0].is_nothing()) return Value::null();
  if (arguments[0].kind != Kind::string) return context.no_overload(name, arguments, 1);
  if (!context.charge_text(arguments[0].size)) return context.out_of_budget();
  std::string text;
  if (!append_in_case(arguments[0].view(), letter_case, text)) {
    return context.fail(Code::EXP012, {name, ": the text holds a letter whose other case is not built yet"});
  }
  return Value::of_string(context.arena.copy(text));
}

Value upper(const Value* arguments, std::size_t, Context& context) {
  return in_case(LetterCase::upper, "upper", arguments, context);
}

Value lower(const Value* arguments, std::size_t, Context& context) {
  return in_case(LetterCase::lower, "lower", arguments, context);
}

Value trim_(const Value* arguments, std::size_t, Context& context) {
  if (arguments[0].is_nothing()) return Value::null();
  if (arguments[0].kind != Kind::string) return context.no_overload("trim", arguments, 1);
  if (!context.charge_text(arguments[0].size)) return context.out_of_budget();
  return Value::of_string(trim(arguments[0].view()));
}

constexpr Function filters[] = {
    documented({"default", false, 2, 2, default_, Kind::absent}, "{{ value | default: value }}",
               "The second where the first is null, absent or ''", "{{ '' | default: 'friend' }} => 'friend'"),
    documented({"upper", false, 1, 1, upper, Kind::absent}, "{{ string | upper }}", "In upper case",
               "{{ 'Zoë' | upper }} => 'ZOË'"),
    documented({"lower", false, 1, 1, lower, Kind::absent}, "{{ string | lower }}", "In lower case",
               "{{ 'ZOË' | lower }} => 'zoë'"),
    documented({"trim", false, 1, 1, trim_, Kind::absent}, "{{ string | trim }}",
               "Without the white space of Unicode at both ends", "{{ ' Zoë ' | trim }} => 'Zoë'"),
};

}  // namespace

FunctionFamily template_filters() {
  return {filters, std::size(filters)};
}

}  // namespace crmsync::expression
