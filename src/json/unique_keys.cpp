#include "json/unique_keys.h"

#include <algorithm>
#include <cstring>

#include "json/shape.h"
#include "json/sort.h"

namespace crmsync::json {
namespace {

/// Up to here, comparing each key with each is fastest.
constexpr std::size_t few = 16;

bool same_key(const Member& a, const Member& b) {
  return a.key.size == b.key.size && std::memcmp(a.key.text, b.key.text, a.key.size) == 0;
}

std::size_t keep_last_of_few(Member* members, std::size_t count) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t same = 0;
    while (same < kept && !same_key(members[same], members[i])) ++same;
    if (same < kept) {
      members[same].value = members[i].value;
    } else {
      members[kept++] = members[i];
    }
  }
  return kept;
}

}  // namespace

std::size_t keep_last_of_equal_keys(Member* members, std::size_t count, Arena& arena) {
  if (count <= few) return keep_last_of_few(members, count);
  // Sorted, not hashed into a table: a record cannot be written so that this becomes slow.
  std::uint32_t* const hashes = arena.array<std::uint32_t>(count);
  for (std::size_t i = 0; i < count; ++i) hashes[i] = hash_key(members[i].key.view());
  const std::uint32_t* const order = sorted_positions(count, arena, [=](std::uint32_t a, std::uint32_t b) {
    return hashes[a] != hashes[b] ? hashes[a] < hashes[b] : members[a].key.view() < members[b].key.view();
  });
  bool any = false;
  for (std::size_t i = 0; i < count;) {
    std::size_t last = i;
    while (last + 1 < count && same_key(members[order[last + 1]], members[order[i]])) ++last;
    if (last != i) {
      any = true;
      members[order[i]].value = members[order[last]].value;
      for (std::size_t j = i + 1; j <= last; ++j) members[order[j]].key.kind = Kind::absent;
    }
    i = last + 1;
  }
  if (!any) return count;
  return static_cast<std::size_t>(
      std::remove_if(members, members + count, [](const Member& m) { return m.key.is_absent(); }) - members);
}

}  // namespace crmsync::json
