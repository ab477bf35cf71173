#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

/// A mapping file that is being typed, as a tree of keys and values with their places. Unlike mapping/document.h it has
/// something to say about any text: what is broken is read as what was probably meant, and what comes behind it again
/// by its indentation.
namespace crmsync::editor {

enum class Style : std::uint8_t { none, plain, single_quoted, double_quoted, block };

/// Byte offsets, half-open; quotes belong to it.
struct Scalar {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  Style style = Style::none;
  bool is_closed = true;  // false: its closing quote is not there

  explicit operator bool() const { return style != Style::none; }
  bool is_quoted() const { return style == Style::single_quoted || style == Style::double_quoted; }
};

enum class NodeKind : std::uint8_t { nothing, scalar, map, list };

/// The file itself, a member of a map, or an element of a list.
struct Node {
  std::uint32_t parent = 0;
  std::uint32_t begin =
      0;  // of its key, of its dash, or of itself; no two nodes but the file and its first have the same
  Scalar key;
  Scalar value;
  NodeKind kind = NodeKind::nothing;
  bool has_colon = false;  // a key without one is still being typed
  bool is_flow = false;    // of a list or map: in brackets
};

enum class Place : std::uint8_t {
  none,
  key,    // of the map `node`
  value,  // of `node`
  either  // the value of `node`, or the first key of a map that is its value
};

/// What stands, or would stand, at the end of a text.
struct Cursor {
  Place place = Place::none;
  std::uint32_t node = 0;
  Scalar token;  // what is typed so far; without a style where that is nothing
};

struct Outline {
  std::string_view text;
  std::vector<Node> nodes;  // in the order of the file, what is below a node behind it; the first is the file itself
  Cursor cursor;
  bool is_json = false;

  /// A scalar without its quotes; escapes stay as they are.
  std::string_view text_of(const Scalar& scalar) const;
  std::string_view key_of(const Node& node) const { return text_of(node.key); }
  std::string_view value_of(const Node& node) const { return text_of(node.value); }
  /// Whether a node's key is this one, in the spelling of the language or in camelCase.
  bool is_called(const Node& node, std::string_view key) const;
  /// The node of the same place in the outline of more or less of the same text; the file itself where there is none.
  std::uint32_t find(const Node& node) const;
  /// A member of a map by its key in the spelling of the language; null if there is none.
  const Node* member(std::uint32_t map, std::string_view key) const;
  bool is_child(const Node& node, std::uint32_t parent) const { return &node != nodes.data() && node.parent == parent; }
};

Outline outline_of(std::string_view text);

}  // namespace crmsync::editor
