#pragma once
#include <string_view>

#include "editor/outline.h"

namespace crmsync::editor {

/// Whose fields an expression may name.
struct Sides {
  bool local = true;
  bool crm = true;
  std::uint32_t entry = 0;  // the entry that it is of; 0 where it is of none
  std::string_view over;    // the list of the record whose rows it reads too
};

/// Those that an expression at `node` reads: its entry's direction, or the side that its filter is for.
Sides sides_read(const Outline& outline, std::uint32_t node);

}  // namespace crmsync::editor
