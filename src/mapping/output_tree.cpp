#include "mapping/output_tree.h"

#include <algorithm>

#include "json/writer.h"

namespace crmsync::mapping {

bool OutputTree::add(const Path& path, std::uint32_t entry) {
  std::uint32_t at = 0;
  for (const std::string& segment : path.segments) {
    if (!nodes_[at].entries.empty()) return false;
    const std::string key = json::written_key(segment);
    const std::vector<std::uint32_t>& children = nodes_[at].children;
    const auto found =
        std::find_if(children.begin(), children.end(), [&](std::uint32_t c) { return nodes_[c].key == key; });
    if (found != children.end()) {
      at = *found;
      continue;
    }
    const auto added = static_cast<std::uint32_t>(nodes_.size());
    nodes_[at].children.push_back(added);
    nodes_.push_back(Node{key, {}, {}});
    at = added;
  }
  if (at == 0 || !nodes_[at].children.empty()) return false;
  nodes_[at].entries.push_back(entry);
  return true;
}

}  // namespace crmsync::mapping
