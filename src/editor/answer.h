#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "diagnostics/position.h"
#include "mapping/keys.h"

/// The parts that completions and hovers have in common.
namespace crmsync::editor {

enum class Kind : std::uint8_t { key, value, field, function, filter, entry };

/// A stretch of the file, in bytes.
struct Stretch {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// `"kind":…,"label":…,"detail":…,"from":…,"to":…`, and of a key the number of its section, for its documentation.
void append_answer(std::string& out, Kind kind, std::string_view label, std::string_view detail, Range range,
                   mapping::SectionKind section);

/// "true or false", "to_crm | from_crm", "field of the CRM, or a list": what may stand behind a key.
std::string describe(const mapping::Shape& shape);

}  // namespace crmsync::editor
