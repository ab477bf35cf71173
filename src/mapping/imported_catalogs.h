#pragma once
#include <string_view>

#include "mapping/catalog.h"
#include "mapping/reading.h"

namespace crmsync::mapping {

/// Reads what was imported of either side, a JSON object `{penguinmails?, crm?}` or nothing. Mistakes in it are
/// diagnostics below `/catalogs`, without a place in the mapping file.
void read_imported_catalogs(Reading& reading, std::string_view json, Catalog& local, Catalog& crm);

}  // namespace crmsync::mapping
