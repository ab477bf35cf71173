#pragma once
#include <optional>

#include "mapping/section.h"

namespace crmsync::mapping {

/// The kind that an entry's keys make it, checked against its `type` and against keys of other kinds (MAP006), and
/// for the keys that the kind needs (MAP005).
EntryKind read_entry_kind(Reading& reading, const Section& entry);

}  // namespace crmsync::mapping
