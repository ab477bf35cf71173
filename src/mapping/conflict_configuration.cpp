#include "mapping/conflict_configuration.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "expression/duration.h"
#include "mapping/choices.h"

namespace crmsync::mapping {
namespace {

/// `2s`, `1m30s`, and whole or broken days, which CEL's durations do not have.
std::optional<std::int64_t> parse_skew(std::string_view text) {
  const bool days = text.ends_with('d');
  std::optional<std::int64_t> skew =
      expression::parse_duration(days ? std::string(text.substr(0, text.size() - 1)) + 'h' : std::string(text));
  if (days && skew && *skew > INT64_MAX / 24) return std::nullopt;
  if (days && skew) *skew *= 24;
  return skew && *skew >= 0 ? skew : std::nullopt;
}

void read_skew(Reading& reading, const Place& place, ConflictRules& rules) {
  const std::optional<std::int64_t> skew = place.is(NodeKind::string) ? parse_skew(place.node->text) : std::nullopt;
  if (skew)
    rules.skew_nanoseconds = *skew;
  else
    reading.wrong_type(place, "a duration", "write a number and its unit, such as 2s, 500ms or 1m30s");
}

/// `[[address.street, address.city], …]`
void read_groups(Reading& reading, const Place& place, ConflictRules& rules) {
  if (!place.is(NodeKind::list)) {
    reading.wrong_type(place, "a list of groups, each a list of fields");
    return;
  }
  std::map<Path, std::size_t> known;
  for (std::size_t i = 0; i < place.node->elements.size(); ++i) {
    const Place group = place.element(i);
    if (!group.is(NodeKind::list)) {
      reading.wrong_type(group, "a list of fields");
      continue;
    }
    rules.groups.push_back(read_paths(reading, group));
    for (const FieldPath& field : rules.groups.back()) {
      if (known.emplace(field.path, i).second) continue;
      reading.report(Code::MAP006, field.range, group.pointer, {"`", field.text, "` stands in a group already"},
                     "a field wins or loses with one group; remove it here or there");
    }
  }
}

/// Adds the strategies per field; a field that has a rule already keeps it (MAP013).
void read_fields(Reading& reading, const Place& place, ConflictRules& rules) {
  if (!place.is(NodeKind::map)) {
    reading.wrong_type(place, "a map of fields and their strategies");
    return;
  }
  std::map<Path, Strategy> known;
  for (const StrategyRule& rule : rules.fields) known.emplace(rule.field.path, rule.choice.strategy);
  for (std::size_t i = 0; i < place.node->members.size(); ++i) {
    const Place value = place.member(i);
    const std::optional<FieldPath> field = read_path_key(reading, place.node->members[i].key, value.pointer);
    std::optional<StrategyChoice> choice = read_strategy(reading, value);
    if (!field || !choice) continue;
    const auto [rule, is_new] = known.emplace(field->path, choice->strategy);
    if (is_new) {
      rules.fields.push_back({*field, std::move(*choice), value.pointer});
    } else if (rule->second != choice->strategy) {
      reading.report(Code::MAP013, field->range, value.pointer,
                     {"the strategy for `", field->text, "` is overruled by another one for the same field"},
                     "remove one of the two");
    }
  }
}

}  // namespace

std::optional<StrategyChoice> read_strategy(Reading& reading, const Place& place) {
  if (!place.is(NodeKind::map)) {
    const std::optional<Strategy> strategy = read_choice(reading, place, strategies);
    return strategy ? std::optional(StrategyChoice{*strategy}) : std::nullopt;
  }
  const std::optional<Section> section = read_section(reading, place, SectionKind::merge_expression);
  if (!section) return std::nullopt;
  const std::optional<Place> expression = section->find("expression");
  if (!expression && place.node->members.empty()) {
    reading.wrong_type(place, "a strategy", "write its name, or an expression: {expression: local + \" / \" + crm}");
  }
  if (!expression) return std::nullopt;  // unknown keys are told already
  std::optional<SourceText> text = read_source_text(reading, *expression, "an expression");
  if (!text) return std::nullopt;
  return StrategyChoice{Strategy::expression, std::move(*text)};
}

namespace {

/// Some strategies make sense of one kind of values only.
std::optional<StrategyChoice> only_for_all(Reading& reading, const Place& place, std::optional<StrategyChoice> choice) {
  std::string_view kind;
  switch (choice ? choice->strategy : Strategy::newest_wins) {
    case Strategy::union_of: kind = "multi-selects"; break;
    case Strategy::max:
    case Strategy::min: kind = "numbers and dates"; break;
    case Strategy::add_deltas: kind = "numbers"; break;
    case Strategy::longest: kind = "texts"; break;
    default: return choice;
  }
  reading.report(Code::MAP006, place, {"`", place.node->text, "` is for ", kind, ", and not for every field"},
                 "write it under `conflict_resolution.fields`, or as an entry's `conflict`");
  return std::nullopt;
}

}  // namespace

std::optional<StrategyChoice> read_sync_strategy(Reading& reading, const Place& place) {
  if (place.is(NodeKind::map)) return read_strategy(reading, place);
  const std::optional<std::uint8_t> word = read_word(reading, place, sync_strategies);
  if (!word || *word == field_level_word) return std::nullopt;
  return only_for_all(reading, place, StrategyChoice{static_cast<Strategy>(*word)});
}

void read_conflict_resolution(Reading& reading, const Place& place, ConflictRules& rules) {
  if (place.is(NodeKind::string)) {
    reading.wrong_type(place, "a map of keys and values",
                       {"write `conflict_resolution: {default: ", place.node->text, "}`"});
    return;
  }
  const std::optional<Section> section = read_section(reading, place, SectionKind::conflict_resolution);
  if (!section) return;
  if (const auto fallback = section->find("default"))
    rules.fallback = only_for_all(reading, *fallback, read_strategy(reading, *fallback)).value_or(rules.fallback);
  if (const auto fields = section->find("fields")) read_fields(reading, *fields, rules);
  if (const auto tie = section->find("tie")) rules.tie = read_choice(reading, *tie, ties).value_or(rules.tie);
  if (const auto skew = section->find("skew")) read_skew(reading, *skew, rules);
  if (const auto evidence = section->find("evidence"))
    rules.evidence = read_choice(reading, *evidence, evidences).value_or(rules.evidence);
  if (const auto drift = section->find("drift"))
    rules.drift = read_choice(reading, *drift, drifts).value_or(rules.drift);
  if (const auto first = section->find("first_contact"))
    rules.first_contact = read_choice(reading, *first, first_contacts).value_or(rules.first_contact);
  if (const auto groups = section->find("groups")) read_groups(reading, *groups, rules);
  if (const auto on = section->find("on_crm_delete"))
    rules.on_crm_delete = read_choice(reading, *on, deletes).value_or(rules.on_crm_delete);
  if (const auto on = section->find("on_local_delete"))
    rules.on_local_delete = read_choice(reading, *on, deletes).value_or(rules.on_local_delete);
}

void read_conflict_strategies(Reading& reading, const Place& place, ConflictRules& rules) {
  const std::optional<Section> section = read_section(reading, place, SectionKind::strategies);
  if (!section) return;
  for (const Word& word : WordList(strategies)) {
    const std::optional<Place> strategy = section->find(word.name);
    if (strategy) read_section(reading, *strategy, SectionKind::strategy_description);
  }
  const std::optional<Place> field_level = section->find("field_level");
  if (!field_level) return;
  const std::optional<Section> description = read_section(reading, *field_level, SectionKind::strategy_description);
  if (!description) return;
  if (const auto example = description->find("example")) read_fields(reading, *example, rules);
}

}  // namespace crmsync::mapping
