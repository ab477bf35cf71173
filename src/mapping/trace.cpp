#include "mapping/trace.h"

#include "json/writer.h"
#include "mapping/map_record.h"

namespace crmsync::mapping {
namespace {

std::string_view intent_name(Intent intent) {
  constexpr std::string_view names[] = {"skip", "set", "clear"};
  return names[static_cast<std::size_t>(intent)];
}

void append_field(std::string& out, std::string_view key, const std::vector<FieldPath>& paths) {
  out.append(",\"").append(key).append("\":");
  if (paths.empty()) {
    out += "null";
  } else {
    json::append_string(out, paths.front().spelled());
  }
}

std::string inputs(const Plan& plan, const PlannedEntry& entry, Target target) {
  const bool to_crm = target == Target::crm;
  const std::vector<Path>& paths = (to_crm ? plan.local : plan.crm).paths();
  const std::vector<std::uint32_t>& slots =
      entry.derived ? entry.inputs : slots_of(entry, to_crm ? Target::local : Target::crm);
  std::string out = ",\"rule\":";
  json::append_string(out, kind_name(entry.config->kind));
  out += ",\"inputs\":[";
  for (const std::uint32_t slot : slots) {
    if (out.back() != '[') out += ',';
    json::append_string(out, to_string(paths[slot]));
  }
  return out += ']';
}

}  // namespace

std::string_view kind_name(EntryKind kind) {
  constexpr std::string_view names[] = {"direct", "formula", "conditional", "aggregation"};
  return names[static_cast<std::size_t>(kind)];
}

const TraceParts& trace_parts(const Plan& plan, const PlannedEntry& entry) {
  TraceParts& parts = entry.trace_parts;
  if (!parts.head.empty()) return parts;
  parts.key = json::written_key(entry.config->name);
  parts.head = "{\"id\":";
  json::append_string(parts.head, entry.config->name);
  append_field(parts.head, "local_field", entry.config->local);
  append_field(parts.head, "crm_field", entry.config->crm);
  if (entry.to_crm) parts.inputs_to_crm = inputs(plan, entry, Target::crm);
  if (entry.from_crm) parts.inputs_from_crm = inputs(plan, entry, Target::local);
  return parts;
}

std::string steps_member(std::uint8_t steps) {
  std::string out;
  if (steps == 0) return out;
  constexpr std::string_view names[] = {"normalize", "lookup", "value_map", "format", "type", "truncate"};
  out += ",\"steps\":";
  char before = '[';
  for (unsigned i = 0; i < std::size(names); ++i) {
    if (!(steps & (1U << i))) continue;
    out += before;
    before = ',';
    out.append("\"").append(names[i]).append("\"");
  }
  out += ']';
  return out;
}

void append_traces(const Plan& plan, Target target, const std::vector<FieldOutcome>& outcomes, bool include_values,
                   std::string& out) {
  const bool to_crm = target == Target::crm;
  bool first = true;
  for (const PlannedEntry& entry : plan.entries) {
    if (!(to_crm ? entry.to_crm : entry.from_crm)) continue;
    const FieldOutcome& outcome = outcomes[entry.index];
    if (!first) out += ',';
    first = false;
    const TraceParts& parts = trace_parts(plan, entry);
    out.append(parts.head).append(to_crm ? parts.inputs_to_crm : parts.inputs_from_crm);
    out.append(",\"intent\":\"").append(intent_name(outcome.intent));
    out.append("\",\"reason\":\"").append(reason_name(outcome.reason)) += '"';
    out += steps_member(outcome.steps);
    if (include_values && outcome.intent != Intent::skip) {
      out += ",\"value\":";
      json::append_value(out, outcome.value);
    }
    if (outcome.failed()) {
      out += ",\"diagnostic\":";
      append_json(out, field_diagnostic(entry, target, outcome));
    }
    out += '}';
  }
}

}  // namespace crmsync::mapping
