#include "json/sort.h"

#include <algorithm>

namespace crmsync {

/// Merges runs that double in length, from one buffer into the other and back.
void sort_positions(std::uint32_t* positions, std::uint32_t* scratch, std::size_t count, PositionBefore before,
                    const void* context) {
  std::uint32_t* from = positions;
  std::uint32_t* to = scratch;
  for (std::size_t width = 1; width < count; width *= 2, std::swap(from, to)) {
    for (std::size_t start = 0; start < count; start += 2 * width) {
      std::size_t left = start;
      const std::size_t middle = std::min(start + width, count);
      std::size_t right = middle;
      const std::size_t end = std::min(start + 2 * width, count);
      for (std::size_t i = start; i < end; ++i) {
        const bool take_right = right < end && (left == middle || before(context, from[right], from[left]));
        to[i] = from[take_right ? right++ : left++];
      }
    }
  }
  if (from != positions) std::copy(from, from + count, positions);
}

}  // namespace crmsync
