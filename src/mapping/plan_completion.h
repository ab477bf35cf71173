#pragma once
#include "mapping/plan.h"

/// What of a plan follows from the rest of it, for those who make plans and those who read compiled ones.
namespace crmsync::mapping {

/// What follows from an entry's configuration alone; before its expressions are planned.
void begin_entry(PlannedEntry& entry, const Entry& config, std::uint32_t index);

/// Hands each of the trees in which an entry is written to `add`, with the entry's fields there and what is said of it.
template <class Add>
void for_each_output(Plan& plan, const PlannedEntry& entry, const Add& add) {
  if (entry.to_crm) add(plan.crm_output, entry.config->crm, "written");
  if (entry.from_crm) add(plan.local_output, entry.config->local, "written");
  add(plan.crm_base, entry.config->crm, "mapped");
  add(plan.local_base, entry.config->local, "mapped");
}

/// The shapes of both sides' records, once all paths are known.
void shape_records(Plan& plan);

}  // namespace crmsync::mapping
