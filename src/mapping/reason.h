#pragma once
#include <cstdint>
#include <string_view>

namespace crmsync {

/// Why a field came out as it did: the closed list, with the sentence that people read. One reason per field, always.
/// The first block comes from mapping a record and from resolving, the second from resolving only.
#define CRMSYNC_REASONS(X)                                                                                          \
  X(mapped, "the value comes from the other side's field")                                                          \
  X(derived, "the value was calculated")                                                                            \
  X(default_used, "the field had no value, so the mapping's default was used")                                      \
  X(cleared, "the field is empty on the other side, so it is cleared")                                              \
  X(absent, "the record does not have the field")                                                                   \
  X(null, "the field is empty, and the mapping says to leave it alone then")                                        \
  X(not_writable, "the catalog says that this field cannot be written")                                             \
  X(on_create_only, "the field is written only when the record is created")                                         \
  X(not_blank, "the field is written only while it is blank, and it is not")                                        \
  X(unmapped_value, "the value is not in the value map")                                                            \
  X(lookup_missing, "no record of the CRM was found by this value")                                                 \
  X(wrong_type, "the value does not fit the field's type")                                                          \
  X(expression_failed, "the expression could not be evaluated")                                                     \
  X(required, "the field is required and has no value")                                                             \
  X(too_long, "the value is longer than the field can hold")                                                        \
  X(not_nullable, "the field is empty on the other side, but the catalog says that it cannot be cleared")           \
  X(quarantined, "the CRM no longer has the field as the mapping needs it, so it is left alone")                    \
  X(not_fetched, "the field was not fetched, so nothing is known about it")                                         \
  /* resolving */                                                                                                   \
  X(in_sync, "nothing changed since both sides last agreed")                                                        \
  X(local_changed, "only PenguinMails changed the field")                                                           \
  X(crm_changed, "only the CRM changed the field")                                                                  \
  X(converged, "both sides hold the same value now")                                                                \
  X(derived_changed, "the calculated value changed")                                                                \
  X(drift_restored, "the other side changed a field that is calculated here, so it is put back")                    \
  X(written_recently, "the field was written already within the time that the mapping allows one write in")         \
  X(not_forward, "the other side is at a later stage, and the mapping lets stages move forward only")               \
  X(further_stage, "both sides changed the stage, and the later one wins")                                          \
  X(drift_left, "the other side changed a field that is calculated here, and the mapping says to leave it")         \
  X(crm_wins, "both sides changed the field, and the CRM wins")                                                     \
  X(penguinmails_wins, "both sides changed the field, and PenguinMails wins")                                       \
  X(newer_by_field_time, "both sides changed the field, and the winner's change of this field is newer")            \
  X(newer_by_record_time, "both sides changed the field, and the winner's record is newer")                         \
  X(tie_within_skew, "both sides changed the field too close in time to tell, so the tie rule decides")             \
  X(tie_unknown_time, "both sides changed the field and a time is unknown, so the tie rule decides")                \
  X(tie_uncertain, "both sides changed the field, and a record's time does not tell when, so the tie rule decides") \
  X(united, "both sides changed the selection, so it holds what either side added")                                 \
  X(always_overwrites, "the mapping says that this side always overwrites the other")                               \
  X(other_is_blank, "both sides changed the field, and the other side's is empty now")                              \
  X(greater_wins, "both sides changed the field, and the greater value wins")                                       \
  X(smaller_wins, "both sides changed the field, and the smaller value wins")                                       \
  X(longer_wins, "both sides changed the field, and the longer text wins")                                          \
  X(tie_same_length, "both sides changed the field to texts of one length, so the tie rule decides")                \
  X(deltas_added, "both sides changed the count, so it is what both added to it")                                   \
  X(expression_decided, "both sides changed the field, and the mapping's expression decides")                       \
  X(not_comparable, "both sides changed the field to what the strategy can make nothing of")                        \
  X(manual_review, "both sides changed the field, and a person decides")                                            \
  X(review_open, "a review of this field is open, and only an answer decides it")                                   \
  X(answered, "a person decided")                                                                                   \
  X(stale_answer, "the answer was refused, because a side has changed since the reviewer looked")                   \
  X(no_base, "the sides never agreed on this field before, so this is first contact")                               \
  X(opt_out_wins, "one side says that the person must not be mailed, and that always wins")                         \
  X(opt_in_needs_evidence, "an opt-out is lifted only on evidence of the person's own act, so mailing stays off")   \
  X(no_opt_in_from_nothing, "an empty consent field is never an opt-in")                                            \
  X(opt_in_by_subject, "the person opted in again, later than the opt-out, so mail is allowed")                     \
  X(suppressed_by_address, "this address must not be mailed, whatever the records say")                             \
  X(merged, "the record was merged into another one, whose empty field takes the other side's value")               \
  X(deleted, "the record was deleted on one side")                                                                  \
  X(edited_and_deleted, "the record was deleted on one side and edited on the other, so a person decides")          \
  X(privacy_deletion, "the person asked to be forgotten, so both records go and nothing is kept")                   \
  X(filtered, "the mapping's filter keeps this record out")

enum class Reason : std::uint8_t {
#define CRMSYNC_REASON(name, sentence) name,
  CRMSYNC_REASONS(CRMSYNC_REASON)
#undef CRMSYNC_REASON
      count_
};

/// The code as it stands in decisions: "newer_by_field_time".
std::string_view reason_name(Reason reason);
/// The sentence for people, in English, without a full stop.
std::string_view reason_sentence(Reason reason);

}  // namespace crmsync
