#pragma once
#include "conflict/decision.h"

namespace crmsync::conflict {

/// What a one-way or computed entry maps to now, beside what was sent and what the written side holds.
struct Freshness {
  mapping::FieldOutcome fresh;
  Value mapped, held;  // in the form in which values are compared
  bool has_base = false;
  bool changed = false;                  // the freshly mapped value differs from what was sent
  bool drifted = false;                  // what the written side holds differs from its base
  std::optional<FieldDecision> settled;  // where there is nothing to compare
};

Freshness freshness_of(const Context& context, const mapping::PlannedEntry& entry);

/// Values of the written side, as that side spells them, in the form in which values are compared.
Value comparable_target(const Context& context, const mapping::PlannedEntry& entry, mapping::Target target,
                        const Value& value);

bool same_mapped(const Context& context, const Freshness& freshness);

}  // namespace crmsync::conflict
