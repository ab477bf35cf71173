#include "expression/slots.h"

#include <algorithm>

#include "expression/functions/time.h"
#include "expression/text.h"
#include "json/number.h"

namespace crmsync::expression {

namespace {

bool spells(std::string_view text, std::string_view word) {
  const auto same = [](char a, char b) { return (a | 0x20) == b; };
  return std::equal(text.begin(), text.end(), word.begin(), word.end(), same);
}

}  // namespace

Value converted(Kind type, const Value& written, std::string_view name, Context& context) {
  const bool is_text = written.kind == Kind::string;
  const bool may_be_time = type == Kind::timestamp && (is_text || written.kind == Kind::numeral);
  if (!may_be_time && !(is_text && is_converted(type))) return scalar(written, context.lenient);
  const std::string_view text = trim(written.view());
  if (text.empty()) return Value::null();
  switch (type) {
    case Kind::number:
      return json::is_number(text) ? number_of(Value::of_text(Kind::numeral, text), context.lenient) : written;
    case Kind::boolean: {
      const bool is_true = spells(text, "true");
      return is_true || spells(text, "false") ? Value::of(is_true) : written;
    }
    default: return time_of_field(written, text, name, context);
  }
}

Value Slots::absent(std::uint32_t ordinal) {
  if (context_.lenient) return Value::null();
  return context_.fail(Code::EXP002, {"'", code_.read_names[ordinal], "' has no value"});
}

Value Slots::typed(const Value& written, std::uint32_t ordinal) {
  return converted(type(ordinal), written.flags ? decoded_once(written, ordinal) : written, {}, context_);
}

Value Slots::load_time(std::uint32_t slot, std::uint32_t ordinal) {
  const Value& written = record_[slot];
  if (written.is_absent()) return absent(ordinal);
  return converted(Kind::timestamp, written.flags ? decoded_once(written, ordinal) : written, name(ordinal), context_);
}

Value Slots::decoded_once(const Value& value, std::uint32_t ordinal) {
  if (!decoded_) decoded_ = context_.arena.array<Value>(code_.read_names.size());
  if (decoded_[ordinal].is_absent()) decoded_[ordinal] = decoded(value, context_.arena);
  return decoded_[ordinal];
}

}  // namespace crmsync::expression
