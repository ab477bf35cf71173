#include "mapping/section.h"

#include <algorithm>
#include <string>

namespace crmsync::mapping {
namespace {

/// Gives the known key that was probably meant.
std::string_view report_unknown_key(Reading& reading, const Node& key, const std::string& pointer, SectionKind kind) {
  std::vector<std::string_view> names;
  for (const Key& known : keys_of(kind)) names.push_back(known.name);
  std::string hint;
  if (key.text == "<<") {
    hint = "YAML 1.2 has no merge keys; repeat the keys, or repeat a whole value with an alias (*name)";
  } else if (names.size() <= 12) {
    hint = "known here: " + spoken_list(names);
  }
  Diagnostic& diagnostic =
      reading.report(Code::MAP001, reading.range(key), pointer, {"unknown key `", key.text, "`"}, std::move(hint));
  const std::string_view meant = nearest_name(snake_case(key.text), names);
  diagnostic.suggestion = meant;
  return meant;
}

}  // namespace

Section::Section(Reading& reading, const Place& place, SectionKind kind) : place_(place) {
  for (std::size_t i = 0; i < place.node->members.size(); ++i) {
    const Node& name = place.node->members[i].key;
    const Key* key = find_key(kind, name.text);
    if (key && !has(key->name)) {
      found_.emplace_back(key->name, i);
      continue;
    }
    const std::string pointer = pointer_to(place.pointer, name.text);
    if (!key) {
      reported_.push_back(report_unknown_key(reading, name, pointer, kind));
    } else {
      reading.report(Code::FIL007, reading.range(name), pointer,
                     {"`", name.text, "` and `", key_node(key->name).text, "` are the same key"},
                     "remove one of the two");
    }
  }
}

std::size_t Section::index_of(std::string_view key) const {
  for (const auto& known : found_) {
    if (known.first.size() == key.size() && known.first == key) return known.second;
  }
  return missing;
}

std::optional<Place> Section::find(std::string_view key) const {
  const std::size_t index = index_of(key);
  if (index == missing) return std::nullopt;
  return place_.member(index);
}

const Node& Section::key_node(std::string_view key) const {
  return place_.node->members[index_of(key)].key;
}

bool Section::excuses(std::string_view key) const {
  return std::find(reported_.begin(), reported_.end(), key) != reported_.end();
}

bool Section::has_any(std::initializer_list<std::string_view> keys) const {
  for (const std::string_view key : keys) {
    if (has(key)) return true;
  }
  return false;
}

std::optional<Section> read_section(Reading& reading, const Place& place, SectionKind kind) {
  if (place.is(NodeKind::map)) return Section(reading, place, kind);
  reading.wrong_type(place, "a map of keys and values");
  return std::nullopt;
}

}  // namespace crmsync::mapping
