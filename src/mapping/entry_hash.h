#pragma once
#include "mapping/plan.h"

namespace crmsync::mapping {

/// Gives the plan and its entries their hashes. An entry's changes when it maps anything differently: over names, kind,
/// expressions, value map, normalisation and types, not over descriptions. A base that carries another hash is no base
/// (design: first contact again). The plan's is over all that, its rules of conflict, filters and limits; not over its
/// name.
void add_hashes(Plan& plan);

}  // namespace crmsync::mapping
