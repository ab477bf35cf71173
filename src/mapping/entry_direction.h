#pragma once
#include "mapping/section.h"

namespace crmsync::mapping {

/// Whether a computed entry says that its value also comes back.
bool goes_both_ways(const Section& section, const Entry& entry);

/// The direction that an entry's own keys give it: `direction`, or what its fields allow. Of a computed
/// entry that goes both ways it is that of its formula. Reports what contradicts (MAP006) and what is missing (MAP005).
Direction read_entry_direction(Reading& reading, const Section& section, const Entry& entry);

/// Narrows the entry's direction to what `sync` allows and to the sides that can be written (MAP017 where the one side
/// it writes cannot). False, with a warning (MAP016), when nothing is left.
bool narrow_direction(Reading& reading, Entry& entry, Direction sync_direction);

}  // namespace crmsync::mapping
