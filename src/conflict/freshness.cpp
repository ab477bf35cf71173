#include <algorithm>

#include "conflict/compare.h"
#include "conflict/freshness.h"
#include "mapping/conversion.h"
#include "mapping/salesforce_id.h"
#include "mapping/text.h"
#include "mapping/typed.h"

namespace crmsync::conflict {
namespace {

using mapping::FieldOutcome;
using mapping::Intent;
using mapping::PlannedEntry;
using mapping::Target;

bool inputs_are_known(const PlannedEntry& entry, const Side& source, Target target) {
  const std::vector<std::uint32_t>& slots =
      entry.derived ? entry.inputs : mapping::slots_of(entry, target == Target::crm ? Target::local : Target::crm);
  if (entry.currency_slot && target == Target::local && !source.knows(*entry.currency_slot)) return false;
  return std::all_of(slots.begin(), slots.end(), [&](std::uint32_t slot) { return source.knows(slot); });
}

}  // namespace

Value comparable_target(const Context& context, const PlannedEntry& entry, Target target, const Value& value) {
  if (value.is_nothing() || mapping::is_blank(value)) return Value::null();
  const mapping::Wire wire = context.plan.configuration.wire;
  Arena& arena = context.call.arena;
  const mapping::Type type = mapping::type_of(entry, target);
  const Value whole = entry.whole_ids ? mapping::whole_salesforce_id(value, arena) : value;
  return mapping::comparable(type, wire, mapping::with_offset(context.plan, type, whole, arena), arena);
}

Freshness freshness_of(const Context& context, const PlannedEntry& entry) {
  const Target target = entry.to_crm ? Target::crm : Target::local;
  const Side& source = target == Target::crm ? context.input.local : context.input.crm;
  const Side& written = target == Target::crm ? context.input.crm : context.input.local;
  const std::uint32_t slot = mapping::slots_of(entry, target).front();
  Freshness result;
  if (!written.knows(slot) || !inputs_are_known(entry, source, target)) {
    result.settled = decided(Status::skipped, Winner::none, Reason::not_fetched);
    return result;
  }
  FieldOutcome& fresh = result.fresh;
  fresh = mapping::map_field(context.plan, entry, target, source.record, context.call);
  // In a complete side an absent field is null: what was cleared there is cleared here.
  if (!entry.derived && fresh.intent == Intent::skip && fresh.reason == Reason::absent && !fresh.failed()) {
    fresh = mapping::map_value(context.plan, entry, target, Value::null(), context.call);
  }
  if (fresh.failed()) {
    result.settled = refused(fresh);
    return result;
  }
  if (fresh.intent == Intent::skip) {
    result.settled = decided(Status::skipped, Winner::none, fresh.reason);
    return result;
  }
  const auto comparable = [&](const Value& value) { return comparable_target(context, entry, target, value); };
  const auto same = [&](const Value& a, const Value& b) { return mapping::same_value(a, b, context.call.arena); };
  result.mapped = comparable(fresh.value);
  result.held = comparable(written.record[slot]);
  const Value& base = written.base[slot];
  const Value& sent = context.slots[context.layout.entries[entry.index].sent];
  result.has_base = base_is_ours(context, entry) && !(sent.is_absent() && base.is_absent());
  // A base from before anything was sent knows only what the written side held.
  result.changed = result.has_base && !same(result.mapped, comparable(sent.is_absent() ? base : sent));
  result.drifted = result.has_base && !base.is_absent() && !same(result.held, comparable(base));
  return result;
}

bool same_mapped(const Context& context, const Freshness& freshness) {
  return mapping::same_value(freshness.mapped, freshness.held, context.call.arena);
}

}  // namespace crmsync::conflict
