#pragma once
#include "mapping/conversion.h"

namespace crmsync::mapping {

/// What a CRM's value is in PenguinMails: back through the value map, into the PenguinMails field's type, as JSON.
Conversion to_local_value(const Plan& plan, const PlannedEntry& entry, const Value& crm, Arena& arena);

}  // namespace crmsync::mapping
