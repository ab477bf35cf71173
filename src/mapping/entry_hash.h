#pragma once
#include <string>

#include "mapping/plan.h"

namespace crmsync::mapping {

/// Changes when an entry maps anything differently: over names, kind, expressions, value map, normalisation and
/// types, not over descriptions. A base that carries another hash is no base (design: first contact again).
std::string entry_hash(const Entry& entry);

/// The same for the whole mapping, with its rules of conflict, filters and limits; not over its name.
std::string mapping_hash(const Plan& plan);

}  // namespace crmsync::mapping
