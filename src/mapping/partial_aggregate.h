#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "diagnostics/diagnostic.h"
#include "mapping/map_record.h"

/// An entry's aggregates in parts. Whatever way rows are split, accumulated and merged in their order, `finish` gives
/// what mapping a record with all of them gives: sums are exact, so merging is associative.
namespace crmsync::mapping {

enum class Step : std::uint8_t { accumulate, merge, finish };

/// A state is JSON that an earlier call wrote; empty or null for no rows yet.
/// accumulate: takes rows (`second`, a JSON array) into the state `first` and appends the new state. Rows are elements
/// of the list that the entry's aggregates run over; where they run over none, records.
/// merge: appends the state of `first`'s rows with `second`'s behind them.
/// finish: appends the value that the entry's field gets, as on a create; null where it gets none.
bool aggregate(const Plan& plan, Step step, std::string_view entry, std::string_view first, std::string_view second,
               Workspace& workspace, std::string& out, Diagnostic& problem);

}  // namespace crmsync::mapping
