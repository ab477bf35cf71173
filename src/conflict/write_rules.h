#pragma once
#include <optional>

#include "conflict/decision.h"

/// What a mapping says about when a field may be written, beside what changed.
namespace crmsync::conflict {

/// Why a value that would be written must not be, if it must not: the field is written on creates only, only while it
/// is blank, at most once in a while, or never back in its order of stages.
std::optional<Reason> forbids_write(const Context& context, const mapping::PlannedEntry& entry, mapping::Target target);

/// Which side is at the later stage of `order`; none where that cannot be told.
Winner further_stage(const Context& context, const mapping::PlannedEntry& entry);

}  // namespace crmsync::conflict
