#include "mapping/salesforce_id.h"

#include <algorithm>

namespace crmsync::mapping {
namespace {

constexpr std::size_t short_size = short_salesforce_id, group_size = 5;

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

bool is_id_character(char c) {
  return is_upper(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

}  // namespace

Value whole_salesforce_id(const Value& value, Arena& arena) {
  if (!value.is(Kind::string)) return value;
  const std::string_view text = decoded_text(value, arena);
  if (text.size() != short_size || !std::all_of(text.begin(), text.end(), is_id_character)) return value;
  char* const whole = arena.characters(short_size + short_size / group_size);
  char* end = std::copy(text.begin(), text.end(), whole);
  // Each group of five gives one sign more: which of its letters are capitals, the first one as the lowest bit.
  for (std::size_t group = 0; group < short_size; group += group_size) {
    unsigned capitals = 0;
    for (std::size_t i = 0; i < group_size; ++i) capitals |= (is_upper(text[group + i]) ? 1U : 0U) << i;
    *end++ = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[capitals];
  }
  return Value::of_string({whole, static_cast<std::size_t>(end - whole)});
}

}  // namespace crmsync::mapping
