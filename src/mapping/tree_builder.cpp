#include "mapping/tree_builder.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "json/sort.h"

namespace crmsync::mapping {
namespace {

/// The marks of keys that stand twice: for each member, whether an earlier one has the same key.
std::vector<char> repeated_keys(const std::vector<NodeMember>& members) {
  const std::vector<std::uint32_t> order = sorted_positions(
      members.size(), [&](std::uint32_t a, std::uint32_t b) { return members[a].key.text < members[b].key.text; });
  std::vector<char> repeated(members.size(), false);
  for (std::size_t i = 1; i < order.size(); ++i) {
    repeated[order[i]] = members[order[i - 1]].key.text == members[order[i]].key.text;
  }
  return repeated;
}

}  // namespace

bool TreeBuilder::expects_key() const {
  return !open_.empty() && open_.back().node.kind == NodeKind::map && !open_.back().has_key;
}

bool TreeBuilder::count(std::size_t weight, Extent where) {
  weight_ += weight;
  if (weight_ <= max_document_nodes) return true;
  Diagnostic diagnostic = make_diagnostic(
      Code::FIL006,
      {"the file holds more than ", std::to_string(max_document_nodes), " values, those of its aliases counted"},
      positions_.range(where.begin, where.end));
  diagnostic.hint = "use fewer aliases (`*name`), or split the mapping into several files";
  diagnostics_.push_back(std::move(diagnostic));
  return false;
}

const Node* TreeBuilder::add(Node node, bool stands_as_key) {
  last_end_ = std::max(last_end_, node.extent.end);
  if (stands_as_key && node.text.size() > max_key_bytes) {
    // Its text would stand in every message and pointer below it.
    Diagnostic diagnostic = make_diagnostic(
        Code::MAP001, {"a key of ", std::to_string(node.text.size()), " bytes is none of the mapping language"},
        positions_.range(node.extent.begin, node.extent.end));
    diagnostic.hint = "keys and names have at most " + std::to_string(max_key_bytes) + " bytes";
    add_diagnostic(std::move(diagnostic));
    node.text.resize(0);
    node.kind = NodeKind::list;  // so that its value is discarded
  }
  if (open_.empty()) {
    root_ = std::move(node);
    complete_ = true;
    return &root_;
  }
  Open& parent = open_.back();
  if (parent.node.kind == NodeKind::list) {
    parent.node.elements.push_back(std::move(node));
    return &parent.node.elements.back();
  }
  if (stands_as_key) {
    parent.key = std::move(node);
    parent.has_key = true;
    return &parent.key;
  }
  parent.has_key = false;
  if (parent.key.kind == NodeKind::list || parent.key.kind == NodeKind::map) {
    discarded_ = std::move(node);
    return &discarded_;
  }
  parent.node.members.push_back({std::move(parent.key), std::move(node)});
  parent.key = Node{};
  return &parent.node.members.back().value;
}

bool TreeBuilder::scalar(Node node) {
  if (!count(own_weight(node), node.extent)) return false;
  add(std::move(node), expects_key());
  return true;
}

bool TreeBuilder::open(NodeKind kind, std::size_t begin) {
  if (!count(1, {begin, begin + 1})) return false;
  if (open_.size() >= max_document_depth) {
    diagnostics_.push_back(nested_too_deeply(positions_.range(begin, begin + 1)));
    return false;
  }
  Open opened;
  opened.is_key = expects_key();
  opened.node.kind = kind;
  opened.node.extent = {begin, begin};
  open_.push_back(std::move(opened));
  return true;
}

const Node* TreeBuilder::close(std::size_t end) {
  Open closed = std::move(open_.back());
  open_.pop_back();
  closed.node.extent.end = std::max(end, closed.node.extent.begin);
  if (closed.is_key) {
    Diagnostic diagnostic = make_diagnostic(Code::FIL001, "a key must be a text, but here it is a list or a map",
                                            positions_.range(closed.node.extent.begin, closed.node.extent.end));
    diagnostic.hint = "texts with braces or brackets, such as \"{{first_name}}\", must stand in quotes";
    add_diagnostic(std::move(diagnostic));
  }
  if (closed.node.kind == NodeKind::map) drop_repeated_keys(closed.node);
  return add(std::move(closed.node), closed.is_key);
}

bool TreeBuilder::subtree(const Node& node, std::size_t weight, std::size_t height, Extent where) {
  if (!count(weight, where)) return false;
  if (open_.size() + height > max_document_depth) {
    diagnostics_.push_back(nested_too_deeply(positions_.range(where.begin, where.end)));
    return false;
  }
  const std::size_t end = last_end_;
  add(node, expects_key());
  last_end_ = end;  // the copy keeps the places of its original, which stands elsewhere
  return true;
}

void TreeBuilder::add_diagnostic(Diagnostic diagnostic) {
  if (diagnostics_.size() < max_diagnostics) diagnostics_.push_back(std::move(diagnostic));
}

std::string TreeBuilder::pointer() const {
  std::string pointer;
  for (const Open& open : open_) {
    const bool in_list = open.node.kind == NodeKind::list;
    pointer = pointer_to(pointer, in_list ? std::to_string(open.node.elements.size()) : open.key.text);
  }
  return pointer;
}

void TreeBuilder::drop_repeated_keys(Node& map) {
  if (map.members.size() < 2) return;
  const std::vector<char> repeated = repeated_keys(map.members);
  if (std::find(repeated.begin(), repeated.end(), true) == repeated.end()) return;
  std::vector<NodeMember> kept;
  for (std::size_t i = 0; i < map.members.size(); ++i) {
    NodeMember& member = map.members[i];
    if (!repeated[i]) {
      kept.push_back(std::move(member));
      continue;
    }
    Diagnostic diagnostic =
        make_diagnostic(Code::FIL007, {"the key `", member.key.text, "` stands twice in the same map"},
                        positions_.range(member.key.extent.begin, member.key.extent.end));
    diagnostic.path = pointer_to(pointer(), member.key.text);
    diagnostic.hint = "remove one of the two, or rename it";
    add_diagnostic(std::move(diagnostic));
  }
  map.members = std::move(kept);
}

}  // namespace crmsync::mapping
