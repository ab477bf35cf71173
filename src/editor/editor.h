#pragma once
#include <string>
#include <string_view>

#include "diagnostics/position.h"

/// What an editor of mapping files asks while a file is typed. Any text and any position has an answer.
namespace crmsync::editor {

/// Appends a JSON array of `Completion` of the package, the most useful first.
void complete(std::string_view file, Position position, std::string& out);

/// Appends a `Hover` of the package as JSON, or null.
void hover(std::string_view file, Position position, std::string& out);

}  // namespace crmsync::editor
