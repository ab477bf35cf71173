#include "conflict/strategy.h"

namespace crmsync::conflict {

using mapping::Strategy;

Verdict decide(Strategy strategy, const Contest& contest) {
  switch (strategy) {
    case Strategy::crm_wins: return crm_wins(contest);
    case Strategy::penguinmails_wins: return penguinmails_wins(contest);
    case Strategy::newest_wins: return newest_wins(contest);
    case Strategy::manual: return manual(contest);
    case Strategy::union_of: return {};  // of a group: a person decides
  }
  return {};
}

std::string_view strategy_name(Strategy strategy) {
  switch (strategy) {
    case Strategy::crm_wins: return "crm_wins";
    case Strategy::penguinmails_wins: return "penguinmails_wins";
    case Strategy::newest_wins: return "newest_wins";
    case Strategy::manual: return "manual";
    case Strategy::union_of: return "union";
  }
  return "";
}

}  // namespace crmsync::conflict
