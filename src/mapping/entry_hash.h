#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/plan.h"

namespace crmsync::mapping {

/// Changes when an entry maps anything differently: over names, kind, expressions, value map, normalisation and
/// types, not over descriptions. A base that carries another hash is no base (design: first contact again).
std::string entry_hash(const Entry& entry, std::string_view read_types);

/// The fields of one side that a program reads as numbers and booleans because the catalog says so.
std::string read_types(const Plan& plan, bool of_local, const std::vector<std::uint32_t>& slots);

/// The same for the whole mapping, with its rules of conflict, filters and limits; not over its name.
std::string mapping_hash(const Plan& plan);

}  // namespace crmsync::mapping
