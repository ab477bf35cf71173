#include "conflict/groups.h"

#include "conflict/compare.h"
#include "json/time.h"

namespace crmsync::conflict {
namespace {

using mapping::PlannedEntry;

/// What the group's fields say together.
struct Sum {
  bool local_changed = false, crm_changed = false, differs = false, unknown = false;
  Contest contest;
  const PlannedEntry* first = nullptr;

  void add(const Context& context, const PlannedEntry& entry) {
    const Comparison c = compare(context, entry);
    unknown = unknown || !c.known;
    if (!c.known || c.failure != Code::none) return;
    // What both sides hold contradicts nothing, whoever changed it, and what the survivor of a merge lacks nobody has
    // emptied. On first contact a value is a change; a blank is none.
    const bool local = !c.same && (c.has_base ? c.local_changed : !c.local_nothing);
    const bool crm = !c.same && (c.has_base ? c.crm_changed : !c.crm_nothing);
    local_changed = local_changed || (local && !(c.local_nothing && !context.input.local.merged_into.empty()));
    crm_changed = crm_changed || (crm && !(c.crm_nothing && !context.input.crm.merged_into.empty()));
    differs = differs || !c.same;
    const Contest own = contest_of(context, entry);
    if (!first) {
      first = &entry;
      contest = own;
      return;
    }
    contest.local_time = later(contest.local_time, own.local_time);
    contest.crm_time = later(contest.crm_time, own.crm_time);
    contest.local_field_time = contest.local_field_time && own.local_field_time;
    contest.crm_field_time = contest.crm_field_time && own.crm_field_time;
    contest.agreed_at = later(contest.agreed_at, own.agreed_at);
  }

  static Value later(const Value& a, const Value& b) {
    if (a.is_absent()) return b;
    return !b.is_absent() && json::compare_timestamps(a, b) < 0 ? b : a;
  }
};

}  // namespace

void decide_groups(const Context& context, const std::vector<FieldDecision>& fields,
                   std::vector<GroupVerdict>& verdicts) {
  const std::size_t count = context.plan.configuration.conflict.groups.size();
  verdicts.assign(count, {});
  for (std::size_t group = 0; group < count; ++group) {
    Sum sum;
    for (const PlannedEntry& entry : context.plan.entries) {
      const FieldDecision& consent = fields[entry.index];
      const bool taken = consent.winner == Winner::local || consent.winner == Winner::crm;
      if (entry.group == group && entry.suppression && consent.writes() && taken)
        verdicts[group] = {{consent.winner, consent.reason}, consent.rule, false};
      if (entry.group == group && entry.bidirectional() && !entry.suppression && !entry.quarantined)
        sum.add(context, entry);
    }
    verdicts[group].unknown = sum.unknown;
    if (sum.unknown || !sum.differs || !verdicts[group].rule.empty()) continue;
    const mapping::Strategy strategy = sum.first->strategy;
    const bool one = sum.local_changed || sum.crm_changed, both = sum.local_changed && sum.crm_changed;
    if (overrules(strategy) ? !one : !both) continue;
    verdicts[group] = {decide(strategy, sum.contest), strategy_name(strategy), false};
  }
}

}  // namespace crmsync::conflict
