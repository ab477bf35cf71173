#include "mapping/reverse.h"

#include "mapping/conversion_steps.h"

namespace crmsync::mapping {

Conversion to_local_value(const Plan& plan, const PlannedEntry& entry, const Value& crm, Arena& arena) {
  const Entry& config = *entry.config;
  const Wire wire = plan.configuration.wire;
  const Conversion mapped =
      through_value_map(entry, crm, config.from_crm.on_unmapped, &ValueMap::to_local, wire, arena);
  if (mapped.outcome != Conversion::Outcome::converted) return mapped;
  return into_type(config.local_type, wire, Wire::json, config.local_values, mapped.value, arena);
}

}  // namespace crmsync::mapping
