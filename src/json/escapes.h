#pragma once
#include <cstdint>
#include <string_view>

/// The escapes of JSON strings (RFC 8259, section 7).
namespace crmsync::json {

/// The value of a hexadecimal digit, or -1.
constexpr int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr bool is_high_surrogate(std::uint32_t unit) {
  return (unit & 0xFC00) == 0xD800;
}
constexpr bool is_low_surrogate(std::uint32_t unit) {
  return (unit & 0xFC00) == 0xDC00;
}

/// Writes `escaped`, the validated inside of a JSON string, without its escapes, and returns the place behind the
/// last byte. It never needs more than `escaped.size()` bytes.
char* unescape(std::string_view escaped, char* out);

}  // namespace crmsync::json
