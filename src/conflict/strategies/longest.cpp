#include "conflict/strategy.h"

namespace crmsync::conflict {
namespace {

/// In code points; nothing is shorter than every text.
std::size_t length(const Value& text) {
  std::size_t points = 0;
  for (const char c : text.is(Kind::string) ? text.view() : std::string_view{}) points += (c & 0xC0) != 0x80;
  return points;
}

}  // namespace

Verdict longest(const Contest& contest) {
  const Value &local = contest.local.now, &crm = contest.crm.now;
  const auto fits = [](const Value& value) { return value.is_nothing() || value.is(Kind::string); };
  if (!fits(local) || !fits(crm)) return {Winner::none, Reason::not_comparable};
  const std::size_t of_local = length(local), of_crm = length(crm);
  if (of_local == of_crm) return by_tie_rule(contest.tie, Reason::tie_same_length);
  return {of_local > of_crm ? Winner::local : Winner::crm, Reason::longer_wins};
}

}  // namespace crmsync::conflict
