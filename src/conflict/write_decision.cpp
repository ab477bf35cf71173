#include "conflict/decision.h"
#include "json/short_text.h"
#include "json/text_buffer.h"
#include "json/writer.h"
#include "mapping/hash.h"
#include "mapping/trace.h"

namespace crmsync::conflict {
namespace {

using mapping::FieldOutcome;
using mapping::Intent;
using mapping::PlannedEntry;

std::string_view outcome_name(Outcome outcome) {
  constexpr std::string_view names[] = {"in_sync",      "merged",     "review", "create_local", "create_crm",
                                        "delete_local", "delete_crm", "unlink", "filtered",     "invalid"};
  return names[static_cast<std::size_t>(outcome)];
}

std::string_view status_name(Status status) {
  constexpr std::string_view names[] = {"unchanged", "propagated", "converged", "resolved",
                                        "review",    "skipped",    "error"};
  return names[static_cast<std::size_t>(status)];
}

std::string_view winner_name(Winner winner) {
  constexpr std::string_view names[] = {"none", "local", "crm", "both"};
  return names[static_cast<std::size_t>(winner)];
}

/// Appends the decision's parts in the order of docs/conflicts.md, "Output".
class DecisionWriter {
 public:
  DecisionWriter(const Context& context, const Decision& decision, json::TextBuffer& out)
      : context_(context),
        plan_(context.plan),
        input_(context.input),
        decision_(decision),
        agreed_at_(context.call.arena.room<Value>(plan_.entries.size())),
        out_(out) {}

  void run() {
    out_ += "{\"outcome\":";
    name(outcome_name(decision_.outcome));
    out_ += ",\"local\":";
    const std::size_t local_start = out_.size();
    write_patch(plan_.local_output, &FieldDecision::to_local);
    out_ += ",\"crm\":";
    write_patch(plan_.crm_output, &FieldDecision::to_crm);
    const std::size_t patches_end = out_.size();
    write_base();
    write_expect();
    write_fields();
    write_reviews();
    out_ += ",\"mapping\":";
    name(plan_.hash);
    out_ += ",\"fingerprint\":";
    write_fingerprint(out_.view().substr(local_start, patches_end - local_start));
    out_ += '}';
  }

 private:
  void name(std::string_view text) { out_.add_quoted(text); }

  void text(std::string_view text) { json::append_value(out_, Value::of_string(text)); }

  /// The link belongs to it: two contacts must not share an intent's idempotency key.
  void write_fingerprint(std::string_view patches) {
    char* const hashed = context_.call.arena.characters(input_.link.size() + patches.size());
    copy_bytes(hashed, input_.link.data(), input_.link.size());
    copy_bytes(hashed + input_.link.size(), patches.data(), patches.size());
    char digits[mapping::long_hash_size];
    mapping::write_long_hash({hashed, input_.link.size() + patches.size()}, digits);
    name({digits, sizeof digits});
  }

  void write_patch(const mapping::OutputTree& tree, FieldOutcome FieldDecision::*side) {
    tree.write(out_, [&](std::uint32_t index) {
      const FieldOutcome& outcome = decision_.fields[index].*side;
      if (outcome.intent == Intent::skip) return false;
      json::append_value(out_, outcome.value);
      return true;
    });
  }

  // --- base ---

  bool creates() const {
    return decision_.outcome == Outcome::create_local || decision_.outcome == Outcome::create_crm;
  }

  /// Of a record that is created anew the base of the one before says nothing: what it lacks nobody has emptied. But an
  /// opt-out is never forgotten.
  Value kept_base(const PlannedEntry& entry, const Value& base) const {
    return creates() && !entry.suppression ? Value{} : base;
  }

  /// What a side will hold of a field once the writes are done; absent where the base says nothing about the field.
  Value agreed(const PlannedEntry& entry, const FieldOutcome& written, const Side& side, std::uint32_t slot) const {
    const FieldDecision& field = decision_.fields[entry.index];
    if (!field.agrees) return kept_base(entry, side.base[slot]);
    if (side.present && !side.knows(slot)) return side.base[slot];
    if (written.intent != Intent::skip) return written.value;
    if (!side.present) return {};
    const Value& held = side.record[slot];
    return held.is_absent() ? Value::null() : held;
  }

