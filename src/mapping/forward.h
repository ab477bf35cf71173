#pragma once
#include "mapping/conversion.h"

namespace crmsync::mapping {

/// What a PenguinMails value is in the CRM: through the value map, into the CRM field's type, spelled as that CRM does.
Conversion to_crm_value(const Plan& plan, const PlannedEntry& entry, const Value& local, Arena& arena);

}  // namespace crmsync::mapping
