#include "conflict/strategy.h"

namespace crmsync::conflict {

using mapping::Strategy;

Verdict decide(Strategy strategy, const Contest& contest) {
  switch (strategy) {
    case Strategy::crm_wins: return crm_wins(contest);
    case Strategy::penguinmails_wins: return penguinmails_wins(contest);
    case Strategy::newest_wins: return newest_wins(contest);
    case Strategy::manual: return manual(contest);
    case Strategy::union_of: return union_of(contest);
    case Strategy::always_crm: return always_crm(contest);
    case Strategy::always_penguinmails: return always_penguinmails(contest);
    case Strategy::prefer_crm_unless_blank: return prefer_crm_unless_blank(contest);
    case Strategy::prefer_penguinmails_unless_blank: return prefer_penguinmails_unless_blank(contest);
    case Strategy::max: return max(contest);
    case Strategy::min: return min(contest);
    case Strategy::add_deltas: return add_deltas(contest);
    case Strategy::longest: return longest(contest);
    case Strategy::expression: break;
  }
  return {};
}

Verdict by_tie_rule(mapping::Tie tie, Reason reason) {
  switch (tie) {
    case mapping::Tie::crm_wins: return {Winner::crm, reason};
    case mapping::Tie::penguinmails_wins: return {Winner::local, reason};
    case mapping::Tie::manual: return {Winner::none, reason};
  }
  return {};
}

std::string_view strategy_name(Strategy strategy) {
  constexpr std::string_view names[] = {"crm_wins",
                                        "penguinmails_wins",
                                        "newest_wins",
                                        "manual",
                                        "union",
                                        "always_crm",
                                        "always_penguinmails",
                                        "prefer_crm_unless_blank",
                                        "prefer_penguinmails_unless_blank",
                                        "max",
                                        "min",
                                        "add_deltas",
                                        "longest",
                                        "expression"};
  return names[static_cast<std::size_t>(strategy)];
}

}  // namespace crmsync::conflict
