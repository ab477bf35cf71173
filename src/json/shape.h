#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "json/path.h"

namespace crmsync::json {

/// The paths that a plan wants of a record, as a tree that the reader walks along with the text.
/// Built once when a mapping is compiled, read-only afterwards.
class Shape {
 public:
  static constexpr std::uint32_t none = 0xFFFFFFFF;

  Shape();

  /// Wants `path`; its value will land in `slot`. Each path once; an empty path wants the whole value.
  /// A path and one below it may both be wanted.
  void want(const Path& path, std::uint32_t slot);

  /// One more than the highest slot.
  std::uint32_t slot_count() const { return slot_count_; }

  // What the reader uses: node 0 is the record itself.
  struct Node {
    std::uint32_t slot = none;
    std::vector<std::uint32_t> table;     // open addressing by `hash_key`; child node or `none`; size a power of two, or 0
    std::vector<std::uint32_t> children;  // in order of `want`
    std::string key;                      // decoded UTF-8
  };
  const Node& node(std::uint32_t index) const { return nodes_[index]; }
  /// The child of `parent` for a decoded key, or `none`.
  std::uint32_t child(std::uint32_t parent, std::string_view key) const;

 private:
  std::uint32_t add_child(std::uint32_t parent, const std::string& key);
  std::vector<Node> nodes_;
  std::uint32_t slot_count_ = 0;
};

}  // namespace crmsync::json
