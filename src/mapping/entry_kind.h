#pragma once
#include <optional>

#include "mapping/section.h"

namespace crmsync::mapping {

inline constexpr Choice<EntryKind> entry_kinds[] = {{"direct", EntryKind::direct},
                                                    {"formula", EntryKind::formula},
                                                    {"conditional", EntryKind::conditional},
                                                    {"aggregation", EntryKind::aggregation}};

/// The kind that an entry's keys make it, checked against its `type` and against keys of other kinds (MAP006), and
/// for the keys that the kind needs (MAP005).
EntryKind read_entry_kind(Reading& reading, const Section& entry);

}  // namespace crmsync::mapping
