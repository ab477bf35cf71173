#pragma once
#include <vector>

#include "conflict/decision.h"

namespace crmsync::conflict {

/// Decides which groups of fields (`conflict_resolution.groups`) both sides changed: such a group wins or loses as a
/// whole. One verdict per group of the configuration; its rule is empty where there is no conflict. A group with a
/// suppression field follows that field, which is decided already.
void decide_groups(const Context& context, const std::vector<FieldDecision>& fields,
                   std::vector<GroupVerdict>& verdicts);

}  // namespace crmsync::conflict
