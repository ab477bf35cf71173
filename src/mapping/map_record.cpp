#include "mapping/map_record.h"

#include "json/key_order.h"
#include "json/writer.h"
#include "mapping/answer_batch.h"
#include "mapping/trace.h"

namespace crmsync::mapping {
namespace {

bool writes(const PlannedEntry& entry, Target target) {
  return target == Target::crm ? entry.to_crm : entry.from_crm;
}

/// The object of all fields that are set or cleared.
void write_record(const Plan& plan, Target target, const std::vector<FieldOutcome>& outcomes, json::TextBuffer& out) {
  const OutputTree& tree = target == Target::crm ? plan.crm_output : plan.local_output;
  tree.write(out, [&](std::uint32_t index) {
    const FieldOutcome& outcome = outcomes[index];
    if (outcome.intent == Intent::skip) return false;
    json::append_value(out, outcome.value);
    return true;
  });
}

}  // namespace

void map_entries(const Plan& plan, Target target, const Value* source, Call& call,
                 std::vector<FieldOutcome>& outcomes) {
  outcomes.resize(plan.entries.size());
  for (const PlannedEntry& entry : plan.entries) {
    outcomes[entry.index] = writes(entry, target) ? map_field(plan, entry, target, source, call) : FieldOutcome{};
  }
}

const PlannedEntry* fatal_entry(const Plan& plan, Target target, const std::vector<FieldOutcome>& outcomes,
                                bool creating) {
  for (const PlannedEntry& entry : plan.entries) {
    const FieldOutcome& outcome = outcomes[entry.index];
    if (!outcome.failed()) continue;
    const DirectionRules& rules = rules_of(entry, target);
    // A required field whose value does not fit is as missing as one that has none.
    if (rules.on_error == OnError::fail_record || (creating && rules.required_on_create)) return &entry;
  }
  return nullptr;
}

bool map_slots(const Plan& plan, Target target, const MapOptions& options, Workspace& workspace, std::string& out,
               Diagnostic& problem) {
  if (!workspace.slots[0].is(Kind::map)) {
    problem = make_diagnostic(Code::JSN010, "a record must be a JSON object");
    return false;
  }
  Call call = make_call(plan, workspace.arena);
  call.now = options.now;
  call.creating = options.creating;
  call.tables = options.tables;
  map_entries(plan, target, workspace.slots.data(), call, workspace.outcomes);
  if (const PlannedEntry* fatal = fatal_entry(plan, target, workspace.outcomes, options.creating)) {
    problem = field_diagnostic(*fatal, target, workspace.outcomes[fatal->index]);
    return false;
  }
  workspace.text.clear();
  write_record(plan, target, workspace.outcomes, workspace.text);
  if (workspace.text.size() > plan.configuration.limits.output_bytes) {
    problem = make_diagnostic(Code::REC008, "the mapped record is larger than limits.output_bytes");
    problem.hint = "map fewer or shorter fields, or raise limits.output_bytes in the mapping file";
    return false;
  }
  if (options.trace) out += "{\"record\":";
  out += workspace.text.view();
  if (options.trace) {
    out += ",\"fields\":[";
    append_traces(plan, target, workspace.outcomes, options.include_values, out);
    out += "]}";
  }
  return true;
}

bool map_record(const Plan& plan, Target target, std::string_view record, const MapOptions& options,
                Workspace& workspace, std::string& out, Diagnostic& problem) {
  const json::Shape& shape = target == Target::crm ? plan.local_shape : plan.crm_shape;
  workspace.arena.reset();
  workspace.slots.resize(shape.slot_count());
  std::optional<json::KeyOrder> order;
  if (shape.has_rows()) order.emplace(shape);
  const json::ReadResult read =
      json::read_document(record, shape, workspace.slots.data(), {}, {order ? &*order : nullptr, &workspace.rows});
  if (!read.ok()) {
    problem = read_diagnostic(read, record);
    return false;
  }
  return map_slots(plan, target, options, workspace, out, problem);
}

void map_batch(const Plan& plan, Target target, std::string_view piece, json::BatchPlace& place,
               const MapOptions& options, Workspace& workspace, std::string& out) {
  answer_batch(piece, place, target == Target::crm ? plan.local_shape : plan.crm_shape, workspace, out,
               [&](std::string& line, Diagnostic& problem) {
                 return map_slots(plan, target, options, workspace, line, problem);
               });
}

Diagnostic field_diagnostic(const PlannedEntry& entry, Target target, const FieldOutcome& outcome) {
  std::string message = "\"" + entry.config->name + "\": " + std::string(code_title(outcome.code));
  if (!outcome.detail.empty()) message += " (" + std::string(outcome.detail) + ")";
  const std::vector<FieldPath>& source = target == Target::crm ? entry.config->local : entry.config->crm;
  return make_diagnostic(outcome.code, std::move(message), {}, source.empty() ? "" : json_pointer(source.front().path));
}

Diagnostic read_diagnostic(const json::ReadResult& read, std::string_view text) {
  const Position position = position_at(text, read.offset);
  return make_diagnostic(read.code, std::string(code_title(read.code)), {position, position});
}

}  // namespace crmsync::mapping
