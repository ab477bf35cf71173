#include "json/shape.h"

#include <algorithm>

namespace crmsync::json {
namespace {

void insert(std::vector<Shape::Bucket>& buckets, Shape::Bucket bucket) {
  std::size_t i = bucket.hash;
  while (buckets[i & (buckets.size() - 1)].child != Shape::none) ++i;
  buckets[i & (buckets.size() - 1)] = bucket;
}

}  // namespace

Shape::Shape() : nodes_(1) {}

void Shape::want(const Path& path, std::uint32_t slot) {
  std::uint32_t node = 0;
  for (const std::string& segment : path.segments) {
    nodes_[node].below.push_back(slot);
    const std::uint32_t known = child(node, segment);
    node = known != none ? known : add_child(node, segment);
  }
  nodes_[node].slot = slot;
  slot_count_ = std::max(slot_count_, slot + 1);
}

std::uint32_t Shape::add_child(std::uint32_t parent, const std::string& key) {
  const auto index = static_cast<std::uint32_t>(nodes_.size());
  nodes_.emplace_back().key = key;
  Node& node = nodes_[parent];
  ++node.child_count;
  // At most a quarter full: nearly every key that is not wanted then meets an empty bucket at once.
  if (node.buckets.size() < 4 * node.child_count) {
    std::vector<Bucket> larger(std::max<std::size_t>(8, 2 * node.buckets.size()));
    for (const Bucket& bucket : node.buckets) {
      if (bucket.child != none) insert(larger, bucket);
    }
    node.buckets = std::move(larger);
  }
  insert(node.buckets, {hash_key(key), index});
  return index;
}

}  // namespace crmsync::json
