#pragma once
#include <optional>

#include "mapping/catalog_field.h"
#include "mapping/reading.h"

namespace crmsync::mapping {

struct CatalogReading {
  CatalogFields fields;
  std::optional<bool> closed;
};

/// Reads one side's catalog, of a mapping file or imported: `{closed, path: type or {type, …}}`.
CatalogReading read_catalog(Reading& reading, const Place& place);

}  // namespace crmsync::mapping
