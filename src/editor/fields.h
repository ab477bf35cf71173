#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "editor/outline.h"

namespace crmsync::editor {

/// A field of one side that is known: built in, in the file's own catalog, or used by an entry.
struct Field {
  std::string name;
  std::string_view type;  // as files spell it; empty where nothing says it
  std::vector<std::string> values;
  bool is_read_only = false;
  bool is_used = false;
};

enum class Side : std::uint8_t { local, crm };

std::vector<Field> fields_of(const Outline& outline, Side side);

/// "enum, read-only: Hot, Warm"
std::string facts_of(const Field& field);

}  // namespace crmsync::editor
