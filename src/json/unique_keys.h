#pragma once
#include <cstddef>

#include "json/arena.h"
#include "json/value.h"

namespace crmsync::json {

/// Of members with the same key keeps the last value, at the place of the first, as JavaScript does. Keys are decoded
/// strings. Returns how many members are left; they stand at the front, in order. Takes n log n steps whatever the
/// keys.
std::size_t keep_last_of_equal_keys(Member* members, std::size_t count, Arena& arena);

}  // namespace crmsync::json
