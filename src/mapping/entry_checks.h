#pragma once
#include "mapping/reading.h"

namespace crmsync::mapping {

/// What can only be seen with all entries at hand: names that stand twice (MAP007), fields written twice (MAP008), and
/// strategies for fields that no entry maps (MAP012) or that have rules of their own (MAP014).
void check_entries(Reading& reading, const Configuration& configuration);

}  // namespace crmsync::mapping
