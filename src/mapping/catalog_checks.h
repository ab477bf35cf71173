#pragma once
#include "mapping/catalog.h"
#include "mapping/configuration.h"
#include "mapping/reading.h"

namespace crmsync::mapping {

/// What compiles but surprises, as the catalogs see it: a CRM's field that a create needs and nothing fills (MAP022), a
/// Salesforce contact without an account (MAP023), values that may be too long (MAP024), values of a value map that the
/// field does not have (MAP018), and a strategy that says less than it seems to (MAP020). `field_mapping` is where what
/// concerns all entries is said.
void check_catalogs(Reading& reading, const Configuration& configuration, const Catalog& crm,
                    const Place& field_mapping);

}  // namespace crmsync::mapping
