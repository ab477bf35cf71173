#include "conflict/compare.h"

#include "mapping/conversion_steps.h"
#include "mapping/text.h"
#include "mapping/typed.h"

namespace crmsync::conflict {

using mapping::PlannedEntry;
using mapping::Target;

Value comparable_value(const Context& context, const PlannedEntry& entry, Target side, const Value& given,
                       Reason& reason) {
  Arena& arena = context.call.arena;
  const mapping::Wire wire = context.plan.configuration.wire;
  // What is read of a side follows the rules of the direction that reads it.
  const mapping::DirectionRules& rules = mapping::rules_of(entry, side == Target::crm ? Target::local : Target::crm);
  Value value = mapping::normalized(rules.normalize, given, arena);
  if (value.is_nothing() || (rules.on_blank == mapping::OnBlank::as_null && mapping::is_blank(value)))
    return Value::null();
  if (side == Target::crm) {
    const mapping::Conversion mapped =
        mapping::through_value_map(entry, value, rules.on_unmapped, &mapping::ValueMap::to_local, wire, arena);
    if (mapped.outcome != mapping::Conversion::Outcome::converted) {
      reason = mapped.outcome == mapping::Conversion::Outcome::unmapped ? Reason::unmapped_value : Reason::wrong_type;
      return Value::of_failure(nullptr);
    }
    value = mapped.value;
  }
  reason = Reason::wrong_type;
  return mapping::comparable(entry.compared_type, wire, value, arena);
}

bool base_is_ours(const Context& context, const PlannedEntry& entry) {
  const Value& hash = context.slots[context.layout.entries[entry.index].hash];
  return !hash.is(Kind::string) || hash.view() == entry.hash;
}

Comparison compare(const Context& context, const PlannedEntry& entry) {
  const Side& local = context.input.local;
  const Side& crm = context.input.crm;
  Arena& arena = context.call.arena;
  Comparison result;
  result.known = local.knows(entry.local_slot()) && crm.knows(entry.crm_slot());
  if (!result.known) return result;

  Reason local_reason{}, crm_reason{}, ignored{};
  const Value local_value =
      comparable_value(context, entry, Target::local, local.record[entry.local_slot()], local_reason);
  const Value crm_value = comparable_value(context, entry, Target::crm, crm.record[entry.crm_slot()], crm_reason);
  if (local_value.is(Kind::error) || crm_value.is(Kind::error)) {
    result.failure_reason = local_value.is(Kind::error) ? local_reason : crm_reason;
    result.failure = result.failure_reason == Reason::unmapped_value ? Code::REC003 : Code::REC002;
    return result;
  }
  result.local_nothing = local_value.is_nothing();
  result.crm_nothing = crm_value.is_nothing();
  result.same = mapping::same_value(local_value, crm_value, arena);

  const Value& base_local = local.base[entry.local_slot()];
  const Value& base_crm = crm.base[entry.crm_slot()];
  // A field that is missing from the base has no base; it is not null.
  result.has_base = !base_local.is_absent() && !base_crm.is_absent() && base_is_ours(context, entry);
  if (!result.has_base) return result;
  // A base value that no longer fits its type counts as different from everything.
  result.local_changed =
      !mapping::same_value(local_value, comparable_value(context, entry, Target::local, base_local, ignored), arena);
  result.crm_changed =
      !mapping::same_value(crm_value, comparable_value(context, entry, Target::crm, base_crm, ignored), arena);
  return result;
}

}  // namespace crmsync::conflict
