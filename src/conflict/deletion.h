#pragma once
#include "conflict/decision.h"

namespace crmsync::conflict {

/// What becomes of a record whose other side was deleted.
enum class Fate : std::uint8_t { unlinked, deleted_too, recreated, reviewed };

/// Decides by `on_crm_delete` or `on_local_delete`, unless a person has decided or is asked; the review is noted in
/// `decision`. `kept` is the side that is still there.
Fate decide_deletion(const Context& context, mapping::Target kept, Decision& decision);

}  // namespace crmsync::conflict
