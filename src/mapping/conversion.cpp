#include "mapping/conversion_steps.h"

#include <algorithm>

#include "mapping/typed.h"

namespace crmsync::mapping {
namespace {

Conversion failed(Conversion::Outcome outcome, Code code, std::string_view detail) {
  Conversion conversion;
  conversion.outcome = outcome;
  conversion.code = code;
  conversion.detail = detail;
  return conversion;
}

bool is_one_of(const Value& value, const std::vector<std::string>& allowed) {
  return std::find(allowed.begin(), allowed.end(), value.view()) != allowed.end();
}

}  // namespace

Conversion through_value_map(const PlannedEntry& entry, const Value& value, OnUnmapped on_unmapped, Lookup lookup,
                             Wire from, Arena& arena) {
  Conversion conversion;
  conversion.value = value;
  if (entry.values.empty() || value.is_nothing()) return conversion;
  const auto mapped = [&](Value& element) {
    if (const Value* found = (entry.values.*lookup)(element, arena)) {
      element = *found;
      return true;
    }
    return on_unmapped == OnUnmapped::keep;
  };
  bool complete;
  if (entry.compared_type == Type::multi_enum) {
    const Value list = typed(Type::multi_enum, from, value, arena);
    if (!list.is(Kind::list)) return failed(Conversion::Outcome::wrong_type, Code::REC002, "multi_enum");
    Value* elements = arena.array<Value>(list.size);
    std::copy(list.elements, list.elements + list.size, elements);
    complete = std::all_of(elements, elements + list.size, [&](Value& element) { return mapped(element); });
    conversion.value = Value::of_list(elements, list.size);
  } else {
    complete = mapped(conversion.value);
  }
  return complete ? conversion : failed(Conversion::Outcome::unmapped, Code::REC003, {});
}

Conversion into_type(Type type, Wire from, Wire to, const std::vector<std::string>& allowed, const Value& value,
                     Arena& arena) {
  // The common case: a text of no certain type passes as it was written, escapes and all.
  Value wanted = value;
  if (type != Type::any || !value.is(Kind::string)) {
    wanted = typed(type, from, value, arena);
    if (wanted.is(Kind::error)) return failed(Conversion::Outcome::wrong_type, Code::REC002, type_name(type));
  }
  if (!allowed.empty()) {
    const bool known = wanted.is(Kind::list)     ? std::all_of(wanted.elements, wanted.elements + wanted.size,
                                                               [&](const Value& v) { return is_one_of(v, allowed); })
                       : wanted.is(Kind::string) ? is_one_of(Value::of_string(decoded_text(wanted, arena)), allowed)
                                                 : true;
    if (!known) return failed(Conversion::Outcome::wrong_type, Code::REC007, type_name(type));
  }
  Conversion conversion;
  conversion.value = spelled(type, to, wanted, arena);
  if (conversion.value.is(Kind::error)) return failed(Conversion::Outcome::wrong_type, Code::REC002, "string");
  // HubSpot reads a leading ";" as "append to the multi-select" (properties API, "multiple checkboxes").
  if (to == Wire::hubspot && conversion.value.size > 0 && conversion.value.text[0] == ';') {
    return failed(Conversion::Outcome::wrong_type, Code::REC009, type_name(type));
  }
  return conversion;
}

}  // namespace crmsync::mapping
