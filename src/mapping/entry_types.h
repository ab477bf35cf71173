#pragma once
#include "mapping/catalog.h"
#include "mapping/configuration.h"
#include "mapping/reading.h"

namespace crmsync::mapping {

/// Gives an entry the types, values and writability of its fields from the catalogs, and infers the type of one side
/// from the other.
void assign_types(Reading& reading, Entry& entry, const Catalog& local, const Catalog& crm);

/// Checks that the two types fit (MAP006), that a bidirectional pair loses nothing (MAP010), and that consent is left
/// to its own rules (MAP006, MAP014). After `assign_types`, with the entry's final direction.
void check_types(Reading& reading, Entry& entry);

/// MAP015, the error: a closed catalog does not have the field.
Diagnostic unknown_field(const Catalog& catalog, const Path& path, Range range, const Words& pointer);

/// MAP015: an error for each name that a closed catalog does not have, a warning for what an open one nearly has.
void report_unknown(Reading& reading, const std::vector<FieldPath>& fields, const Catalog& catalog,
                    const std::string& pointer);

}  // namespace crmsync::mapping
