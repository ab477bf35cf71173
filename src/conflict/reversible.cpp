#include "conflict/freshness.h"
#include "conflict/write_rules.h"

/// A computed field of the CRM whose value is also brought back: decided as one field, whichever PenguinMails fields it
/// is made of. The parts then follow.
namespace crmsync::conflict {

using mapping::FieldOutcome;
using mapping::Intent;
using mapping::PlannedEntry;
using mapping::Target;

namespace {

FieldDecision to_crm(const Context& context, const PlannedEntry& entry, const Freshness& f, FieldDecision decision) {
  if (const std::optional<Reason> reason = forbids_write(context, entry, Target::crm))
    return decided(Status::skipped, Winner::none, *reason);
  decision.to_crm = f.fresh;
  decision.sent = f.fresh.value;
  decision.agrees = true;
  return decision;
}

/// The parts write; what the CRM holds is then what the PenguinMails fields map to.
FieldDecision to_local(const Context& context, const PlannedEntry& entry, FieldDecision decision) {
  const Value& held = context.input.crm.record[entry.crm_slot()];
  decision.sent = held.is_absent() ? Value::null() : held;
  decision.agrees = true;
  return decision;
}

FieldDecision conflict(const Context& context, const PlannedEntry& entry, const Freshness& f) {
  const mapping::Strategy strategy = context.strategies[entry.index];
  const Verdict verdict = decide(strategy, contest_of(context, entry));
  FieldDecision decision = decided(Status::resolved, verdict.winner, f.has_base ? verdict.reason : Reason::no_base);
  if (verdict.winner == Winner::local) decision = to_crm(context, entry, f, decision);
  if (verdict.winner == Winner::crm) decision = to_local(context, entry, decision);
  if (verdict.winner == Winner::none) {
    decision = decided(Status::review, Winner::none, decision.reason);
    decision.review_id = review_id(context, entry);
  }
  decision.rule = strategy_name(strategy);
  return decision;
}

}  // namespace

FieldDecision decide_reversible(const Context& context, const PlannedEntry& entry) {
  const Freshness f = freshness_of(context, entry);
  if (f.settled) return *f.settled;
  if (same_mapped(context, f)) {
    const bool moved = !f.has_base || f.changed || f.drifted;
    FieldDecision decision = moved ? decided(Status::converged, Winner::both, Reason::converged)
                                   : decided(Status::unchanged, Winner::none, Reason::in_sync);
    decision.sent = f.fresh.value;
    decision.agrees = moved;
    return decision;
  }
  const Winner only = !f.has_base ? (f.held.is_nothing()     ? Winner::local
                                     : f.mapped.is_nothing() ? Winner::crm
                                                             : Winner::both)
                                  : (f.changed && f.drifted ? Winner::both
                                     : f.changed            ? Winner::local
                                     : f.drifted            ? Winner::crm
                                                            : Winner::none);
  switch (only) {
    case Winner::local:
      return to_crm(context, entry, f,
                    decided(Status::propagated, only, f.has_base ? Reason::derived_changed : Reason::no_base));
    case Winner::crm:
      return to_local(context, entry,
                      decided(Status::propagated, only, f.has_base ? Reason::crm_changed : Reason::no_base));
    case Winner::both: return conflict(context, entry, f);
    case Winner::none: break;
  }
  // The CRM re-spelt what it was sent, and the base knows it.
  FieldDecision decision = decided(Status::unchanged, Winner::none, Reason::in_sync);
  decision.sent = f.fresh.value;
  return decision;
}

void decide_part(const Context& context, const PlannedEntry& part, std::vector<FieldDecision>& fields) {
  const FieldDecision whole = fields[part.part_of];
  FieldDecision& decision = fields[part.index];
  decision = decided(Status::unchanged, Winner::none, whole.reason);
  decision.agrees = whole.agrees;
  if (whole.winner != Winner::crm || !whole.agrees) return;
  // All parts or none: with some of them written, the rest would come back to the CRM as PenguinMails' change.
  const auto withdraw = [&](const FieldDecision& instead) {
    for (std::uint32_t i = part.part_of; i <= part.index; ++i) fields[i] = instead;
  };
  if (!context.input.local.knows(part.local_slot()))
    return withdraw(decided(Status::skipped, Winner::none, Reason::not_fetched));
  if (const std::optional<Reason> reason = forbids_write(context, part, Target::local))
    return withdraw(decided(Status::skipped, Winner::none, *reason));
  const FieldOutcome fresh =
      mapping::map_field(context.plan, part, Target::local, context.input.crm.record, context.call);
  if (fresh.failed()) return withdraw(refused(fresh));
  if (fresh.intent == Intent::skip) return withdraw(decided(Status::skipped, Winner::none, fresh.reason));
  decision = decided(whole.status, Winner::crm, whole.reason);
  decision.to_local = fresh;
  decision.rule = whole.rule;
  decision.agrees = true;
}

}  // namespace crmsync::conflict
