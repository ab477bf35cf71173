#include "conflict/compare.h"

#include <algorithm>

#include "json/short_text.h"
#include "mapping/conversion.h"
#include "mapping/normalize.h"
#include "mapping/salesforce_id.h"
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
  Value value = mapping::normalized(entry, side == Target::crm ? Target::local : Target::crm, given, context.call);
  if (value.is_nothing() || (rules.on_blank == mapping::OnBlank::as_null && mapping::is_blank(value)))
    return Value::null();
  if (side == Target::crm) {
    const mapping::Conversion mapped =
        mapping::translated(context.plan, entry, Target::local, value, rules.on_unmapped, context.call);
    if (mapped.outcome != mapping::Conversion::Outcome::converted) {
      reason = mapped.outcome == mapping::Conversion::Outcome::unmapped  ? Reason::unmapped_value
               : mapped.outcome == mapping::Conversion::Outcome::missing ? Reason::lookup_missing
                                                                         : Reason::wrong_type;
      return Value::of_failure(nullptr);
    }
    value = mapped.value;
  }
  reason = Reason::wrong_type;
  if (entry.whole_ids) value = mapping::whole_salesforce_id(value, arena);
  if (side == Target::local) value = mapping::with_offset(context.plan, entry.config->local_type, value, arena);
  return mapping::comparable(entry.compared_type, wire, value, arena);
}

bool base_is_ours(const Context& context, const PlannedEntry& entry) {
  const Value& hash = context.slots[context.layout.entries[entry.index].hash];
  return !hash.is(Kind::string) || hash.view() == entry.hash;
}

namespace {

/// A field that is missing from the base has no base; it is not null.
bool has_base(const Context& context, const PlannedEntry& entry, const Value& base_local, const Value& base_crm) {
  return !base_local.is_absent() && !base_crm.is_absent() && base_is_ours(context, entry);
}

/// What the CRM holds may be what the local value becomes there, though it does not lead back to it: a date of a
/// moment, a text cut short. The local value then stays as it is.
bool is_what_local_maps_to(const Context& context, const PlannedEntry& entry, const Side& local, const Side& crm) {
  const Value& held = crm.record[entry.crm_slot()];
  if (held.is_nothing() || mapping::is_blank(held)) return false;
  const Value value = mapping::normalized(entry, Target::crm, local.record[entry.local_slot()], context.call);
  if (value.is_nothing()) return false;
  const mapping::Conversion mapped = mapping::converted(context.plan, entry, Target::crm, value, context.call);
  if (mapped.outcome != mapping::Conversion::Outcome::converted) return false;
  const auto comparable = [&](const Value& spelled) {
    return mapping::comparable(entry.config->crm_type, context.plan.configuration.wire, spelled, context.call.arena);
  };
  const Value& whole = entry.whole_ids ? mapping::whole_salesforce_id(held, context.call.arena) : held;
  return mapping::same_value(comparable(mapped.value), comparable(whole), context.call.arena);
}

/// Fields whose texts pass as they are: what they are compared as is what is written.
bool compares_as_written(const PlannedEntry& entry) {
  const auto is_any = [](mapping::Type type) { return type == mapping::Type::any || type == mapping::Type::string; };
  return entry.verbatim_to_crm != 0 && entry.verbatim_from_crm != 0 && is_any(entry.config->local_type) &&
         is_any(entry.config->crm_type);
}

/// Nothing, or a text that is what is written and certainly not blank.
bool is_plain(const Value& value, std::uint32_t longest) {
  return value.is_nothing() || (value.is(Kind::string) && value.plain && value.size != 0 && value.size <= longest &&
                                static_cast<unsigned char>(value.text[0]) > ' ');
}

bool same_plain(const Value& a, const Value& b) {
  return a.size == b.size && a.is_nothing() == b.is_nothing() && same_bytes(a.text, b.text, a.size);
}

/// The same as below for most fields of most records, without taking the values through the mapping. False: not such.
bool compare_as_written(const Context& context, const PlannedEntry& entry, Comparison& result) {
  if (!compares_as_written(entry)) return false;
  const std::uint32_t local_slot = entry.local_slot(), crm_slot = entry.crm_slot();
  const Value &local = context.input.local.record[local_slot], &base_local = context.input.local.base[local_slot];
  const Value &crm = context.input.crm.record[crm_slot], &base_crm = context.input.crm.base[crm_slot];
  const std::uint32_t longest = std::min(entry.verbatim_to_crm, entry.verbatim_from_crm);
  if (!is_plain(local, longest) || !is_plain(crm, longest) || !is_plain(base_local, longest) ||
      !is_plain(base_crm, longest))
    return false;
  result.local_nothing = local.is_nothing();
  result.crm_nothing = crm.is_nothing();
  result.same = same_plain(local, crm);
  result.has_base = has_base(context, entry, base_local, base_crm);
  result.local_changed = result.has_base && !same_plain(local, base_local);
  result.crm_changed = result.has_base && !same_plain(crm, base_crm);
  return true;
}

}  // namespace

Comparison compare(const Context& context, const PlannedEntry& entry) {
  const Side& local = context.input.local;
  const Side& crm = context.input.crm;
  Arena& arena = context.call.arena;
  Comparison result;
  result.known = local.knows(entry.local_slot()) && crm.knows(entry.crm_slot());
  if (entry.currency_slot) result.known = result.known && crm.knows(*entry.currency_slot);
  if (!result.known || compare_as_written(context, entry, result)) return result;

  Reason local_reason{}, crm_reason{}, ignored{};
  const Value local_value =
      comparable_value(context, entry, Target::local, local.record[entry.local_slot()], local_reason);
  const Value crm_value = comparable_value(context, entry, Target::crm, crm.record[entry.crm_slot()], crm_reason);
  if (local_value.is(Kind::error) || crm_value.is(Kind::error)) {
    result.failure_reason = local_value.is(Kind::error) ? local_reason : crm_reason;
    result.failure = result.failure_reason == Reason::unmapped_value   ? Code::REC003
                     : result.failure_reason == Reason::lookup_missing ? Code::REC010
                                                                       : Code::REC002;
    return result;
  }
  result.local_nothing = local_value.is_nothing();
  result.crm_nothing = crm_value.is_nothing();
  result.same = mapping::same_value(local_value, crm_value, arena) || is_what_local_maps_to(context, entry, local, crm);

  const Value& base_local = local.base[entry.local_slot()];
  const Value& base_crm = crm.base[entry.crm_slot()];
  result.has_base = has_base(context, entry, base_local, base_crm);
  if (!result.has_base) return result;
  // A base value that no longer fits its type counts as different from everything.
  result.local_changed =
      !mapping::same_value(local_value, comparable_value(context, entry, Target::local, base_local, ignored), arena);
  result.crm_changed =
      !mapping::same_value(crm_value, comparable_value(context, entry, Target::crm, base_crm, ignored), arena);
  return result;
}

}  // namespace crmsync::conflict
