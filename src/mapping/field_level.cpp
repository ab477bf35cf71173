#include "mapping/configuration.h"

namespace crmsync::mapping {

const StrategyRule* rule_of(const Entry& entry, const ConflictRules& rules) {
  const StrategyRule* longest = nullptr;
  for (const StrategyRule& rule : rules.fields) {
    if (entry.local.empty() || !covers(rule.field.path, entry.local.front().path)) continue;
    if (!longest || rule.field.path.segments.size() > longest->field.path.segments.size()) longest = &rule;
  }
  return longest;
}

const StrategyChoice& field_level(const Entry& entry, const ConflictRules& rules) {
  if (entry.conflict) return *entry.conflict;
  if (rules.everywhere) return *rules.everywhere;
  const StrategyRule* const rule = rule_of(entry, rules);
  return rule ? rule->choice : rules.fallback;
}

}  // namespace crmsync::mapping
