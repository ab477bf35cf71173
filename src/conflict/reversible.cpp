#include "conflict/freshness.h"
#include "conflict/write_rules.h"
#include "mapping/typed.h"

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

FieldDecision act(const Context& context, const PlannedEntry& entry, const Freshness& f, const Verdict& verdict) {
  FieldDecision decision = decided(Status::resolved, verdict.winner, verdict.reason);
  switch (verdict.winner) {
    case Winner::local: return to_crm(context, entry, f, decision);
    case Winner::crm: return to_local(context, entry, decision);
    default: return open_review(verdict.reason);
  }
}

/// An open review is decided by its answer alone, and only if both sides still hold what the reviewer saw.
FieldDecision reviewed(const Context& context, const PlannedEntry& entry, const Freshness& f, const Review& review) {
  const auto same = [&](const Value& now, const Value& seen) {
    return mapping::same_value(now, comparable_target(context, entry, Target::crm, seen), context.call.arena);
  };
  const bool as_seen = same(f.mapped, review.local) && same(f.held, review.crm);
  switch (review.answer) {
    case Review::Answer::none: return open_review(Reason::review_open, as_seen ? review.opened_at : std::string_view{});
    case Review::Answer::value:
      *context.problem = make_diagnostic(
          Code::CNF001, "a calculated field has no value of its own: its review's answer chooses \"crm\" or \"local\"",
          {}, "/reviews");
      return {};
    default: break;
  }
  if (!as_seen) return open_review(Reason::stale_answer);
  return act(context, entry, f, {review.answer == Review::Answer::crm ? Winner::crm : Winner::local, Reason::answered});
}

FieldDecision conflict(const Context& context, const PlannedEntry& entry, const Freshness& f) {
  if (const Review* review = find_review(context, entry)) return reviewed(context, entry, f, *review);
  Contest contest = contest_of(context, entry);
  contest.local.now = f.mapped;
  contest.crm.now = f.held;
  Verdict verdict = decide(entry.strategy, contest);
  if (!f.has_base) verdict.reason = Reason::no_base;
  FieldDecision decision = act(context, entry, f, verdict);
  decision.rule = strategy_name(entry.strategy);
  return decision;
}

FieldDecision decide(const Context& context, const PlannedEntry& entry, const Freshness& f) {
  if (same_mapped(context, f)) {
    const bool moved = !f.has_base || f.changed || f.drifted;
    FieldDecision decision = moved ? decided(Status::converged, Winner::both, Reason::converged)
                                   : decided(Status::unchanged, Winner::none, Reason::in_sync);
    decision.sent = f.fresh.value;
    decision.agrees = moved;
    return decision;
  }
  if (f.has_base && (f.changed || f.drifted) && overrules(entry.strategy)) {
    FieldDecision decision = act(context, entry, f, conflict::decide(entry.strategy, {}));
    decision.rule = strategy_name(entry.strategy);
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

}  // namespace

FieldDecision decide_reversible(const Context& context, const PlannedEntry& entry) {
  const Freshness f = freshness_of(context, entry);
  if (f.settled) return *f.settled;
  FieldDecision decision = decide(context, entry, f);
  decision.mapped = f.fresh.value;
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
