#include "diagnostics/position.h"

#include <algorithm>

namespace crmsync {
namespace {

/// UTF-16 units that the UTF-8 sequence starting with `lead` takes; continuation bytes take none.
std::uint32_t utf16_units(unsigned char lead) {
  if ((lead & 0xC0) == 0x80) return 0;
  return lead >= 0xF0 ? 2 : 1;
}

}  // namespace

Position position_at(std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  Position position{1, 1};
  for (std::size_t i = 0; i < offset; ++i) {
    if (text[i] == '\n') {
      ++position.line;
      position.column = 1;
    } else {
      position.column += utf16_units(static_cast<unsigned char>(text[i]));
    }
  }
  return position;
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
