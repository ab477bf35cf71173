#pragma once
#include "json/value.h"

namespace crmsync::mapping {

constexpr std::size_t short_salesforce_id = 15;

/// A Salesforce id of 15 characters, which differ by case, as the 18 that mean the same everywhere; any other value as
/// it is.
Value whole_salesforce_id(const Value& value, Arena& arena);

}  // namespace crmsync::mapping
