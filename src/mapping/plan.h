#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "diagnostics/diagnostic.h"
#include "expression/expression.h"
#include "expression/zones.h"
#include "json/shape.h"
#include "mapping/configuration.h"
#include "mapping/output_tree.h"
#include "mapping/value_map.h"

/// A mapping file made ready to run: which paths to read of each side, what to do per entry, how results nest.
namespace crmsync::mapping {

/// One of a conditional's values: a literal, or a template.
struct Branch {
  Value literal;
  std::optional<expression::Program> text;
};

struct PlannedCase {
  expression::Program when;
  Branch value;
};

inline constexpr std::size_t no_group = static_cast<std::size_t>(-1);

inline constexpr std::uint32_t no_entry = 0xFFFFFFFF;

/// Of an entry's traces, as JSON: `{"id": …, "local_field": …, "crm_field": …`, and what it reads in either direction.
struct TraceParts {
  std::string head, inputs_to_crm, inputs_from_crm;
  std::string key;  // `"id":`, of what a base holds by entry
};

struct PlannedEntry {
  const Entry* config = nullptr;
  std::uint32_t index = 0;  // in `Plan::entries`
  bool derived = false;     // formula, conditional or aggregation
  bool suppression = false;
  Strategy strategy = Strategy::newest_wins;
  std::optional<expression::Program> merge;           // of Strategy::expression
  expression::InputTable merge_inputs;                // which it reads: `local`, `crm`, `base`, and what lies in them
  std::size_t group = no_group;                       // of `conflict_resolution.groups`
  bool quarantined = false;                           // neither read nor written (MAP025)
  bool whole_ids = false;                             // Salesforce's ids, which have two forms
  bool to_crm = false, from_crm = false;              // which sides it may write; suppression always both
  std::vector<std::uint32_t> local_slots, crm_slots;  // the field on either side; alternatives in order
  // Of fields within a map, the maps around them: where one of those is null, so is the field.
  std::vector<std::uint32_t> local_parents, crm_parents;
  std::vector<std::uint32_t> inputs;           // slots a derived entry reads of its source side
  std::string row_types;                       // Program::row_types
  std::optional<std::uint32_t> currency_slot;  // of the CRM
  std::optional<expression::Program> formula;
  std::optional<Splitter> splitter;  // instead, of an entry that takes a text apart
  std::uint32_t part_of = no_entry;  // the entry whose value this one brings back
  bool returns = false;              // its value is brought back by the entries behind it
  std::vector<PlannedCase> cases;    // of a conditional
  Branch otherwise;
  std::optional<Branch> if_unknown;
  ValueMap values;
  Type compared_type = Type::any;          // in which both sides are compared
  Value default_to_crm, default_from_crm;  // as the target spells it; absent: none
  std::string hash;                        // of all that decides what it maps
  mutable TraceParts trace_parts;          // made when it is first traced (trace.h)

  /// Texts up to so many bytes pass as they are written, whatever they say; 0: none do.
  std::uint32_t verbatim_to_crm = 0, verbatim_from_crm = 0;

  std::uint32_t local_slot() const { return local_slots.front(); }
  std::uint32_t crm_slot() const { return crm_slots.front(); }
  bool bidirectional() const { return to_crm && from_crm; }
};

struct Plan {
  Configuration configuration;
  std::unique_ptr<expression::Zones> zones;  // the programs read it
  std::vector<PlannedEntry> entries;
  // Slot 0 of either table is the whole record (the empty path).
  expression::InputTable local, crm;
  json::Shape local_shape, crm_shape;
  OutputTree local_output, crm_output;  // the fields that are written
  OutputTree local_base, crm_base;      // all fields that a base remembers
  std::optional<expression::Program> filter_to_crm, filter_from_crm;
  std::string hash;

  Plan() = default;
  Plan(Plan&&) = default;
};

/// Builds the plan of a configuration without errors, with the time zones that were handed in. Mistakes in expressions
/// and the like are added to `diagnostics`; the plan can run only if none is an error.
Plan make_plan(Configuration configuration, std::unique_ptr<expression::Zones> zones, Diagnostics& diagnostics);

}  // namespace crmsync::mapping
