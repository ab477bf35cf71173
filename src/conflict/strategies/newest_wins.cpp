#include <cstdlib>

#include "conflict/strategy.h"

namespace crmsync::conflict {
namespace {

/// Nanoseconds from `a` to `b`; beyond some 290 years just very many.
std::int64_t nanoseconds_between(const Value& a, const Value& b) {
  constexpr std::int64_t second = 1'000'000'000, very_many = INT64_MAX;
  const std::int64_t seconds = b.integer - a.integer;
  if (std::abs(seconds) >= very_many / second) return seconds < 0 ? -very_many : very_many;
  return seconds * second + (static_cast<std::int64_t>(b.size) - static_cast<std::int64_t>(a.size));
}

}  // namespace

/// The side whose best known time is later wins, if by more than the skew; inside it no clock is believed.
///
/// With `evidence: certain` a record's time only says that the field changed after both sides agreed, and no later than
/// then. So a side's change lies in an interval, of a field's own time a point, and the later interval wins if it
/// begins more than the skew behind the end of the other.
Verdict newest_wins(const Contest& contest) {
  const Value &local = contest.local_time, &crm = contest.crm_time;
  if (local.is_absent() || crm.is_absent()) return by_tie_rule(contest.tie, Reason::tie_unknown_time);
  const std::int64_t crm_is_later_by = nanoseconds_between(local, crm);
  if (std::abs(crm_is_later_by) <= contest.skew_nanoseconds) return by_tie_rule(contest.tie, Reason::tie_within_skew);
  const bool crm_is_later = crm_is_later_by > 0;
  const bool later_is_point = crm_is_later ? contest.crm_field_time : contest.local_field_time;
  if (contest.evidence == mapping::Evidence::certain && !later_is_point) {
    // The later interval begins when both agreed: the earlier one must have ended before that.
    const std::int64_t apart =
        contest.agreed_at.is_absent() ? 0 : nanoseconds_between(crm_is_later ? local : crm, contest.agreed_at);
    if (apart <= contest.skew_nanoseconds) return by_tie_rule(contest.tie, Reason::tie_uncertain);
  }
  const bool field_times = contest.local_field_time && contest.crm_field_time;
  return {crm_is_later ? Winner::crm : Winner::local,
          field_times ? Reason::newer_by_field_time : Reason::newer_by_record_time};
}

}  // namespace crmsync::conflict
