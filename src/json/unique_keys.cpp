#include "json/unique_keys.h"

#include <algorithm>
#include <cstring>

#include "json/shape.h"

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

struct Entry {
  std::uint32_t hash;
  std::uint32_t index;
};

}  // namespace

std::size_t keep_last_of_equal_keys(Member* members, std::size_t count, Arena& arena) {
  if (count <= few) return keep_last_of_few(members, count);
  // Sorted, not hashed into a table: a record cannot be written so that this becomes slow.
  Entry* const entries = arena.array<Entry>(count);
  for (std::size_t i = 0; i < count; ++i) entries[i] = {hash_key(members[i].key.view()), static_cast<std::uint32_t>(i)};
  std::sort(entries, entries + count, [members](const Entry& a, const Entry& b) {
    if (a.hash != b.hash) return a.hash < b.hash;
    const int order = members[a.index].key.view().compare(members[b.index].key.view());
    return order != 0 ? order < 0 : a.index < b.index;
  });
  bool any = false;
  for (std::size_t i = 0; i < count;) {
    std::size_t last = i;
    while (last + 1 < count && entries[last + 1].hash == entries[i].hash &&
           same_key(members[entries[last + 1].index], members[entries[i].index])) {
      ++last;
    }
    if (last != i) {
      any = true;
      members[entries[i].index].value = members[entries[last].index].value;
      for (std::size_t j = i + 1; j <= last; ++j) members[entries[j].index].key.kind = Kind::absent;
    }
    i = last + 1;
  }
  if (!any) return count;
  return static_cast<std::size_t>(
      std::remove_if(members, members + count, [](const Member& m) { return m.key.is_absent(); }) - members);
}

}  // namespace crmsync::json
