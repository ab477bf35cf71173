#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "diagnostics/position.h"

namespace crmsync {

/// Positions of one text, found by its lines; within a line that has other signs than ASCII in a bounded number of
/// steps.
class PositionIndex {
 public:
  /// `text` must outlive the index.
  explicit PositionIndex(std::string_view text);

  /// As `position_at`.
  Position at(std::size_t offset) const;
  Range range(std::size_t begin, std::size_t end) const { return {at(begin), at(end)}; }

 private:
  /// Where a line begins, or within one that is not plain every so many bytes.
  struct Mark {
    std::size_t offset;
    Position position;
    bool plain;  // up to the next mark each byte is a column
  };

  std::string_view text_;
  std::vector<Mark> marks_;
  mutable std::size_t last_ = 0;  // the mark that was last used: most questions are about what stands close by
};

}  // namespace crmsync
