#pragma once
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "json/path.h"
#include "json/short_text.h"

namespace crmsync::json {

/// A hash of a key: its length, its first and its last eight bytes. Short and not seeded, so it serves tables whose
/// keys come from a mapping, never tables whose keys come from records.
inline std::uint32_t hash_key(std::string_view key) {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  if (key.size() >= 8) {
    std::memcpy(&first, key.data(), 8);
    std::memcpy(&last, key.data() + key.size() - 8, 8);
  } else if (key.size() >= 4) {
    std::memcpy(&first, key.data(), 4);
    std::memcpy(&last, key.data() + key.size() - 4, 4);
  } else if (!key.empty()) {
    first = static_cast<unsigned char>(key[0]);
    last = static_cast<std::uint64_t>(static_cast<unsigned char>(key[key.size() / 2])) << 8 |
           static_cast<unsigned char>(key.back());
  }
  const std::uint64_t mixed = (first ^ key.size()) * 0x9E3779B97F4A7C15 + last * 0xC2B2AE3D27D4EB4F;
  return static_cast<std::uint32_t>((mixed ^ mixed >> 29) >> 32 ^ mixed >> 15);
}

/// The paths that a plan wants of a record, as a tree that the reader walks along with the text.
/// Built once when a mapping is compiled, read-only afterwards.
class Shape {
 public:
  static constexpr std::uint32_t none = 0xFFFFFFFF;

  Shape();

  /// Wants `path`; its value will land in `slot`. Each path once; an empty path wants the whole value.
  /// A path and one below it may both be wanted.
  ///
  /// `engagements` and `Path::each` want the rows of that list as a table (`Value::columns`), and below them `opens`
  /// the field of each row: it lands in a column, of which there is one for each such path in their order, and in no
  /// slot.
  void want(const Path& path, std::uint32_t slot);

  /// One more than the highest slot.
  std::uint32_t slot_count() const { return slot_count_; }

  // What the reader uses: node 0 is the record itself.
  struct Bucket {
    std::uint32_t hash = 0;
    std::uint32_t child = none;
  };
  struct Node {
    std::uint32_t slot = none;
    std::vector<Bucket> buckets;       // children by `hash_key`, open addressing; size a power of two, or 0
    std::vector<std::uint32_t> below;  // the slots of all descendants
    std::string key;                   // decoded UTF-8
    std::uint32_t child_count = 0;
    std::uint32_t rows = none;  // of a list: what is wanted of its elements
  };
  struct Rows {
    std::uint32_t element = none;  // the node of an element; the slots below it are columns
    std::uint32_t columns = 0;
    std::uint32_t width() const { return columns ? columns : 1; }  // so that rows without a field can be counted
    std::uint32_t slot = none;                                     // where the table lands
  };
  const Node& node(std::uint32_t index) const { return nodes_[index]; }
  std::size_t node_count() const { return nodes_.size(); }
  const Rows& rows(std::uint32_t index) const { return rows_[index]; }
  bool has_rows() const { return !rows_.empty(); }

  /// The child of `parent` for a decoded key, or `none`.
  std::uint32_t child(std::uint32_t parent, std::string_view key) const {
    const std::vector<Bucket>& buckets = nodes_[parent].buckets;
    if (buckets.empty()) return none;
    const std::uint32_t hash = hash_key(key);
    for (std::size_t i = hash;; ++i) {
      const Bucket& bucket = buckets[i & (buckets.size() - 1)];
      if (bucket.child == none) return none;
      if (bucket.hash != hash) continue;
      const std::string& found = nodes_[bucket.child].key;
      if (found.size() == key.size() && same_bytes(found.data(), key.data(), key.size())) return bucket.child;
    }
  }

 private:
  std::uint32_t add_child(std::uint32_t parent, const std::string& key);
  void want_below(std::uint32_t node, const Path& path, std::size_t from, std::uint32_t slot);
  std::vector<Node> nodes_;
  std::vector<Rows> rows_;
  std::uint32_t slot_count_ = 0;
};

}  // namespace crmsync::json
