#pragma once
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "mapping/document.h"

namespace crmsync::mapping {

/// Builds a tree of nodes from a parser's events, with the checks that YAML and JSON share: depth, number of nodes,
/// keys that stand twice, keys that are no scalars.
class TreeBuilder {
 public:
  TreeBuilder(const PositionIndex& positions, Diagnostics& diagnostics)
      : positions_(positions), diagnostics_(diagnostics) {}

  /// Each returns false when a limit is exceeded; the diagnostic is then written, and parsing must stop.
  bool scalar(Node node);
  bool open(NodeKind kind, std::size_t begin);
  /// Closes the innermost list or map, and gives it back to look at.
  const Node* close(std::size_t end);
  /// Adds a finished subtree, as an alias does.
  bool subtree(const Node& node, std::size_t weight, std::size_t height, Extent where);
  /// Counts what is kept in memory against `max_document_nodes`; 64 bytes of text weigh as much as a node.
  bool count(std::size_t weight, Extent where);

  bool complete() const { return complete_; }
  Node take_root() { return std::move(root_); }

  /// Whether the next node is a map's key.
  bool expects_key() const;
  std::size_t depth() const { return open_.size(); }
  /// The end of what was added last: where a value without text stands.
  std::size_t last_end() const { return last_end_; }
  void place_last_end(std::size_t end) { last_end_ = end; }

 private:
  struct Open {
    Node node;
    Node key;
    bool has_key = false;  // a map whose next node is the value of `key`
    bool is_key = false;   // this collection itself stands where a key must
  };
  const Node* add(Node node, bool stands_as_key);
  void drop_repeated_keys(Node& map);
  std::string pointer() const;
  void add_diagnostic(Diagnostic diagnostic);  // dropped past `max_diagnostics`; all of them are errors

  const PositionIndex& positions_;
  Diagnostics& diagnostics_;
  std::vector<Open> open_;
  Node root_;
  Node discarded_;  // the value of a key that is none
  bool complete_ = false;
  std::size_t weight_ = 0;
  std::size_t last_end_ = 0;
};

/// A node without its children, as `TreeBuilder::count` weighs it.
inline std::size_t own_weight(const Node& node) {
  return 1 + node.text.size() / 64;
}

}  // namespace crmsync::mapping
