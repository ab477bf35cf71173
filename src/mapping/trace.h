#pragma once
#include <string>

#include "mapping/field.h"

/// What became of a field, and why: for previews, the command line and decisions.
namespace crmsync::mapping {

/// What changed a value on its way.
enum Step : std::uint8_t {
  normalize = 1,
  lookup = 2,
  value_map = 4,
  format = 8,
  type = 16,  // another kind of value, or another spelling of it
  truncate = 32
};

/// "direct", "formula", …
std::string_view kind_name(EntryKind kind);

/// The parts of an entry's traces that every record shares.
const TraceParts& trace_parts(const Plan& plan, const PlannedEntry& entry);

/// `,"steps":["normalize","type"]`; nothing where there is none.
std::string steps_member(std::uint8_t steps);

/// Appends the traces of all entries that write to `target`, with commas between them: id, both fields, rule, inputs
/// read, intent, reason, steps; with `include_values` the value; of a field that failed the diagnostic.
void append_traces(const Plan& plan, Target target, const std::vector<FieldOutcome>& outcomes, bool include_values,
                   std::string& out);

}  // namespace crmsync::mapping
