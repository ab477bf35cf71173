#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace crmsync::mapping {

/// Where the parts of a scalar stand in the file.
struct ScalarSource {
  std::size_t end = 0;                 // just behind the scalar, its closing quote included
  std::vector<std::uint32_t> offsets;  // the file's byte for each byte of the value, and one for the value's end
};

/// Where a value's text begins that the scalar at `source[begin]` holds as it is: in one line of ASCII, without
/// escapes, so that each byte of it is a column. npos where it may be otherwise; most are so.
std::size_t verbatim_text(std::string_view source, std::size_t begin, std::string_view value);

/// Where the scalar ends, just behind its closing quote. Nothing where the source does not say what the value holds.
std::optional<std::size_t> scalar_end(std::string_view source, std::size_t begin, std::string_view value);

/// Re-reads the scalar that starts at `source[begin]` along with its parsed `value`, and finds the place of each byte.
/// Knows YAML's plain, single-quoted, double-quoted, literal and folded scalars, and JSON's strings.
/// Nothing where the source does not say what the value holds.
std::optional<ScalarSource> locate_scalar(std::string_view source, std::size_t begin, std::string_view value);

}  // namespace crmsync::mapping
