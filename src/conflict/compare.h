#pragma once
#include "conflict/decision.h"

namespace crmsync::conflict {

/// What comparing the two sides of a field with each other and with their bases gives.
struct Comparison {
  bool known = true;                                // both sides were fetched
  bool has_base = false;                            // both sides' last agreed values are known, for this very entry
  bool local_changed = false, crm_changed = false;  // each against its own base
  bool same = false;                                // both sides hold the same value now
  bool local_nothing = false, crm_nothing = false;
  Code failure = Code::none;  // a side's value cannot be read in the field's type
  Reason failure_reason = Reason::wrong_type;
};

/// Compares in the field's type after normalisation and through the value map.
Comparison compare(const Context& context, const mapping::PlannedEntry& entry);

/// A side's value of one entry in the form in which values are compared; null where it has none, `error` where the
/// value does not fit (`reason` then says why).
Value comparable_value(const Context& context, const mapping::PlannedEntry& entry, mapping::Target side,
                       const Value& value, Reason& reason);

/// The base of an entry counts only if it was made by the same entry (its hash) or says nothing about it.
bool base_is_ours(const Context& context, const mapping::PlannedEntry& entry);

}  // namespace crmsync::conflict
