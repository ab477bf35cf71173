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
  slot_count_ = std::max(slot_count_, slot + 1);
  const auto each = std::find(path.segments.begin(), path.segments.end(), Path::each);
  if (each == path.segments.end()) return want_below(0, path, 0, slot);
  const bool is_table = each + 1 == path.segments.end();
  std::uint32_t list = 0;
  for (auto segment = path.segments.begin(); segment != each; ++segment) {
    if (is_table) nodes_[list].below.push_back(slot);
    const std::uint32_t known = child(list, *segment);
    list = known != none ? known : add_child(list, *segment);
  }
  if (nodes_[list].rows == none) {
    nodes_[list].rows = static_cast<std::uint32_t>(rows_.size());
    rows_.push_back({static_cast<std::uint32_t>(nodes_.size())});
    nodes_.emplace_back();
  }
  Rows& rows = rows_[nodes_[list].rows];
  if (is_table) {
    nodes_[list].below.push_back(slot);
    rows.slot = slot;
  } else {
    want_below(rows.element, path, static_cast<std::size_t>(each - path.segments.begin()) + 1, rows.columns++);
  }
}

void Shape::want_below(std::uint32_t node, const Path& path, std::size_t from, std::uint32_t slot) {
  for (std::size_t i = from; i < path.segments.size(); ++i) {
    nodes_[node].below.push_back(slot);
    const std::uint32_t known = child(node, path.segments[i]);
    node = known != none ? known : add_child(node, path.segments[i]);
  }
  nodes_[node].slot = slot;
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
