#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "editor/outline.h"

namespace crmsync::editor {

/// A field of one side that is known: built in, in the file's own catalog, or used by an entry. Its texts are the
/// file's or the engine's.
struct Field {
  std::string_view name;
  std::string_view type;     // as files spell it; empty where nothing says it
  std::uint32_t values = 0;  // the node of the list of them; 0: unknown
  bool is_read_only = false;
  bool is_used = false;
};

enum class Side : std::uint8_t { local, crm };

std::vector<Field> fields_of(const Outline& outline, Side side);

std::vector<std::string_view> values_of(const Outline& outline, const Field& field);

/// "enum, read-only: Hot, Warm"
std::string facts_of(const Outline& outline, const Field& field);

}  // namespace crmsync::editor
