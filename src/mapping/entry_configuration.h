#pragma once
#include <optional>
#include <vector>

#include "mapping/catalog.h"
#include "mapping/reading.h"
#include "mapping/value_map_configuration.h"

namespace crmsync::mapping {

/// What the rest of the file says that an entry depends on.
struct EntrySurroundings {
  Direction sync_direction = Direction::bidirectional;
  const NamedValueMaps& value_maps;
  const Catalog& local_catalog;
  const Catalog& crm_catalog;
};

/// Reads `field_mapping`: a list of entries, a map of named ones, or the mission's `{mapping_types, examples}`.
/// Entries that can never run are reported and left out.
std::vector<Entry> read_entries(Reading& reading, const Place& place, const EntrySurroundings& surroundings);

}  // namespace crmsync::mapping
