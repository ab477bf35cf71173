#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "json/shape.h"
#include "json/short_text.h"

namespace crmsync::json {

/// The keys of a batch, in the order in which they came. The records of a page have the same keys in the same order, so
/// each key is first held against the one expected in its place, as it was written there with its quotes and its colon.
/// Where they are the same, which is one comparison, it need not be looked through, hashed and looked up.
///
/// Each object that the shape knows has a list, which begins at the number of its node; a key that is not in it yet is
/// put in where it came. Views the text of the batch.
class KeyOrder {
 public:
  explicit KeyOrder(const Shape& shape) : keys_(shape.node_count()) {}

  struct Key {
    const char* written = nullptr;
    std::uint32_t size = 0;
    std::uint32_t node = Shape::none;  // what the shape knows of its value
    std::uint32_t next = 0;            // 0: the last
  };

  /// The key written at `p`, if it is among the next few behind `last`, which it then becomes; else null.
  const Key* expected(const char* p, const char* end, std::uint32_t& last) const {
    std::uint32_t at = keys_[last].next;
    // More than one, because some records lack a key.
    for (int tries = 4; at != 0 && tries > 0; --tries, at = keys_[at].next) {
      const Key& key = keys_[at];
      if (end - p < static_cast<std::ptrdiff_t>(key.size) || !same_bytes(p, key.written, key.size)) continue;
      last = at;
      return &key;
    }
    return nullptr;
  }

  void learn(std::string_view written, std::uint32_t node, std::uint32_t& last) {
    if (keys_.size() >= most) return;
    const auto at = static_cast<std::uint32_t>(keys_.size());
    keys_.push_back({written.data(), static_cast<std::uint32_t>(written.size()), node, keys_[last].next});
    last = keys_[last].next = at;
  }

 private:
  static constexpr std::size_t most = 4096;  // of records without any order
  std::vector<Key> keys_;                    // first the beginnings of the lists
};

}  // namespace crmsync::json
