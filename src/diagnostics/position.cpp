#include "diagnostics/position.h"

#include <algorithm>
#include <cstring>

namespace crmsync {
namespace {

/// UTF-16 units that the UTF-8 sequence starting with `lead` takes; continuation bytes take none.
std::uint32_t utf16_units(unsigned char lead) {
  if ((lead & 0xC0) == 0x80) return 0;
  return lead >= 0xF0 ? 2 : 1;
}

constexpr std::uint64_t each_byte(unsigned char byte) {
  return 0x0101010101010101 * std::uint64_t{byte};
}

/// Exact: https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord.
constexpr bool has_zero_byte(std::uint64_t word) {
  return ((word - each_byte(1)) & ~word & each_byte(0x80)) != 0;
}

}  // namespace

Position advanced(Position from, std::string_view text) {
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p != end) {
    // Eight columns a step, as far as there is nothing but ASCII and no newline.
    for (std::uint64_t word; end - p >= 8; p += 8, from.column += 8) {
      std::memcpy(&word, p, 8);
      if ((word & each_byte(0x80)) != 0 || has_zero_byte(word ^ each_byte('\n'))) break;
    }
    for (int i = 0; i < 8 && p != end; ++i, ++p) {
      if (*p == '\n') {
        from = {from.line + 1, 1};
      } else {
        from.column += utf16_units(static_cast<unsigned char>(*p));
      }
    }
  }
  return from;
}

Position position_at(std::string_view text, std::size_t offset) {
  return advanced({1, 1}, text.substr(0, std::min(offset, text.size())));
}

std::size_t offset_at(std::string_view text, Position position) {
  std::size_t offset = 0;
  for (std::uint32_t line = 1; line < position.line; ++line) {
    const std::size_t newline = text.find('\n', offset);
    if (newline == std::string_view::npos) return text.size();
    offset = newline + 1;
  }
  for (std::uint32_t column = 1; column < position.column && offset < text.size() && text[offset] != '\n';) {
    column += utf16_units(static_cast<unsigned char>(text[offset]));
    ++offset;
    while (offset < text.size() && (static_cast<unsigned char>(text[offset]) & 0xC0) == 0x80) ++offset;
  }
  return offset;
}

}  // namespace crmsync
