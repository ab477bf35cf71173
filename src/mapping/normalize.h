#pragma once
#include <string_view>

#include "mapping/field.h"

namespace crmsync::mapping {

/// "phone_e164", …: a normaliser as mapping files spell it.
std::string_view spelled_normalizer(Normalizer normalizer);

/// Whether the host does it (mapping/tables.h).
bool is_of_host(Normalizer normalizer);

/// The string after the rules' normalisers, in their order; anything but a string passes as it is.
Value normalized(const DirectionRules& rules, const Value& value, Call& call);

/// What is read of an entry's field on its way to `target`: a text by its normalisers, a selection each of its choices.
/// An id that is looked up is no text.
Value normalized(const PlannedEntry& entry, Target target, const Value& value, Call& call);

}  // namespace crmsync::mapping
