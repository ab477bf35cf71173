#include <algorithm>

#include "conflict/compare.h"
#include "conflict/merge_expression.h"
#include "conflict/write_rules.h"
#include "json/time.h"
#include "mapping/text.h"
#include "mapping/typed.h"

namespace crmsync::conflict {
namespace {

using mapping::FieldOutcome;
using mapping::Intent;
using mapping::PlannedEntry;
using mapping::Target;

class Decider {
 public:
  Decider(const Context& context, const PlannedEntry& entry, const GroupVerdict* group)
      : context_(context),
        entry_(entry),
        group_(group && !group->rule.empty() ? group : nullptr),
        part_of_unknown_(group && group->unknown),
        local_(context.input.local.record[entry.local_slot()]),
        crm_(context.input.crm.record[entry.crm_slot()]) {}

  FieldDecision run() {
    const Comparison c = compare(context_, entry_);
    if (!c.known) return decided(Status::skipped, Winner::none, Reason::not_fetched);
    if (c.failure != Code::none) {
      FieldDecision decision = decided(Status::error, Winner::none, c.failure_reason);
      decision.code = c.failure;
      return decision;
    }
    if (c.same) {
      const bool moved = !c.has_base || c.local_changed || c.crm_changed;
      FieldDecision decision = moved ? decided(Status::converged, Winner::both, Reason::converged)
                                     : decided(Status::unchanged, Winner::none, Reason::in_sync);
      decision.agrees = moved;
      return decision;
    }
    if (group_) return as_group();
    // Part by part a group could become a mixture of both sides.
    if (part_of_unknown_) return decided(Status::skipped, Winner::none, Reason::not_fetched);
    // Whoever merged two records decided on their values, but nobody emptied the survivor's fields.
    if (!context_.input.crm.merged_into.empty() && c.crm_nothing)
      return write(Target::crm, decided(Status::propagated, Winner::local, Reason::merged));
    if (!context_.input.local.merged_into.empty() && c.local_nothing)
      return write(Target::local, decided(Status::propagated, Winner::crm, Reason::merged));
    if (!c.has_base) return first_contact(c);
    // What a side made of what it was sent is no change to overrule; it would be written without end.
    if (overrules(entry_.strategy) && (c.local_changed || c.crm_changed)) return act(decide(entry_.strategy, {}), true);
    if (c.local_changed && c.crm_changed) return conflict(true);
    if (c.local_changed) return write(Target::crm, decided(Status::propagated, Winner::local, Reason::local_changed));
    if (c.crm_changed) return write(Target::local, decided(Status::propagated, Winner::crm, Reason::crm_changed));
    // Neither changed and yet they differ: the CRM re-spelt what it was sent, and both agreed on that.
    return decided(Status::unchanged, Winner::none, Reason::in_sync);
  }

 private:
  /// A blank never beats a value; two values are a conflict.
  FieldDecision first_contact(const Comparison& c) {
    if (c.crm_nothing) return write(Target::crm, decided(Status::propagated, Winner::local, Reason::no_base));
    if (c.local_nothing) return write(Target::local, decided(Status::propagated, Winner::crm, Reason::no_base));
    switch (context_.plan.configuration.conflict.first_contact) {
      case mapping::FirstContact::crm:
        return write(Target::local, decided(Status::resolved, Winner::crm, Reason::no_base));
      case mapping::FirstContact::penguinmails:
        return write(Target::crm, decided(Status::resolved, Winner::local, Reason::no_base));
      case mapping::FirstContact::fill_blanks_only: return decided(Status::skipped, Winner::none, Reason::no_base);
      case mapping::FirstContact::strategy: break;
    }
    return conflict(false);
  }

  /// The group's winner takes it all; a field that only the loser changed is among it.
  FieldDecision as_group() {
    if (const Review* review = find_review(context_, entry_)) return reviewed(*review);
    const Winner winner = group_->verdict.winner;
    FieldDecision decision = winner == Winner::none ? open_review(group_->verdict.reason)
                                                    : write(winner == Winner::crm ? Target::local : Target::crm,
                                                            decided(Status::resolved, winner, group_->verdict.reason));
    decision.rule = group_->rule;
    return decision;
  }

  FieldDecision conflict(bool has_base) {
    if (const Review* review = find_review(context_, entry_)) return reviewed(*review);
    if (entry_.config->forward_only) {
      const Winner further = further_stage(context_, entry_);
      if (further != Winner::none) {
        FieldDecision decision = act({further, Reason::further_stage}, true);
        decision.rule = "forward_only";
        return decision;
      }
    }
    if (entry_.strategy != mapping::Strategy::expression)
      return act(decide(entry_.strategy, contest(has_base)), has_base);
    const MergedValue merged = merged_value(context_, entry_, has_base);
    if (merged.failure.failed()) {
      FieldDecision decision = refused(merged.failure);
      decision.rule = strategy_name(entry_.strategy);
      return decision;
    }
    return act(merged.verdict, has_base);
  }

  Contest contest(bool has_base) const {
    Contest contest = contest_of(context_, entry_);
    if (!mapping::reads_values(entry_.strategy)) return contest;
    Reason ignored{};
    const auto change = [&](Target side, const Side& of, std::uint32_t slot) {
      Change change{comparable_value(context_, entry_, side, of.record[slot], ignored), {}};
      if (has_base) change.before = comparable_value(context_, entry_, side, of.base[slot], ignored);
      return change;
    };
    contest.local = change(Target::local, context_.input.local, entry_.local_slot());
    contest.crm = change(Target::crm, context_.input.crm, entry_.crm_slot());
    contest.catalog = &entry_.config->local_facts.values;
    contest.arena = &context_.call.arena;
    return contest;
  }

