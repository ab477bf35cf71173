#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diagnostics/diagnostic.h"
#include "diagnostics/position_index.h"

/// A mapping file as a tree of nodes with their places, the same for YAML and JSON.
namespace crmsync::mapping {

enum class NodeKind : std::uint8_t { null, boolean, number, string, list, map };

/// Where something stands in the file: byte offsets, half-open.
struct Extent {
  std::size_t begin = 0;
  std::size_t end = 0;
};

struct NodeMember;

struct Node {
  NodeKind kind = NodeKind::null;
  bool boolean = false;
  std::string text;  // string: its text; number: as it was written, such as `0x1F`
  Extent extent;
  std::vector<Node> elements;       // list
  std::vector<NodeMember> members;  // map, in the order of the file
};

struct NodeMember {
  Node key;  // a scalar; its `text` is the key whatever its kind
  Node value;
};

/// A file that could be parsed. Its nodes refer to `text`, which must outlive it.
struct Document {
  std::string_view text;  // without a byte order mark
  PositionIndex positions;
  Node root;

  Range range(const Extent& extent) const { return positions.range(extent.begin, extent.end); }
};

/// Limits of a mapping file. The depth is far below what the recursion of yaml-cpp stands on the 1 MB stack of WASM
/// (it ends cleanly at 500 levels), and bounds the recursion over the tree.
inline constexpr std::size_t max_document_bytes = std::size_t{1} << 20;
inline constexpr std::size_t max_document_depth = 100;
inline constexpr std::size_t max_document_nodes = 100'000;
inline constexpr std::size_t max_key_bytes = 1'024;  // YAML's own limit for keys that are not marked by `?`
inline constexpr std::size_t max_diagnostics = 1'000;

/// Parses a mapping file, JSON when the first sign that is no white space is `{`, else YAML. Nothing when the text
/// is too broken to go on (FIL001 to FIL006, FIL008, FIL009); keys that stand twice (FIL007) are reported and dropped.
std::optional<Document> read_document(std::string_view text, Diagnostics& diagnostics);

/// What a parser hands back; `root` is missing when a diagnostic says why.
using ParsedRoot = std::optional<Node>;
ParsedRoot parse_yaml(std::string_view text, const PositionIndex& positions, Diagnostics& diagnostics);
ParsedRoot parse_json(std::string_view text, const PositionIndex& positions, Diagnostics& diagnostics);

/// The JSON pointer (RFC 6901) of `token` below `parent`.
std::string pointer_to(const std::string& parent, std::string_view token);

/// FIL005 at a place, the same for both parsers.
Diagnostic nested_too_deeply(Range range);

}  // namespace crmsync::mapping
