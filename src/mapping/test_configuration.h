#pragma once
#include <vector>

#include "mapping/reading.h"

namespace crmsync::mapping {

/// Reads `tests: [{name, given: {penguinmails, crm}, to_crm, from_crm, now, lookups, operation}]`.
std::vector<MappingTest> read_tests(Reading& reading, const Place& place);

}  // namespace crmsync::mapping
