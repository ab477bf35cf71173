#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conflict/input.h"
#include "conflict/strategy.h"
#include "json/text_buffer.h"
#include "mapping/field.h"

namespace crmsync::conflict {

enum class Outcome : std::uint8_t {
  in_sync,
  merged,
  review,
  create_local,
  create_crm,
  delete_local,
  delete_crm,
  unlink,
  filtered,
  invalid
};
enum class Status : std::uint8_t { unchanged, propagated, converged, resolved, review, skipped, error };

/// What was decided about one entry, and why.
struct FieldDecision {
  Status status = Status::unchanged;
  Winner winner = Winner::none;
  std::string_view rule;  // the strategy's name, or "suppression"; empty where no rule was needed
  Reason reason = Reason::in_sync;
  Code code = Code::none;  // of a failure
  std::string_view detail;
  mapping::FieldOutcome to_local, to_crm;  // what is written; `skip`: nothing
  bool agrees = false;                     // both sides agree now: the base moves to what they hold after the writes
  Value sent;                         // what a one-way entry maps to now, as the target spells it; absent for others
  Value mapped;                       // the same of a computed field that is brought back, whatever was decided
  std::string_view review_opened_at;  // absent: now

  bool writes() const { return to_local.intent != mapping::Intent::skip || to_crm.intent != mapping::Intent::skip; }
};

/// A decision that writes nothing yet.
FieldDecision decided(Status status, Winner winner, Reason reason);
/// What the mapping refused: nothing is written, the base stays.
FieldDecision refused(const mapping::FieldOutcome& outcome);

/// Of a group of fields that both sides changed.
struct GroupVerdict {
  Verdict verdict;
  std::string_view rule;  // empty: no conflict
  bool unknown = false;   // a part of it was not fetched, so nobody knows whether it is one
};

/// What the deciders share while one input is resolved.
struct Context {
  const mapping::Plan& plan;
  const InputLayout& layout;
  const Input& input;
  const Value* slots;
  mapping::Call& call;
  Diagnostic* problem;  // set when a part of the input turns out to be wrong; the call then fails
};

/// A field that both sides may write (docs/conflicts.md, "Per field"). `group` is the verdict on its group, or null.
FieldDecision decide_bidirectional(const Context& context, const mapping::PlannedEntry& entry,
                                   const GroupVerdict* group);

/// When both sides agreed on a field, as given: by field, else for all; absent where that is unknown.
const Value& agreed_at_of(const Context& context, const mapping::PlannedEntry& entry);

/// What is known of the times of two changes of a field.
Contest contest_of(const Context& context, const mapping::PlannedEntry& entry);

/// The review of a field that the input brings, or null.
const Review* find_review(const Context& context, const mapping::PlannedEntry& entry);
/// A review that stays open, or opens. `opened_at` is empty where it opens now.
FieldDecision open_review(Reason reason, std::string_view opened_at = {});

/// A field that only one side may write: one-way entries and derived ones.
FieldDecision decide_one_way(const Context& context, const mapping::PlannedEntry& entry);

/// A computed field that is brought back, and then each of the fields that it is brought back to. Where one of those is
/// impossible, none of them is written and the whole agrees on nothing either.
FieldDecision decide_reversible(const Context& context, const mapping::PlannedEntry& entry);
void decide_part(const Context& context, const mapping::PlannedEntry& part, std::vector<FieldDecision>& fields);

/// A field that says "do not mail": decided before direction, filters and strategies.
FieldDecision decide_suppression(const Context& context, const mapping::PlannedEntry& entry);

/// A review of what becomes of the two records, of which one was deleted.
struct RecordReview {
  Reason reason = Reason::deleted;
  std::string_view opened_at;  // absent: now
};

/// The decision of one resolve.
struct Decision {
  Outcome outcome = Outcome::in_sync;
  std::optional<RecordReview> review;  // of the records as a whole
  bool purge = false;                  // a privacy deletion: nothing that was known of the person is written
  std::vector<FieldDecision> fields;   // one per entry
};

/// Appends the decision as JSON.
void write_decision(const Context& context, const Decision& decision, json::TextBuffer& out);

/// The same of the two records as a whole.
std::string record_review_id(const Context& context);
/// A side's values of all mapped fields; null where the record is gone.
std::string mapped_values(const Context& context, mapping::Target side);

/// The values of a field as they were given; absent where the side or its base does not have it.
struct FieldValues {
  Value local, crm, base_local, base_crm;
};
FieldValues values_of(const Context& context, const mapping::PlannedEntry& entry, const FieldDecision& field);

/// Stable: a hash of link, field and both values, so that the same contradiction is the same review.
std::string review_id(const Context& context, const mapping::PlannedEntry& entry, const FieldValues& values);

}  // namespace crmsync::conflict
