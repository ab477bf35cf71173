#pragma once
#include <string_view>

#include "diagnostics/codes.h"
#include "expression/expression.h"
#include "mapping/plan.h"
#include "mapping/reason.h"
#include "mapping/tables.h"

namespace crmsync::mapping {

/// The side that is written.
enum class Target : std::uint8_t { crm, local };

/// What a field yields: three different things, never confused.
enum class Intent : std::uint8_t { skip, set, clear };

/// What one entry yields for its target.
struct FieldOutcome {
  Intent intent = Intent::skip;
  Reason reason = Reason::absent;
  std::uint8_t steps = 0;   // what changed the value: `Step`s of mapping/trace.h
  Code code = Code::none;   // set when the field failed
  std::string_view detail;  // of the failure: names and types, never values
  Value value;              // as the target spells it; for a clear, the spelling of nothing
  bool failed() const { return code != Code::none; }
};

/// What the mapping of one record shares: scratch memory, time, and what may still be spent.
struct Call {
  Arena& arena;
  Value now;                    // timestamp, or absent
  bool creating = false;        // the target does not exist yet: defaults for creates apply
  bool complete = false;        // the source is all there is: a field that is not in it is null
  std::uint64_t cost_left = 0;  // of the record
  Tables* tables = nullptr;     // what the host handed in, if anything
};

/// A fresh call: the record may spend ten times what one evaluation may (`limits.cost`).
Call make_call(const Plan& plan, Arena& arena);

const DirectionRules& rules_of(const PlannedEntry& entry, Target target);
const std::vector<std::uint32_t>& slots_of(const PlannedEntry& entry, Target side);
Type type_of(const PlannedEntry& entry, Target side);
const SideFacts& facts_of(const PlannedEntry& entry, Target side);
/// How the target spells values.
Wire wire_of(const Plan& plan, Target target);

/// The first of the alternatives that has a value; else null if one of them is null or blank, else absent.
Value read_field(const PlannedEntry& entry, Target side, const Value* record, Arena& arena);

/// Maps one entry: reads (or calculates), normalises, applies the policies for absent, null and blank, the value map
/// and the types. `source` holds the slots of the side that is read.
FieldOutcome map_field(const Plan& plan, const PlannedEntry& entry, Target target, const Value* source, Call& call);

/// The same from the value on: what a given value of the other side becomes on `target`.
FieldOutcome map_value(const Plan& plan, const PlannedEntry& entry, Target target, const Value& value, Call& call);

/// Runs one of the file's expressions within what the record may still spend; of kind `error` when it failed.
Value evaluate(const Plan& plan, const expression::Program& program, const Value* record, Call& call);

/// Whether a condition of the file (a filter) holds; null and failures do not.
bool holds(const Plan& plan, const expression::Program& condition, const Value* record, Call& call);

}  // namespace crmsync::mapping
