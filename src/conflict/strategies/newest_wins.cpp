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

Verdict by_tie_rule(mapping::Tie tie, Reason reason) {
  switch (tie) {
    case mapping::Tie::crm_wins: return {Winner::crm, reason};
    case mapping::Tie::penguinmails_wins: return {Winner::local, reason};
    case mapping::Tie::manual: return {Winner::none, reason};
  }
  return {};
}

}  // namespace

/// The side whose best known time is later wins, if by more than the skew; inside it no clock is believed.
Verdict newest_wins(const Contest& contest) {
  if (contest.local_time.is_absent() || contest.crm_time.is_absent())
    return by_tie_rule(contest.tie, Reason::tie_unknown_time);
  const std::int64_t crm_is_later_by = nanoseconds_between(contest.local_time, contest.crm_time);
  if (std::abs(crm_is_later_by) <= contest.skew_nanoseconds) return by_tie_rule(contest.tie, Reason::tie_within_skew);
  const Reason reason = contest.field_times ? Reason::newer_by_field_time : Reason::newer_by_record_time;
  return {crm_is_later_by > 0 ? Winner::crm : Winner::local, reason};
}

}  // namespace crmsync::conflict
