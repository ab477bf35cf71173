#pragma once
#include "mapping/section.h"

namespace crmsync::mapping {

/// Reads `conflict_resolution: {…}` into `rules`.
void read_conflict_resolution(Reading& reading, const Place& place, ConflictRules& rules);

/// Reads the mission's dictionary `conflict_resolution_strategies: {…}`: its descriptions are ignored, the example of
/// `field_level` becomes field rules where `conflict_resolution` has none for the field.
void read_conflict_strategies(Reading& reading, const Place& place, ConflictRules& rules);

/// `sync.conflict_resolution`: a strategy for every field, or nothing for `field_level`.
std::optional<StrategyChoice> read_sync_strategy(Reading& reading, const Place& place);

}  // namespace crmsync::mapping
