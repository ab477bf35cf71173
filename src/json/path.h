#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crmsync {

/// The way from a record to one of its fields: `address.city` is {"address", "city"}. Empty is the record itself.
struct Path {
  static constexpr std::size_t max_segments = 32;  // keeps everything that walks along a path shallow
  /// A segment that stands for each element of a list. No key of a record is this, since it is no UTF-8.
  static constexpr std::string_view each = "\xFF";
  std::vector<std::string> segments;
  bool operator==(const Path&) const = default;
  bool operator<(const Path& other) const { return segments < other.segments; }
};

/// Parses `a.b`, with names in backticks where they hold dots, spaces or other signs (`` `First Name`.x ``).
/// Nothing where the text is no path or has too many segments; `error_offset` then says where it stopped making sense.
std::optional<Path> parse_path(std::string_view text, std::size_t* error_offset = nullptr);

/// The path as it would be written in a mapping file; backticks only where they are needed.
std::string to_string(const Path& path);

/// The path as a JSON pointer (RFC 6901): `/address/city`.
std::string json_pointer(const Path& path);

/// Whether `prefix` is `path` or one of its parents, by whole segments: `custom_fields` covers `custom_fields.note`.
bool covers(const Path& prefix, const Path& path);

}  // namespace crmsync
