#include "conflict/strategy.h"

namespace crmsync::conflict {

mapping::Strategy field_level(const mapping::Entry& entry, const mapping::ConflictRules& rules) {
  if (entry.conflict) return *entry.conflict;
  if (rules.everywhere) return *rules.everywhere;
  const mapping::StrategyRule* longest = nullptr;
  for (const mapping::StrategyRule& rule : rules.fields) {
    if (entry.local.empty() || !covers(rule.field.path, entry.local.front().path)) continue;
    if (!longest || rule.field.path.segments.size() > longest->field.path.segments.size()) longest = &rule;
  }
  return longest ? longest->strategy : rules.fallback;
}

}  // namespace crmsync::conflict
