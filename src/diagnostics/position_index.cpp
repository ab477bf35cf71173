#include "diagnostics/position_index.h"

#include <algorithm>

namespace crmsync {
namespace {

constexpr std::size_t stride = 256;

void advance(Position& position, char c) {
  const unsigned char byte = static_cast<unsigned char>(c);
  if (c == '\n') {
    ++position.line;
    position.column = 1;
  } else if ((byte & 0xC0) != 0x80) {
    position.column += byte >= 0xF0 ? 2 : 1;  // beyond U+FFFF a character takes two UTF-16 units
  }
}

}  // namespace

PositionIndex::PositionIndex(std::string_view text) : text_(text) {
  checkpoints_.reserve(text.size() / stride + 1);
  Position position{1, 1};
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i % stride == 0) checkpoints_.push_back(position);
    advance(position, text[i]);
  }
  if (text.size() % stride == 0) checkpoints_.push_back(position);
}

Position PositionIndex::at(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  std::size_t i = offset / stride * stride;
  Position position = checkpoints_[offset / stride];
  if (last_offset_ > i && last_offset_ <= offset) {
    i = last_offset_;
    position = last_;
  }
  for (; i < offset; ++i) advance(position, text_[i]);
  last_offset_ = offset;
  last_ = position;
  return position;
}

}  // namespace crmsync
