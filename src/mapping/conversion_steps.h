#pragma once
#include "mapping/conversion.h"

/// The two steps that `forward` and `reverse` are made of.
namespace crmsync::mapping {

using Lookup = const Value* (ValueMap::*)(const Value&, Arena&) const;

/// The value map, per element of a multi-select.
Conversion through_value_map(const PlannedEntry& entry, const Value& value, OnUnmapped on_unmapped, Lookup lookup,
                             Wire from, Arena& arena);

/// Into the target's type and spelling. `allowed` lists an enumeration's values; empty: any.
Conversion into_type(Type type, Wire from, Wire to, const std::vector<std::string>& allowed, const Value& value,
                     Arena& arena);

}  // namespace crmsync::mapping
