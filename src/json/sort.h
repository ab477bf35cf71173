#pragma once
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "json/arena.h"

namespace crmsync {

/// One stable sort for everything that is sorted: what is put in order are positions, so the module holds it once. A
/// std::sort is compiled anew for each type and each comparison.
using PositionBefore = bool (*)(const void* context, std::uint32_t a, std::uint32_t b);
void sort_positions(std::uint32_t* positions, std::uint32_t* scratch, std::size_t count, PositionBefore before,
                    const void* context);

template <class Before>
void sort_positions(std::uint32_t* positions, std::uint32_t* scratch, std::size_t count, const Before& before) {
  sort_positions(
      positions, scratch, count,
      [](const void* context, std::uint32_t a, std::uint32_t b) -> bool {
        return (*static_cast<const Before*>(context))(a, b);
      },
      &before);
}

/// The positions 0 … count-1, in order by `before(a, b)` of two positions.
template <class Before>
const std::uint32_t* sorted_positions(std::size_t count, Arena& arena, const Before& before) {
  std::uint32_t* const positions = arena.array<std::uint32_t>(2 * count);
  for (std::uint32_t i = 0; i < count; ++i) positions[i] = i;
  sort_positions(positions, positions + count, count, before);
  return positions;
}

template <class Before>
std::vector<std::uint32_t> sorted_positions(std::size_t count, const Before& before) {
  std::vector<std::uint32_t> positions(2 * count);
  for (std::uint32_t i = 0; i < count; ++i) positions[i] = i;
  sort_positions(positions.data(), positions.data() + count, count, before);
  positions.resize(count);
  return positions;
}

/// Puts the items from `first` on in order by `before(a, b)` of two items.
template <class T, class Before>
void sort_items(std::vector<T>& items, std::size_t first, const Before& before) {
  const std::vector<std::uint32_t> order =
      sorted_positions(items.size() - first,
                       [&](std::uint32_t a, std::uint32_t b) { return before(items[first + a], items[first + b]); });
  std::vector<T> sorted;
  sorted.reserve(order.size());
  for (const std::uint32_t position : order) sorted.push_back(std::move(items[first + position]));
  for (std::size_t i = 0; i < sorted.size(); ++i) items[first + i] = std::move(sorted[i]);
}

}  // namespace crmsync
