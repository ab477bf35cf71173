#pragma once
#include <cstdint>
#include <forward_list>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace crmsync::expression {

enum class Operator : std::uint8_t {
  add,
  subtract,
  multiply,
  divide,
  modulo,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  in,
  and_,
  or_,
  negate,
  not_,
};

/// How an operator is written.
std::string_view symbol(Operator op);

enum class NodeKind : std::uint8_t {
  literal,      // `value`
  identifier,   // `name`; `absolute` with a leading dot
  select,       // child 0 `.name`
  index,        // child 0 [child 1]
  call,         // `name`(children), or child 0.`name`(the others) if `member`
  list,         // children
  map,          // children: key, value, key, value, …
  unary,        // `op` child 0
  binary,       // child 0 `op` child 1
  conditional,  // child 0 ? child 1 : child 2
  entry,        // `?` before child 0, an element of a list or a value of a map: it is there if the optional holds one
};

using NodeId = std::uint32_t;

struct Node {
  NodeKind kind = NodeKind::literal;
  Operator op = Operator::add;
  bool absolute = false;
  bool member = false;
  bool optional = false;     // select, index: with a `?`
  std::uint16_t height = 1;  // levels below, chains of binary operators counted once
  std::uint32_t offset = 0;  // where it begins in the source
  std::uint32_t mark = 0;    // the place that errors point at: the operator, the name
  std::uint32_t mark_length = 0;
  std::uint32_t first_child = 0;  // index into `Ast::children`
  std::uint32_t child_count = 0;
  std::string_view name;
  Value value;
};

/// One parsed expression. Children stand in a table, so that a node has a fixed size.
struct Ast {
  std::vector<Node> nodes;
  std::vector<NodeId> children;
  std::forward_list<std::string> texts;  // of string literals that have escapes, without them
  std::string_view source;               // from which the offsets count, and which names and other literals view
  NodeId root = 0;

  NodeId child_of(const Node& node, std::uint32_t index) const { return children[node.first_child + index]; }
  const Node& child(const Node& node, std::uint32_t index) const { return nodes[child_of(node, index)]; }
};

}  // namespace crmsync::expression
