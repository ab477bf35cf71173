#include "mapping/direction_rules.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "mapping/choices.h"

namespace crmsync::mapping {
namespace {

struct Required {
  bool on_create = false;
  bool on_update = false;
};

std::optional<Required> read_required(Reading& reading, const Place& place) {
  if (place.is(NodeKind::boolean)) return Required{place.node->boolean, place.node->boolean};
  if (!place.is(NodeKind::map)) {
    reading.wrong_type(place, "true, false or {create: true}");
    return std::nullopt;
  }
  const Section section(reading, place, SectionKind::required);
  const std::optional<Place> create = section.find("create");
  if (!create) return std::nullopt;
  const std::optional<bool> on_create = read_boolean(reading, *create);
  return Required{on_create.value_or(false), false};
}

std::optional<Lookup> read_lookup(Reading& reading, const Place& place) {
  const std::optional<Section> section = read_section(reading, place, SectionKind::lookup);
  if (!section) return std::nullopt;
  Lookup lookup;
  for (const std::string_view key : {"object", "by"}) {
    if (const auto text = section->find(key)) {
      (key == "by" ? lookup.by : lookup.object) = read_text(reading, *text).value_or("");
    } else if (!section->excuses(key)) {
      reading.report(Code::MAP005, place, {"a lookup needs `", key, "`"},
                     "write for example lookup: {object: User, by: Email}");
    }
  }
  if (const auto missing = section->find("on_missing"))
    lookup.on_missing = read_choice(reading, *missing, on_missing).value_or(lookup.on_missing);
  return lookup;
}

/// What a set of rules says; what it does not say is missing.
struct Stated {
  std::optional<std::vector<Normalizer>> normalize;
  std::optional<std::string> phone_region;
  std::optional<Lookup> lookup;
  std::optional<std::vector<ValuePair>> value_map;
  std::optional<WriteAtMost> write_at_most;
  std::optional<Literal> default_value;
  std::optional<Required> required;
  std::optional<Write> write;
  std::optional<OnAbsent> on_absent;
  std::optional<OnNull> on_null;
  std::optional<OnBlank> on_blank;
  std::optional<OnError> on_error;
  std::optional<OnUnmapped> on_unmapped;
  std::optional<OnTooLong> on_too_long;
};

Stated read_stated(Reading& reading, const Section& section) {
  Stated stated;
  if (const auto place = section.find("phone_region")) stated.phone_region = read_region(reading, *place);
  if (const auto place = section.find("lookup")) stated.lookup = read_lookup(reading, *place);
  if (const auto place = section.find("write_at_most"))
    stated.write_at_most = read_choice(reading, *place, write_at_most_periods);
  if (const auto place = section.find("normalize")) stated.normalize = read_normalizers(reading, *place);
  if (const auto place = section.find("default")) stated.default_value = read_literal(reading, *place);
  if (const auto place = section.find("required")) stated.required = read_required(reading, *place);
  if (const auto place = section.find("write")) stated.write = read_choice(reading, *place, writes);
  if (const auto place = section.find("on_absent")) stated.on_absent = read_choice(reading, *place, on_absent);
  if (const auto place = section.find("on_null")) stated.on_null = read_choice(reading, *place, on_null);
  if (const auto place = section.find("on_blank")) stated.on_blank = read_choice(reading, *place, on_blank);
  if (const auto place = section.find("on_error")) stated.on_error = read_choice(reading, *place, on_error);
  if (const auto place = section.find("on_unmapped")) stated.on_unmapped = read_choice(reading, *place, on_unmapped);
  if (const auto place = section.find("on_too_long")) stated.on_too_long = read_choice(reading, *place, on_too_long);
  return stated;
}

template <class T>
void override_with(std::optional<T>& common, std::optional<T>&& own) {
  if (own) common = std::move(own);
}

DirectionRules to_rules(const Stated& stated) {
  DirectionRules rules;
  rules.normalize = stated.normalize.value_or(std::vector<Normalizer>{});
  rules.phone_region = stated.phone_region.value_or("");
  rules.lookup = stated.lookup;
  rules.value_map = stated.value_map;
  rules.write_at_most = stated.write_at_most.value_or(rules.write_at_most);
  rules.default_value = stated.default_value;
  const Required required = stated.required.value_or(Required{});
  rules.required_on_create = required.on_create;
  rules.required_on_update = required.on_update;
  rules.write = stated.write.value_or(rules.write);
  rules.on_blank = stated.on_blank.value_or(rules.on_blank);
  rules.on_error = stated.on_error.value_or(rules.on_error);
  rules.on_unmapped = stated.on_unmapped.value_or(rules.on_unmapped);
  rules.on_too_long = stated.on_too_long.value_or(rules.on_too_long);
  rules.says_on_too_long = stated.on_too_long.has_value();
  rules.on_absent = rules.on_absent_create = stated.on_absent.value_or(rules.on_absent);
  rules.on_null = rules.on_null_create = stated.on_null.value_or(rules.on_null);
  // A default alone fills creates; it never overwrites what an update finds.
  if (stated.default_value && !stated.on_absent) rules.on_absent_create = OnAbsent::use_default;
  if (stated.default_value && !stated.on_null) rules.on_null_create = OnNull::use_default;
  return rules;
}

/// MAP005 where a rule asks for a default that nothing gives. `reported` keeps a rule that holds in both directions
/// from being reported twice.
void check_defaults(Reading& reading, const Section& entry, const std::optional<Section>& own,
                    const DirectionRules& rules, std::vector<const Node*>& reported) {
  if (rules.default_value || entry.has("default") || (own && own->has("default"))) return;
  const std::pair<std::string_view, bool> uses[] = {
      {"on_absent", rules.on_absent == OnAbsent::use_default},
      {"on_null", rules.on_null == OnNull::use_default},
      {"on_unmapped", rules.on_unmapped == OnUnmapped::use_default},
      {"lookup", rules.lookup && rules.lookup->on_missing == OnMissing::use_default}};
  for (const auto& use : uses) {
    if (!use.second) continue;
    const std::optional<Place> place = own && own->has(use.first) ? own->find(use.first) : entry.find(use.first);
    if (std::find(reported.begin(), reported.end(), place->node) != reported.end()) continue;
    reported.push_back(place->node);
    const std::string_view key = use.first == "lookup" ? "on_missing" : use.first;
    reading.report(Code::MAP005, *place, {"`", key, ": default` needs a `default`"}, "add `default: ...` next to it");
  }
}

}  // namespace

std::optional<std::string> read_region(Reading& reading, const Place& place) {
  std::optional<std::string> region = read_text(reading, place);
  if (!region) return std::nullopt;
  const bool fits =
      region->size() == 2 && std::all_of(region->begin(), region->end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (fits) return region;
  reading.report(Code::MAP003, place, {spoken_name(place.pointer), " cannot be `", *region, "`"},
                 "it is a country's two capital letters (ISO 3166), such as DE or US");
  return std::nullopt;
}

std::vector<Normalizer> read_normalizers(Reading& reading, const Place& place) {
  std::vector<Normalizer> read;
  if (!place.is(NodeKind::list)) {
    reading.wrong_type(place, "a list", place.is(NodeKind::string) ? "write [" + place.node->text + "]" : "");
    return read;
  }
  for (std::size_t i = 0; i < place.node->elements.size(); ++i) {
    if (const std::optional<Normalizer> normalizer = read_choice(reading, place.element(i), normalizers))
      read.push_back(*normalizer);
  }
  return read;
}

EntryRules read_entry_rules(Reading& reading, const Section& entry, const std::optional<Section>& to_crm,
                            const std::optional<Section>& from_crm, Direction direction,
                            const NamedValueMaps& value_maps) {
  const Stated common = read_stated(reading, entry);
  const auto in_direction = [&](const std::optional<Section>& own) {
    Stated stated = common;
    if (own) {
      Stated overriding = read_stated(reading, *own);
      if (const auto place = own->find("value_map"))
        overriding.value_map = read_entry_value_map(reading, *place, value_maps);
      override_with(stated.normalize, std::move(overriding.normalize));
      override_with(stated.phone_region, std::move(overriding.phone_region));
      override_with(stated.lookup, std::move(overriding.lookup));
      override_with(stated.value_map, std::move(overriding.value_map));
      override_with(stated.write_at_most, std::move(overriding.write_at_most));
      override_with(stated.default_value, std::move(overriding.default_value));
      override_with(stated.required, std::move(overriding.required));
      override_with(stated.write, std::move(overriding.write));
      override_with(stated.on_absent, std::move(overriding.on_absent));
      override_with(stated.on_null, std::move(overriding.on_null));
      override_with(stated.on_blank, std::move(overriding.on_blank));
      override_with(stated.on_error, std::move(overriding.on_error));
      override_with(stated.on_unmapped, std::move(overriding.on_unmapped));
      override_with(stated.on_too_long, std::move(overriding.on_too_long));
    }
    return to_rules(stated);
  };
  EntryRules rules{in_direction(to_crm), in_direction(from_crm)};
  std::vector<const Node*> reported;
  if (direction != Direction::from_crm) check_defaults(reading, entry, to_crm, rules.to_crm, reported);
  if (direction != Direction::to_crm) check_defaults(reading, entry, from_crm, rules.from_crm, reported);
  return rules;
}

}  // namespace crmsync::mapping
