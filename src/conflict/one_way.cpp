#include <algorithm>

#include "conflict/compare.h"
#include "conflict/write_rules.h"
#include "mapping/salesforce_id.h"
#include "mapping/text.h"
#include "mapping/typed.h"

namespace crmsync::conflict {
namespace {

using mapping::FieldOutcome;
using mapping::Intent;
using mapping::PlannedEntry;
using mapping::Target;

/// Values of the written side, as that side spells them.
Value comparable_target(const Context& context, const PlannedEntry& entry, Target target, const Value& value) {
  if (value.is_nothing() || mapping::is_blank(value)) return Value::null();
  const mapping::Wire wire = context.plan.configuration.wire;
  Arena& arena = context.call.arena;
  return mapping::comparable(mapping::type_of(entry, target), wire,
                             entry.whole_ids ? mapping::whole_salesforce_id(value, arena) : value, arena);
}

bool inputs_are_known(const PlannedEntry& entry, const Side& source, Target target) {
  const std::vector<std::uint32_t>& slots =
      entry.derived ? entry.inputs : mapping::slots_of(entry, target == Target::crm ? Target::local : Target::crm);
  if (entry.currency_slot && target == Target::local && !source.knows(*entry.currency_slot)) return false;
  return std::all_of(slots.begin(), slots.end(), [&](std::uint32_t slot) { return source.knows(slot); });
}

}  // namespace

FieldDecision decide_one_way(const Context& context, const PlannedEntry& entry) {
  Arena& arena = context.call.arena;
  const Target target = entry.to_crm ? Target::crm : Target::local;
  const Side& source = target == Target::crm ? context.input.local : context.input.crm;
  const Side& written = target == Target::crm ? context.input.crm : context.input.local;
  const std::uint32_t slot = mapping::slots_of(entry, target).front();
  if (!written.knows(slot) || !inputs_are_known(entry, source, target))
    return decided(Status::skipped, Winner::none, Reason::not_fetched);

  FieldOutcome fresh = mapping::map_field(context.plan, entry, target, source.record, context.call);
  // In a complete side an absent field is null: what was cleared there is cleared here.
  if (!entry.derived && fresh.intent == Intent::skip && fresh.reason == Reason::absent && !fresh.failed()) {
    fresh = mapping::map_value(context.plan, entry, target, Value::null(), context.call);
  }
  if (fresh.failed()) return refused(fresh);
  if (fresh.intent == Intent::skip) return decided(Status::skipped, Winner::none, fresh.reason);

  const Winner source_wins = target == Target::crm ? Winner::local : Winner::crm;
  const auto comparable = [&](const Value& value) { return comparable_target(context, entry, target, value); };
  const auto same = [&](const Value& a, const Value& b) { return mapping::same_value(a, b, arena); };
  const Value mapped = comparable(fresh.value), held = comparable(written.record[slot]);
  const bool ours = base_is_ours(context, entry);
  const Value& base = written.base[slot];
  const Value& sent = context.slots[context.layout.entries[entry.index].sent];
  const bool has_base = ours && !(sent.is_absent() && base.is_absent());
  // A base from before anything was sent knows only what the written side held.
  const bool changed = has_base && !same(mapped, comparable(sent.is_absent() ? base : sent));
  const bool drifted = has_base && !base.is_absent() && !same(held, comparable(base));

  FieldDecision decision;
  if (same(mapped, held)) {
    const bool moved = !has_base || changed || drifted;
    decision = moved ? decided(Status::converged, Winner::both, Reason::converged)
                     : decided(Status::unchanged, Winner::none, Reason::in_sync);
    decision.agrees = moved;
  } else if (!has_base && mapped.is_nothing()) {
    return decided(Status::skipped, Winner::none, Reason::no_base);  // a blank never beats a value
  } else if (!has_base || changed) {
    decision = decided(Status::propagated, source_wins, has_base ? Reason::derived_changed : Reason::no_base);
  } else if (!drifted) {
    // The written side re-spelt what it was sent, and the base knows it.
    decision = decided(Status::unchanged, Winner::none, Reason::in_sync);
  } else if (entry.config->drift == mapping::Drift::leave) {
    return decided(Status::skipped, Winner::none, Reason::drift_left);
  } else {
    decision = decided(Status::resolved, source_wins, Reason::drift_restored);
  }
  decision.sent = fresh.value;
  if (decision.status == Status::propagated || decision.status == Status::resolved) {
    if (const std::optional<Reason> reason = forbids_write(context, entry, target))
      return decided(Status::skipped, Winner::none, *reason);
    (target == Target::crm ? decision.to_crm : decision.to_local) = fresh;
    decision.agrees = true;
  }
  return decision;
}

}  // namespace crmsync::conflict
