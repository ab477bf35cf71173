#include "expression/slots.h"

#include <algorithm>

#include "expression/text.h"
#include "json/number.h"

namespace crmsync::expression {

Value Slots::absent(std::uint32_t ordinal) {
  if (context_.lenient) return Value::null();
  return context_.fail(Code::EXP002, {"'", code_.read_names[ordinal], "' has no value"});
}

/// The text of a field that the catalog calls a number or a boolean. A text that is neither stays what it is.
Value Slots::typed(const Value& written, std::uint32_t ordinal) {
  const Value value = written.flags ? decoded_once(written, ordinal) : written;
  const std::string_view text = trim(value.view());
  if (text.empty()) return Value::null();
  if (code_.read_types[ordinal] == Kind::number) {
    return json::is_number(text) ? number_of(Value::of_text(Kind::numeral, text), context_.lenient) : value;
  }
  for (const std::string_view word : {"false", "true"}) {
    const auto same = [](char a, char b) { return (a | 0x20) == b; };
    if (std::equal(text.begin(), text.end(), word.begin(), word.end(), same)) return Value::of(word.size() == 4);
  }
  return value;
}

Value Slots::decoded_once(const Value& value, std::uint32_t ordinal) {
  if (!decoded_) decoded_ = context_.arena.array<Value>(code_.read_names.size());
  if (decoded_[ordinal].is_absent()) decoded_[ordinal] = decoded(value, context_.arena);
  return decoded_[ordinal];
}

}  // namespace crmsync::expression
