#include "diagnostics/position_index.h"

#include <algorithm>

namespace crmsync {
namespace {

constexpr std::size_t stride = 256;

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// What a byte adds to the column: beyond U+FFFF a character takes two UTF-16 units.
std::uint32_t units(char c) {
  return is_continuation(c) ? 0 : static_cast<unsigned char>(c) >= 0xF0 ? 2 : 1;
}

}  // namespace

PositionIndex::PositionIndex(std::string_view text) : text_(text) {
  marks_.push_back({0, {1, 1}, true});
  Position position{1, 1};
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') {
      position = {position.line + 1, 1};
      marks_.push_back({i + 1, position, true});
      continue;
    }
    Mark& mark = marks_.back();
    if (static_cast<unsigned char>(c) >= 0x80) mark.plain = false;
    if (!mark.plain && i - mark.offset >= stride && !is_continuation(c)) marks_.push_back({i, position, false});
    position.column += units(c);
  }
}

Position PositionIndex::at(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto covers = [&](std::size_t i) {
    return marks_[i].offset <= offset && (i + 1 == marks_.size() || offset < marks_[i + 1].offset);
  };
  if (!covers(last_)) {
    const auto behind = std::upper_bound(marks_.begin(), marks_.end(), offset,
                                         [](std::size_t o, const Mark& mark) { return o < mark.offset; });
    last_ = static_cast<std::size_t>(behind - marks_.begin()) - 1;
  }
  const Mark& mark = marks_[last_];
  Position position = mark.position;
  if (mark.plain) {
    position.column += static_cast<std::uint32_t>(offset - mark.offset);
  } else {
    for (std::size_t i = mark.offset; i < offset; ++i) position.column += units(text_[i]);
  }
  return position;
}

}  // namespace crmsync
