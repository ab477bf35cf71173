#pragma once
#include <string>
#include <string_view>

#include "diagnostics/diagnostic.h"
#include "mapping/map_record.h"

/// An entry's aggregates in parts. Whatever way rows are split, accumulated and merged in their order, `finish` gives
/// what mapping a record with all of them gives: sums are exact, so merging is associative.
namespace crmsync::mapping {

/// Takes rows (a JSON array) into a state: JSON that an earlier call wrote; empty or null for no rows yet. Appends the
/// new state. Rows are elements of the list that the entry's aggregates run over; where they run over none, records.
bool accumulate(const Plan& plan, std::string_view entry, std::string_view state, std::string_view rows,
                Workspace& workspace, std::string& out, Diagnostic& problem);

/// Appends the state of `first`'s rows with `second`'s behind them.
bool merge(const Plan& plan, std::string_view entry, std::string_view first, std::string_view second,
           Workspace& workspace, std::string& out, Diagnostic& problem);

/// Appends the value that the entry's field gets, as on a create; null where it gets none.
bool finish(const Plan& plan, std::string_view entry, std::string_view state, Workspace& workspace, std::string& out,
            Diagnostic& problem);

}  // namespace crmsync::mapping
