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

FieldValues values_of(const Context& context, const mapping::PlannedEntry& entry) {
  FieldValues values;
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

std::string review_id(const Context& context, const mapping::PlannedEntry& entry) {
  const FieldValues values = values_of(context, entry);
  std::string text;
  json::append_string(text, context.input.link);
  json::append_string(text, entry.config->name);
  json::append_value(text, values.local);
  text += ',';
  json::append_value(text, values.crm);
  return mapping::long_hash(text);
}

}  // namespace crmsync::conflict
