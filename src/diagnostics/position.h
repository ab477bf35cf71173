#pragma once
#include <cstdint>
#include <string_view>

namespace crmsync {

/// A place in a source text. Lines and columns start at 1; columns count UTF-16 code units, as editors do
/// (Language Server Protocol, `Position`). Zero means unknown.
struct Position {
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  bool operator==(const Position&) const = default;
};

/// Half-open: `end` is the first place that no longer belongs to the range.
struct Range {
  Position begin;
  Position end;

  bool operator==(const Range&) const = default;
};

/// The position behind `text`, which begins at `from`.
Position advanced(Position from, std::string_view text);

/// The position of byte `offset` in UTF-8 `text`. An offset past the end gives the end's position.
Position position_at(std::string_view text, std::size_t offset);

/// The byte offset of a position in `text`; past the end of a line it is the line's end.
std::size_t offset_at(std::string_view text, Position position);

}  // namespace crmsync
