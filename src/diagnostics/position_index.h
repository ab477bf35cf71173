#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

#include "diagnostics/position.h"

namespace crmsync {

/// Positions of one text, each in a bounded number of steps however long the text and its lines are.
class PositionIndex {
 public:
  /// `text` must outlive the index.
  explicit PositionIndex(std::string_view text);

  /// As `position_at`.
  Position at(std::size_t offset) const;
  Range range(std::size_t begin, std::size_t end) const { return {at(begin), at(end)}; }

 private:
  std::string_view text_;
  std::vector<Position> checkpoints_;  // of every `stride`-th byte
  // The last that was asked for: most questions are about what stands a little behind it.
  mutable std::size_t last_offset_ = 0;
  mutable Position last_{1, 1};
};

}  // namespace crmsync
