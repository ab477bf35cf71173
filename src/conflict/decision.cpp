#include "conflict/decision.h"

#include "json/writer.h"
#include "mapping/hash.h"

namespace crmsync::conflict {

FieldDecision decided(Status status, Winner winner, Reason reason) {
  FieldDecision decision;
  decision.status = status;
  decision.winner = winner;
  decision.reason = reason;
  return decision;
}

FieldDecision refused(const mapping::FieldOutcome& outcome) {
  FieldDecision decision = decided(Status::error, Winner::none, outcome.reason);
  decision.code = outcome.code;
  decision.detail = outcome.detail;
  return decision;
}

const Value& agreed_at_of(const Context& context, const mapping::PlannedEntry& entry) {
  const Value& of_field = context.slots[context.layout.entries[entry.index].agreed_at];
  return of_field.is_nothing() ? context.input.agreed_at : of_field;
}

FieldDecision open_review(Reason reason, std::string_view opened_at) {
  FieldDecision decision = decided(Status::review, Winner::none, reason);
  decision.review_opened_at = opened_at;
  return decision;
}

const Review* find_review(const Context& context, const mapping::PlannedEntry& entry) {
  for (const Review& review : context.input.reviews) {
    if (review.field == entry.config->name) return &review;
  }
  return nullptr;
}

FieldValues values_of(const Context& context, const mapping::PlannedEntry& entry, const FieldDecision& field) {
  FieldValues values;
  values.local = field.mapped;
  // Of alternatives the first that has a value speaks for the field.
  if (!entry.local_slots.empty()) {
    values.local = mapping::read_field(entry, mapping::Target::local, context.input.local.record, context.call.arena);
    values.base_local = context.input.local.base[entry.local_slot()];
  }
  if (!entry.crm_slots.empty()) {
    values.crm = mapping::read_field(entry, mapping::Target::crm, context.input.crm.record, context.call.arena);
    values.base_crm = context.input.crm.base[entry.crm_slot()];
  }
  return values;
}

std::string review_id(const Context& context, const mapping::PlannedEntry& entry, const FieldValues& values) {
  std::string text;
  json::append_string(text, context.input.link);
  json::append_string(text, entry.config->name);
  json::append_value(text, values.local);
  text += ',';
  json::append_value(text, values.crm);
  return mapping::long_hash(text);
}

std::string mapped_values(const Context& context, mapping::Target side) {
  const bool is_crm = side == mapping::Target::crm;
  const Side& given = is_crm ? context.input.crm : context.input.local;
  if (!given.present || given.deleted) return "null";
  std::string out;
  (is_crm ? context.plan.crm_base : context.plan.local_base).write(out, [&](std::uint32_t index) {
    const Value& value = given.record[mapping::slots_of(context.plan.entries[index], side).front()];
    if (value.is_absent()) return false;
    json::append_value(out, value);
    return true;
  });
  return out;
}

std::string record_review_id(const Context& context) {
  std::string text;
  json::append_string(text, context.input.link);
  text += mapped_values(context, mapping::Target::local);
  text += ',';
  text += mapped_values(context, mapping::Target::crm);
  return mapping::long_hash(text);
}

}  // namespace crmsync::conflict
