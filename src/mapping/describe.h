#pragma once
#include <string>

#include "mapping/plan.h"

namespace crmsync::mapping {

/// Appends a JSON array with one `FieldDescription` per entry: id, kind, direction, both fields and their types, and
/// the paths that it reads of its source side.
void describe(const Plan& plan, std::string& out);

/// Appends a JSON array of the host's normalisers that the mapping asks for.
void append_host_normalizers(const Plan& plan, std::string& out);

}  // namespace crmsync::mapping
