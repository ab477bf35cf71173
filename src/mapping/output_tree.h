#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "json/path.h"

namespace crmsync::mapping {

/// The order and nesting in which the fields of one side are written: a tree of keys whose leaves are entries.
/// Keys come in the order of their first entry in the file, so the bytes do not depend on the input's key order.
class OutputTree {
 public:
  /// Entry `entry` writes `path`. False where that is impossible because a parent or child of it is a leaf already.
  bool add(const Path& path, std::uint32_t entry);

  /// Appends a JSON object to a string or a TextBuffer: `write_leaf(entry)` appends the value of an entry and returns
  /// true, or returns false to leave the field out. Of several entries with the same path the last that has a value is
  /// written. Objects without any field are left out.
  template <class Out, class WriteLeaf>
  void write(Out& out, WriteLeaf&& write_leaf) const {
    out += '{';
    write_children(out, 0, write_leaf);
    out += '}';
  }

 private:
  struct Node {
    std::string key;                      // as it is written: `"city":`
    std::vector<std::uint32_t> children;  // of an object
    std::vector<std::uint32_t> entries;   // of a leaf
    std::uint32_t parent = 0;
    std::uint32_t next = 0;  // in its chain; 0: the last
  };

  template <class Out, class WriteLeaf>
  bool write_children(Out& out, std::uint32_t parent, WriteLeaf& write_leaf) const {
    bool any = false;
    for (const std::uint32_t child : nodes_[parent].children) {
      const Node& node = nodes_[child];
      const std::size_t before = out.size();
      if (any) out += ',';
      out += node.key;
      bool written = false;
      if (node.entries.empty()) {
        out += '{';
        written = write_children(out, child, write_leaf);
        out += '}';
      } else {
        for (auto entry = node.entries.rbegin(); entry != node.entries.rend() && !written; ++entry) {
          written = write_leaf(*entry);
        }
      }
      if (!written) out.resize(before);
      any |= written;
    }
    return any;
  }

  static constexpr std::uint32_t chains = 64;
  static std::uint32_t chain_of(std::string_view key);

  std::vector<Node> nodes_{Node{}};
  std::uint32_t first_[chains] = {};  // of the nodes whose keys have the same remainder
};

}  // namespace crmsync::mapping
