#include "mapping/output_tree.h"

#include <utility>

#include "json/writer.h"

namespace crmsync::mapping {

std::uint32_t OutputTree::chain_of(std::string_view key) {
  std::uint32_t sum = 0;
  for (const char c : key) sum = sum * 31 + static_cast<unsigned char>(c);
  return sum % chains;
}

bool OutputTree::add(const Path& path, std::uint32_t entry) {
  std::uint32_t at = 0;
  for (const std::string& segment : path.segments) {
    if (!nodes_[at].entries.empty()) return false;
    const std::string key = json::written_key(segment);
    std::uint32_t& first = first_[chain_of(key)];
    std::uint32_t found = first;
    while (found != 0 && (nodes_[found].parent != at || nodes_[found].key != key)) found = nodes_[found].next;
    if (found == 0) {
      found = static_cast<std::uint32_t>(nodes_.size());
      nodes_[at].children.push_back(found);
      nodes_.push_back(Node{key, {}, {}, at, std::exchange(first, found)});
    }
    at = found;
  }
  if (at == 0 || !nodes_[at].children.empty()) return false;
  nodes_[at].entries.push_back(entry);
  return true;
}

}  // namespace crmsync::mapping
