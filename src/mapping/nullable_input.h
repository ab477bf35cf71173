#pragma once
#include <string>

#include "expression/expression.h"
#include "mapping/catalog.h"

namespace crmsync::mapping {

/// A field of which the catalog says that it may be empty, and without which the condition is null, as trying it shows;
/// "" where there is none. What the catalog does not know is no reason to warn.
std::string nullable_input(const expression::Program& condition, const expression::InputTable& table,
                           const Catalog& catalog, std::uint64_t cost, Arena& arena);

}  // namespace crmsync::mapping
