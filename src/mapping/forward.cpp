#include "mapping/forward.h"

#include "mapping/conversion_steps.h"

namespace crmsync::mapping {

Conversion to_crm_value(const Plan& plan, const PlannedEntry& entry, const Value& local, Arena& arena) {
  const Entry& config = *entry.config;
  const Conversion mapped =
      through_value_map(entry, local, config.to_crm.on_unmapped, &ValueMap::to_crm, Wire::json, arena);
  if (mapped.outcome != Conversion::Outcome::converted) return mapped;
  return into_type(config.crm_type, Wire::json, plan.configuration.wire, config.crm_values, mapped.value, arena);
}

}  // namespace crmsync::mapping
