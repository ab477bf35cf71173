#include "conflict/freshness.h"
#include "conflict/write_rules.h"

namespace crmsync::conflict {

using mapping::PlannedEntry;
using mapping::Target;

FieldDecision decide_one_way(const Context& context, const PlannedEntry& entry) {
  const Freshness f = freshness_of(context, entry);
  if (f.settled) return *f.settled;
  const Target target = entry.to_crm ? Target::crm : Target::local;
  const Winner source_wins = target == Target::crm ? Winner::local : Winner::crm;

  FieldDecision decision;
  if (same_mapped(context, f)) {
    const bool moved = !f.has_base || f.changed || f.drifted;
    decision = moved ? decided(Status::converged, Winner::both, Reason::converged)
                     : decided(Status::unchanged, Winner::none, Reason::in_sync);
    decision.agrees = moved;
  } else if (!f.has_base && f.mapped.is_nothing()) {
    return decided(Status::skipped, Winner::none, Reason::no_base);  // a blank never beats a value
  } else if (!f.has_base || f.changed) {
    decision = decided(Status::propagated, source_wins, f.has_base ? Reason::derived_changed : Reason::no_base);
  } else if (!f.drifted) {
    // The written side re-spelt what it was sent, and the base knows it.
    decision = decided(Status::unchanged, Winner::none, Reason::in_sync);
  } else if (entry.config->drift.value_or(context.plan.configuration.conflict.drift) == mapping::Drift::leave) {
    return decided(Status::skipped, Winner::none, Reason::drift_left);
  } else {
    decision = decided(Status::resolved, source_wins, Reason::drift_restored);
  }
  decision.sent = f.fresh.value;
  if (decision.status == Status::propagated || decision.status == Status::resolved) {
    if (const std::optional<Reason> reason = forbids_write(context, entry, target))
      return decided(Status::skipped, Winner::none, *reason);
    (target == Target::crm ? decision.to_crm : decision.to_local) = f.fresh;
    decision.agrees = true;
  }
  return decision;
}

}  // namespace crmsync::conflict
