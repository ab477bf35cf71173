#include "expression/context.h"

#include <cmath>
#include <cstring>

#include "json/number.h"

namespace crmsync::expression {

Value Context::fail(Code code, std::initializer_list<std::string_view> parts) {
  std::size_t size = 0;
  for (const std::string_view part : parts) size += part.size();
  char* text = arena.characters(size);
  std::size_t at = 0;
  for (const std::string_view part : parts) {
    if (!part.empty()) std::memcpy(text + at, part.data(), part.size());
    at += part.size();
  }
  unplaced = arena.array<Failure>(1);
  unplaced->code = code;
  unplaced->message = {text, size};
  return Value::of_failure(unplaced);
}

Value Context::out_of_budget() {
  cost_left = 0;
  return fail(Code::EXP010, {"the evaluation costs more than its limit"});
}

Value Context::out_of_memory() {
  cost_left = 0;
  return fail(Code::EXP010, {"the evaluation takes more than 64 MB"});
}

Value Context::no_overload(std::string_view name, const Value* arguments, std::size_t count) {
  std::string types;
  for (std::size_t i = 0; i < count; ++i) {
    if (i) types += ", ";
    types += type_name(arguments[i]);
  }
  return fail(Code::EXP004, {name, " does not take (", types, ")"});
}

Value number_of(const Value& numeral, bool lenient) {
  Value number;
  if (read_short(numeral, number)) return number;
  const std::string_view text = numeral.view();
  if (lenient && text.size() > 15) {
    constexpr std::int64_t exact = std::int64_t{1} << 53;
    const std::optional<std::int64_t> integer = json::to_int64(text);
    if (integer && (*integer > exact || *integer < -exact)) return Value::of_integer(*integer);
  }
  return Value::of_number(json::to_double(text));
}

bool as_integer(const Value& value, bool lenient, std::int64_t& out) {
  if (value.kind == Kind::integer) {
    out = value.integer;
    return true;
  }
  if (!lenient || value.kind != Kind::number || value.number != std::trunc(value.number)) return false;
  if (!(value.number >= -9223372036854775808.0 && value.number < 9223372036854775808.0)) return false;
  out = static_cast<std::int64_t>(value.number);
  return true;
}

}  // namespace crmsync::expression
