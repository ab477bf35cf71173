#pragma once
#include <string_view>

#include "json/value.h"
#include "mapping/configuration.h"
#include "mapping/reason.h"

/// What decides when both sides changed a field differently. The mission's strategies never see the values: they decide
/// by side and time alone.
namespace crmsync::conflict {

enum class Winner : std::uint8_t { none, local, crm, both };

/// What a side holds, and held when both agreed, in the form in which values are compared; null or absent where nothing
/// is known.
struct Change {
  Value now, before;
};

/// Two changes that contradict each other.
struct Contest {
  // The best known time of each side: the field's own, else the record's; absent: unknown.
  Value local_time, crm_time;
  bool local_field_time = false, crm_field_time = false;  // which of them are the field's own
  mapping::Tie tie = mapping::Tie::crm_wins;
  std::int64_t skew_nanoseconds = 0;  // clocks may be this far apart
  mapping::Evidence evidence = mapping::Evidence::best;
  Value agreed_at;  // of the field; absent: unknown
  // For the strategies that look at values (`reads_values`).
  Change local, crm;
  const mapping::Texts* catalog = nullptr;  // the values that the field may have
  Arena* arena = nullptr;
};

/// `none` means that a person decides.
struct Verdict {
  Winner winner = Winner::none;
  Reason reason = Reason::manual_review;
  Value value = {};  // of Winner::both: what both sides get, as PenguinMails spells it
};

Verdict crm_wins(const Contest& contest);
Verdict penguinmails_wins(const Contest& contest);
Verdict newest_wins(const Contest& contest);
Verdict manual(const Contest& contest);
Verdict always_crm(const Contest& contest);
Verdict always_penguinmails(const Contest& contest);
Verdict prefer_crm_unless_blank(const Contest& contest);
Verdict prefer_penguinmails_unless_blank(const Contest& contest);
Verdict union_of(const Contest& contest);
Verdict max(const Contest& contest);
Verdict min(const Contest& contest);
Verdict add_deltas(const Contest& contest);
Verdict longest(const Contest& contest);

/// What decides where a strategy cannot tell.
Verdict by_tie_rule(mapping::Tie tie, Reason reason);

/// All but `expression`, which needs its program.
Verdict decide(mapping::Strategy strategy, const Contest& contest);
std::string_view strategy_name(mapping::Strategy strategy);

/// Whether it also overrules a change of one side alone.
inline bool overrules(mapping::Strategy strategy) {
  return strategy == mapping::Strategy::always_crm || strategy == mapping::Strategy::always_penguinmails;
}

}  // namespace crmsync::conflict