  void write_base() {
    if (decision_.purge) {
      out_ += R"(,"base":null)";
      return;
    }
    out_ += ",\"base\":{\"local\":";
    write_base_side(plan_.local_base, input_.local, &PlannedEntry::local_slots, &FieldDecision::to_local);
    out_ += ",\"crm\":";
    write_base_side(plan_.crm_base, input_.crm, &PlannedEntry::crm_slots, &FieldDecision::to_crm);
    write_by_entry("sent", [&](const PlannedEntry& entry) {
      const FieldDecision& field = decision_.fields[entry.index];
      return field.sent.is_absent() ? kept_base(entry, context_.slots[context_.layout.entries[entry.index].sent])
                                    : field.sent;
    });
    write_by_entry("agreed_at", [&](const PlannedEntry& entry) { return agreed_at_[entry.index] = agreed_at(entry); });
    write_by_entry("mapping", [&](const PlannedEntry& entry) {
      if (agreed_at_[entry.index].is_absent()) return Value{};
      // What is kept of a base stays the base of the entry that made it.
      const Value& before = context_.slots[context_.layout.entries[entry.index].hash];
      const bool kept = !decision_.fields[entry.index].agrees && before.is(Kind::string);
      return kept ? before : Value::of_string(entry.hash);
    });
    out_ += '}';
  }

  void write_base_side(const mapping::OutputTree& tree, const Side& side,
                       const std::vector<std::uint32_t> PlannedEntry::*slots, FieldOutcome FieldDecision::*written) {
    tree.write(out_, [&](std::uint32_t index) {
      const PlannedEntry& entry = plan_.entries[index];
      const Value value = agreed(entry, decision_.fields[index].*written, side, (entry.*slots).front());
      if (value.is_absent()) return false;
      json::append_value(out_, value);
      return true;
    });
  }

  /// When the field was agreed on: now, or when it was before; absent: never.
  Value agreed_at(const PlannedEntry& entry) const {
    if (decision_.fields[entry.index].agrees) return Value::of_string(input_.now_text);
    if (creates() && !entry.suppression) return {};
    const Value& before = context_.slots[context_.layout.entries[entry.index].agreed_at];
    if (!before.is_nothing()) return before;
    const auto is_absent = [](const std::vector<std::uint32_t>& slots, const Side& side) {
      return slots.empty() || side.base[slots.front()].is_absent();
    };
    const bool never = is_absent(entry.local_slots, input_.local) && is_absent(entry.crm_slots, input_.crm);
    return never ? Value{} : input_.agreed_at;
  }

  template <class ValueOf>
  void write_by_entry(std::string_view key, ValueOf value_of) {
    out_ += ",\"";
    out_ += key;
    out_ += "\":{";
    bool first = true;
    for (const PlannedEntry& entry : plan_.entries) {
      const Value value = value_of(entry);
      if (value.is_absent()) continue;
      if (!first) out_ += ',';
      first = false;
      out_ += mapping::trace_parts(plan_, entry).key;
      json::append_value(out_, value);
    }
    out_ += '}';
  }

  // --- the rest ---

  void write_expect() {
    out_ += ",\"expect\":{\"local\":";
    write_time(input_.local);
    out_ += ",\"crm\":";
    write_time(input_.crm);
    out_ += '}';
    if (!input_.local.merged_into.empty() || !input_.crm.merged_into.empty()) write_relink();
  }

  void write_relink() {
    out_ += ",\"relink\":{";
    write_survivor("\"local\":", input_.local);
    if (!input_.local.merged_into.empty() && !input_.crm.merged_into.empty()) out_ += ',';
    write_survivor("\"crm\":", input_.crm);
    out_ += '}';
  }

  void write_survivor(std::string_view key, const Side& side) {
    if (side.merged_into.empty()) return;
    out_ += key;
    text(side.merged_into);
  }

  void write_time(const Side& side) {
    if (side.updated_at.is_absent()) {
      out_ += "null";
    } else {
      text(side.updated_at_text);  // as it was given: it goes back to where it came from
    }
  }

