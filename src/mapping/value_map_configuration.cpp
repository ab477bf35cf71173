#include "mapping/value_map_configuration.h"

#include <string_view>
#include <utility>

namespace crmsync::mapping {
namespace {

/// One value of a value map. Null is not among them: `on_null` says what happens to it.
std::optional<Value> read_mapped_value(Reading& reading, const Place& place) {
  if (place.is(NodeKind::null) || place.is(NodeKind::list) || place.is(NodeKind::map)) {
    reading.wrong_type(place, "a text, a number or a boolean",
                       place.is(NodeKind::null) ? "what happens to null is said by `on_null`" : "");
    return std::nullopt;
  }
  const std::optional<Literal> literal = read_literal(reading, place);
  if (!literal) return std::nullopt;
  return literal->value;
}

std::string_view text_of(const Value& value) {
  if (value.is(Kind::boolean)) return value.boolean ? "true" : "false";
  return value.view();
}

}  // namespace

std::vector<ValuePair> read_value_map(Reading& reading, const Place& place) {
  std::vector<ValuePair> pairs;
  if (!place.is(NodeKind::map)) {
    reading.wrong_type(place, "a map of PenguinMails values to CRM values");
    return pairs;
  }
  if (place.node->members.empty())
    reading.report(Code::MAP002, place, {spoken_name(place.pointer), " is empty"},
                   "name at least one value, or remove it");
  for (std::size_t i = 0; i < place.node->members.size(); ++i) {
    const Place to = place.member(i);
    const Node& key = place.node->members[i].key;
    const std::optional<Value> local = read_mapped_value(reading, {&key, to.pointer});
    ValuePair pair;
    pair.range = reading.range(key);
    if (to.is(NodeKind::list)) {
      if (to.node->elements.empty())
        reading.report(Code::MAP002, to, {spoken_name(to.pointer), " is an empty list"}, "name at least one CRM value");
      for (std::size_t j = 0; j < to.node->elements.size(); ++j) {
        const std::optional<Value> crm = read_mapped_value(reading, to.element(j));
        if (!crm) continue;
        pair.crm.push_back(*crm);
        pair.crm_ranges.push_back(reading.range(to.element(j)));
      }
    } else if (const std::optional<Value> crm = read_mapped_value(reading, to)) {
      pair.crm.push_back(*crm);
      pair.crm_ranges.push_back(reading.range(to));
    }
    if (!local || pair.crm.empty()) continue;
    pair.local = *local;
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

NamedValueMaps read_value_maps(Reading& reading, const Place& place) {
  NamedValueMaps maps;
  if (!place.is(NodeKind::map)) {
    reading.wrong_type(place, "a map of names to value maps");
    return maps;
  }
  for (std::size_t i = 0; i < place.node->members.size(); ++i) {
    maps.emplace(place.node->members[i].key.text, read_value_map(reading, place.member(i)));
  }
  return maps;
}

std::vector<ValuePair> read_entry_value_map(Reading& reading, const Place& place, const NamedValueMaps& named) {
  if (!place.is(NodeKind::string)) return read_value_map(reading, place);
  const auto found = named.find(place.node->text);
  if (found != named.end()) return found->second;
  std::vector<std::string_view> names;
  for (const auto& map : named) names.push_back(map.first);
  Diagnostic& diagnostic = reading.report(Code::MAP003, place, {"there is no value map `", place.node->text, "`"},
                                          names.empty() ? "name it under `value_maps`, or write its values here"
                                                        : "under `value_maps` stand " + spoken_list(names));
  diagnostic.suggestion = nearest_name(place.node->text, names);
  return {};
}

void check_value_map_is_readable(Reading& reading, const Place& place, const std::vector<ValuePair>& pairs) {
  std::map<std::string_view, std::string_view> locals;  // by the CRM's spelling
  for (const ValuePair& pair : pairs) {
    for (const Value& crm : pair.crm) {
      const std::string_view local = text_of(pair.local);
      const auto [known, is_new] = locals.emplace(text_of(crm), local);
      if (is_new || known->second == local) continue;
      reading.report(Code::MAP011, pair.range, place.pointer,
                     {"the CRM's value `", text_of(crm), "` stands for both `", known->second, "` and `", local, "`"},
                     "give each PenguinMails value a CRM value of its own, or make the entry `direction: to_crm`");
    }
  }
}

}  // namespace crmsync::mapping
