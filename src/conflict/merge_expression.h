#pragma once
#include "conflict/decision.h"

namespace crmsync::conflict {

struct MergedValue {
  Verdict verdict;
  mapping::FieldOutcome failure;  // where the expression failed, or gave what the field cannot hold
};

/// What the strategy `{expression: …}` makes of the values of both sides and of the base, as PenguinMails spells them.
MergedValue merged_value(const Context& context, const mapping::PlannedEntry& entry, bool has_base);

}  // namespace crmsync::conflict