  /// Does what was decided. Where the sides never agreed before, that is the reason.
  FieldDecision act(const Verdict& verdict, bool has_base) {
    FieldDecision decision = decided(Status::resolved, verdict.winner, has_base ? verdict.reason : Reason::no_base);
    switch (verdict.winner) {
      case Winner::none: decision = open_review(decision.reason); break;
      case Winner::both: decision = write_chosen(verdict.value, decision); break;
      case Winner::crm: decision = write(Target::local, decision); break;
      case Winner::local: decision = write(Target::crm, decision); break;
    }
    decision.rule = strategy_name(entry_.strategy);
    return decision;
  }

  /// An open review is decided by its answer alone, and only if both sides still hold what the reviewer saw.
  FieldDecision reviewed(const Review& review) {
    const bool as_seen =
        same_as_seen(Target::local, local_, review.local) && same_as_seen(Target::crm, crm_, review.crm);
    if (review.answer == Review::Answer::none)
      return open_review(Reason::review_open, as_seen ? review.opened_at : std::string_view{});
    if (!as_seen) return open_review(Reason::stale_answer);
    switch (review.answer) {
      case Review::Answer::crm: return write(Target::local, decided(Status::resolved, Winner::crm, Reason::answered));
      case Review::Answer::local: return write(Target::crm, decided(Status::resolved, Winner::local, Reason::answered));
      default: return write_chosen(review.chosen, decided(Status::resolved, Winner::both, Reason::answered));
    }
  }

  bool same_as_seen(Target side, const Value& now, const Value& seen) const {
    Reason ignored{};
    return mapping::same_value(comparable_value(context_, entry_, side, now, ignored),
                               comparable_value(context_, entry_, side, seen, ignored), context_.call.arena);
  }

  /// A third value, given as PenguinMails spells it, goes to both sides.
  FieldDecision write_chosen(const Value& chosen, FieldDecision decision) {
    const FieldOutcome to_crm = mapping::map_value(context_.plan, entry_, Target::crm, chosen, context_.call);
    if (to_crm.failed()) return refused(to_crm);
    // The answer clears the field, and the CRM's cannot be cleared.
    if (to_crm.reason == Reason::not_nullable) return decided(Status::skipped, Winner::none, to_crm.reason);
    decision.to_crm = to_crm;
    decision.to_local.intent = chosen.is_nothing() ? Intent::clear : Intent::set;
    decision.to_local.value = chosen.is_nothing() ? Value::null() : chosen;
    decision.agrees = true;
    return decision;
  }

  /// Writes the other side's value to `target`. What the mapping refuses stays unwritten and keeps its base.
  FieldDecision write(Target target, FieldDecision decision) {
    if (const std::optional<Reason> reason = forbids_write(context_, entry_, target))
      return decided(Status::skipped, Winner::none, *reason);
    const Value& given = target == Target::crm ? local_ : crm_;
    // Of a side that is known, a field that is not there is null: its clear travels as a clear.
    const FieldOutcome outcome =
        mapping::map_value(context_.plan, entry_, target, given.is_absent() ? Value::null() : given, context_.call);
    if (outcome.failed()) return refused(outcome);
    if (outcome.intent == Intent::skip) return decided(Status::skipped, Winner::none, outcome.reason);
    (target == Target::crm ? decision.to_crm : decision.to_local) = outcome;
    decision.agrees = true;
    return decision;
  }

  const Context& context_;
  const PlannedEntry& entry_;
  const GroupVerdict* group_;  // null: no conflict of a group
  const bool part_of_unknown_;
  const Value& local_;
  const Value& crm_;
};

Value given_time(const Context& context, const Value& given, const char* path) {
  if (given.is_nothing()) return {};
  if (given.is(Kind::string)) {
    if (const auto time = json::parse_timestamp(decoded_text(given, context.call.arena))) return *time;
  }
  *context.problem = make_diagnostic(Code::CNF002, "a time must be RFC 3339, such as 2026-03-01T10:00:00Z", {}, path);
  return {};
}

}  // namespace

Contest contest_of(const Context& context, const PlannedEntry& entry) {
  const InputLayout::OfEntry& slots = context.layout.entries[entry.index];
  Contest contest;
  const Value local_time = given_time(context, context.slots[slots.local_time], "/local/field_times");
  const Value crm_time = given_time(context, context.slots[slots.crm_time], "/crm/field_times");
  contest.local_time = local_time.is_absent() ? context.input.local.updated_at : local_time;
  contest.crm_time = crm_time.is_absent() ? context.input.crm.updated_at : crm_time;
  contest.local_field_time = !local_time.is_absent();
  contest.crm_field_time = !crm_time.is_absent();
  const mapping::ConflictRules& rules = context.plan.configuration.conflict;
  contest.tie = rules.tie;
  contest.skew_nanoseconds = rules.skew_nanoseconds;
  contest.evidence = rules.evidence;
  if (rules.evidence == mapping::Evidence::certain) {
    contest.agreed_at = given_time(context, agreed_at_of(context, entry), "/base/agreed_at");
  }
  return contest;
}

FieldDecision decide_bidirectional(const Context& context, const PlannedEntry& entry, const GroupVerdict* group) {
  return Decider(context, entry, group).run();
}

}  // namespace crmsync::conflict
