#pragma once
#include "mapping/section.h"

namespace crmsync::mapping {

/// The direction that an entry's own keys give it: `direction`, or what its fields allow. Reports what contradicts
/// (MAP006), what is missing (MAP005), and derived entries that claim to be bidirectional (MAP010).
Direction read_entry_direction(Reading& reading, const Section& section, const Entry& entry);

/// Narrows the entry's direction to what `sync` allows and to the sides that can be written (MAP017 where the one side
/// it writes cannot). False, with a warning (MAP016), when nothing is left.
bool narrow_direction(Reading& reading, Entry& entry, Direction sync_direction);

}  // namespace crmsync::mapping
