#include "conflict/strategy.h"

namespace crmsync::conflict {

mapping::Strategy field_level(const mapping::Entry& entry, const mapping::ConflictRules& rules) {
  if (entry.conflict) return *entry.conflict;
  if (rules.everywhere) return *rules.everywhere;
  const mapping::StrategyRule* const rule = mapping::rule_of(entry, rules);
  return rule ? rule->strategy : rules.fallback;
}

}  // namespace crmsync::conflict
