#pragma once
#include <string_view>

#include "json/value.h"
#include "mapping/configuration.h"
#include "mapping/reason.h"

/// What decides when both sides changed a field differently. The mission's strategies never see the values: they decide
/// by side and time alone.
namespace crmsync::conflict {

enum class Winner : std::uint8_t { none, local, crm, both };

/// Two changes that contradict each other.
struct Contest {
  // The best known time of each side: the field's own, else the record's; absent: unknown.
  Value local_time, crm_time;
  bool field_times = false;  // both are the field's own
  mapping::Tie tie = mapping::Tie::crm_wins;
  std::int64_t skew_nanoseconds = 0;  // clocks may be this far apart
};

/// `none` means that a person decides.
struct Verdict {
  Winner winner = Winner::none;
  Reason reason = Reason::manual_review;
};

Verdict crm_wins(const Contest& contest);
Verdict penguinmails_wins(const Contest& contest);
Verdict newest_wins(const Contest& contest);
Verdict manual(const Contest& contest);

/// What a multi-select holds, and held when both sides agreed; null or absent where nothing is known.
struct SelectionChange {
  Value now, before;
};
Value union_of(const SelectionChange& local, const SelectionChange& crm, const mapping::Texts& catalog, Arena& arena);

/// Of a strategy that picks a side.
Verdict decide(mapping::Strategy strategy, const Contest& contest);
std::string_view strategy_name(mapping::Strategy strategy);

/// field_level: the strategy of one entry. Its own `conflict`; else the one that `sync.conflict_resolution` names for
/// all; else the longest prefix of its PenguinMails path in `conflict_resolution.fields`; else the default.
mapping::Strategy field_level(const mapping::Entry& entry, const mapping::ConflictRules& rules);

}  // namespace crmsync::conflict
