#include "conflict/deletion.h"

#include "conflict/compare.h"
#include "json/time.h"
#include "mapping/typed.h"

namespace crmsync::conflict {
namespace {

using mapping::OnDelete;
using mapping::PlannedEntry;
using mapping::Target;

/// Whether what the kept side holds of a field may differ from what it held when both agreed. Of a field that was not
/// fetched nobody knows; on one that has no base nothing was agreed.
bool changed(const Context& context, const PlannedEntry& entry, Target kept, const Side& side) {
  const std::vector<std::uint32_t>& slots = mapping::slots_of(entry, kept);
  if (slots.empty()) return false;
  if (!side.knows(slots.front())) return true;
  Reason ignored{};
  const auto comparable = [&](const Value& value) { return comparable_value(context, entry, kept, value, ignored); };
  return !mapping::same_value(comparable(side.record[slots.front()]), comparable(side.base[slots.front()]),
                              context.call.arena);
}

/// Whether the kept side holds an edit that the deletion may not have known of: made later than it, or at about the
/// same time, or at an unknown time.
bool has_later_edit(const Context& context, Target kept) {
  const bool is_crm = kept == Target::crm;
  const Side& side = is_crm ? context.input.crm : context.input.local;
  const Side& gone = is_crm ? context.input.local : context.input.crm;
  for (const PlannedEntry& entry : context.plan.entries) {
    if (entry.quarantined || !changed(context, entry, kept, side)) continue;
    const Contest times = contest_of(context, entry);
    const Value& edited_at = is_crm ? times.crm_time : times.local_time;
    if (edited_at.is_absent() || gone.deleted_at.is_absent() ||
        json::compare_timestamps(json::later_by(edited_at, times.skew_nanoseconds), gone.deleted_at) >= 0)
      return true;
  }
  return false;
}

Fate open(Decision& decision, Reason reason, std::string_view opened_at) {
  decision.review = RecordReview{reason, opened_at};
  return Fate::reviewed;
}

/// Of an answer the side that it chooses: the deletion, or the record that is still there.
Fate answered(const Context& context, Target kept, const Review& review, Decision& decision) {
  const bool as_seen = review.id == record_review_id(context);
  switch (review.answer) {
    case Review::Answer::none:
      return open(decision, Reason::review_open, as_seen ? review.opened_at : std::string_view{});
    case Review::Answer::value:
      *context.problem = make_diagnostic(
          Code::CNF001, "a review of a deleted record has no value: its answer chooses \"crm\" or \"local\"", {},
          "/reviews");
      return Fate::reviewed;
    default: break;
  }
  if (!as_seen) return open(decision, Reason::stale_answer, {});
  const Target chosen = review.answer == Review::Answer::crm ? Target::crm : Target::local;
  return chosen == kept ? Fate::recreated : Fate::deleted_too;
}

}  // namespace

Fate decide_deletion(const Context& context, Target kept, Decision& decision) {
  for (const Review& review : context.input.reviews) {
    if (review.field.empty()) return answered(context, kept, review, decision);
  }
  const mapping::ConflictRules& rules = context.plan.configuration.conflict;
  switch (kept == Target::local ? rules.on_crm_delete : rules.on_local_delete) {
    case OnDelete::unlink: return Fate::unlinked;
    case OnDelete::recreate: return Fate::recreated;
    case OnDelete::review: return open(decision, Reason::deleted, {});
    case OnDelete::propagate: break;
  }
  return has_later_edit(context, kept) ? open(decision, Reason::edited_and_deleted, {}) : Fate::deleted_too;
}

}  // namespace crmsync::conflict