  void write_fields() {
    out_ += ",\"fields\":[";
    for (const PlannedEntry& entry : plan_.entries) {
      if (entry.index != 0) out_ += ',';
      write_field(entry, decision_.fields[entry.index]);
    }
    out_ += ']';
  }

  void write_field(const PlannedEntry& entry, const FieldDecision& field) {
    out_ += mapping::trace_parts(plan_, entry).head;
    out_ += ",\"status\":";
    name(status_name(field.status));
    out_ += ",\"winner\":";
    name(winner_name(field.winner));
    out_ += ",\"rule\":";
    if (field.rule.empty()) {
      out_ += "null";
    } else {
      name(field.rule);
    }
    out_ += ",\"reason\":";
    name(reason_name(field.reason));
    if (field.code != Code::none) write_failure(field);
    if (const std::uint8_t steps = field.to_crm.steps | field.to_local.steps) out_ += mapping::steps_member(steps);
    write_values(entry, field);
    out_ += '}';
  }

  void write_failure(const FieldDecision& field) {
    out_ += ",\"code\":";
    name(code_name(field.code));
    if (field.detail.empty()) return;
    out_ += ",\"detail\":";
    text(field.detail);
  }

  void write_values(const PlannedEntry& entry, const FieldDecision& field) {
    out_ += ",\"values\":{";
    if (decision_.purge) {
      out_ += '}';
      return;
    }
    bool first = true;
    const auto write = [&](std::string_view key, const Value& value) {
      if (value.is_absent()) return;
      out_ += first ? "\"" : ",\"";
      first = false;
      out_ += key;
      out_ += "\":";
      json::append_value(out_, value);
    };
    const FieldValues values = values_of(context_, entry, field);
    write("local", values.local);
    write("crm", values.crm);
    write("base_local", values.base_local);
    write("base_crm", values.base_crm);
    if (field.to_crm.intent != Intent::skip)
      write("result", field.to_crm.value);
    else if (field.to_local.intent != Intent::skip)
      write("result", field.to_local.value);
    out_ += '}';
  }

  void write_reviews() {
    out_ += ",\"reviews\":[";
    bool first = true;
    if (decision_.review) {
      first = false;
      write_record_review(*decision_.review);
    }
    for (const PlannedEntry& entry : plan_.entries) {
      const FieldDecision& field = decision_.fields[entry.index];
      if (field.status != Status::review) continue;
      if (!first) out_ += ',';
      first = false;
      write_review(entry, field);
    }
    out_ += ']';
  }

  void write_review(const PlannedEntry& entry, const FieldDecision& field) {
    const FieldValues values = values_of(context_, entry, field);
    out_ += "{\"id\":";
    name(review_id(context_, entry, values));
    out_ += ",\"field\":";
    text(entry.config->name);
    write_nullable(",\"local\":", values.local);
    write_nullable(",\"crm\":", values.crm);
    write_nullable(",\"base\":", values.base_local);
    out_ += ",\"reason\":";
    name(reason_name(field.reason));
    out_ += ",\"opened_at\":";
    text(field.review_opened_at.empty() ? input_.now_text : field.review_opened_at);
    out_ += '}';
  }

  void write_record_review(const RecordReview& review) {
    out_ += "{\"id\":";
    name(record_review_id(context_));
    out_ += ",\"field\":null,\"local\":";
    out_ += mapped_values(context_, mapping::Target::local);
    out_ += ",\"crm\":";
    out_ += mapped_values(context_, mapping::Target::crm);
    out_ += ",\"base\":null,\"reason\":";
    name(reason_name(review.reason));
    out_ += ",\"opened_at\":";
    text(review.opened_at.empty() ? input_.now_text : review.opened_at);
    out_ += '}';
  }

  void write_nullable(std::string_view key, const Value& value) {
    out_ += key;
    json::append_value(out_, value);  // absent is written as null
  }

  const Context& context_;
  const mapping::Plan& plan_;
  const Input& input_;
  const Decision& decision_;
  Value* const agreed_at_;  // by entry
  json::TextBuffer& out_;
};

}  // namespace

void write_decision(const Context& context, const Decision& decision, json::TextBuffer& out) {
  DecisionWriter(context, decision, out).run();
}

}  // namespace crmsync::conflict
