#include "mapping/entry_configuration.h"

#include <algorithm>
#include <string>
#include <utility>

#include "mapping/choices.h"
#include "mapping/direction_rules.h"
#include "mapping/entry_direction.h"
#include "mapping/entry_kind.h"
#include "mapping/entry_types.h"
#include "mapping/format_configuration.h"
#include "mapping/reversal.h"
#include "mapping/section.h"

namespace crmsync::mapping {
namespace {

/// A value of a conditional: a template where it holds `{{`, else a literal.
BranchText read_branch(Reading& reading, const Place& place) {
  BranchText branch;
  if (place.is(NodeKind::string) && place.node->text.find("{{") != std::string::npos) {
    branch.text = reading.source_text(*place.node);
    branch.literal.range = branch.text.range;
  } else if (const std::optional<Literal> read = read_literal(reading, place)) {
    branch.literal = *read;
  }
  return branch;
}

void read_cases(Reading& reading, const Place& place, std::vector<Case>& cases) {
  if (!place.is(NodeKind::list) || place.node->elements.empty()) {
    reading.wrong_type(place, "a list of cases", "write cases: [{when: \"…\", value: …}, …]");
    return;
  }
  for (std::size_t i = 0; i < place.node->elements.size(); ++i) {
    const std::optional<Section> section = read_section(reading, place.element(i), SectionKind::one_case);
    if (!section) continue;
    Case one;
    const std::optional<Place> when = section->find("when"), value = section->find("value");
    for (const std::string_view key : {"when", "value"}) {
      if (!section->has(key) && !section->excuses(key))
        reading.report(Code::MAP005, section->place(), {"a case needs `", key, "`"});
    }
    if (when) {
      if (auto text = read_source_text(reading, *when, "an expression")) one.when = std::move(*text);
    }
    if (value) one.value = read_branch(reading, *value);
    if (!one.when.text.empty()) cases.push_back(std::move(one));
  }
}

void read_derivation(Reading& reading, const Section& section, Entry& entry) {
  if (const auto place = section.find("formula")) {
    if (auto formula = read_source_text(reading, *place, "an expression or a template"))
      entry.formula = std::move(*formula);
  }
  if (const auto place = section.find("condition")) {
    if (auto condition = read_source_text(reading, *place, "an expression"))
      entry.cases.push_back({std::move(*condition), {}});
  }
  if (const auto place = section.find("value_if_true"); place && !entry.cases.empty())
    entry.cases.front().value = read_branch(reading, *place);
  if (const auto place = section.find("cases")) read_cases(reading, *place, entry.cases);
  for (const std::string_view key : {"value_if_false", "otherwise"}) {
    if (const auto place = section.find(key)) entry.otherwise = read_branch(reading, *place);
  }
  if (const auto place = section.find("value_if_unknown")) entry.if_unknown = read_branch(reading, *place);
  if (const auto place = section.find("over")) entry.over = read_plain_path(reading, *place);
  if (const auto place = section.find("where")) {
    if (auto where = read_source_text(reading, *place, "an expression")) entry.where = std::move(*where);
  }
  if (const auto place = section.find("order_by")) {
    if (auto order_by = read_source_text(reading, *place, "an expression")) entry.order_by = std::move(*order_by);
  }
}

std::vector<std::string> read_order(Reading& reading, const Place& place) {
  std::vector<std::string> stages;
  if (!place.is(NodeKind::list)) {
    reading.wrong_type(place, "a list of PenguinMails values, from the first stage to the last");
    return stages;
  }
  for (std::size_t i = 0; i < place.node->elements.size(); ++i) {
    std::optional<std::string> stage = read_text(reading, place.element(i));
    if (!stage) continue;
    if (std::find(stages.begin(), stages.end(), *stage) != stages.end())
      reading.report(Code::MAP006, place.element(i), {"`", *stage, "` stands twice in the order"},
                     "remove one of them");
    stages.push_back(std::move(*stage));
  }
  return stages;
}

/// What an entry says about its values beside the rules per direction.
void read_values(Reading& reading, const Section& section, Entry& entry) {
  if (const auto place = section.find("order")) entry.order = read_order(reading, *place);
  if (const auto place = section.find("forward_only")) {
    entry.forward_only = read_boolean(reading, *place).value_or(false);
    if (entry.forward_only && !section.has("order"))
      reading.report(Code::MAP005, *place, "`forward_only` needs `order`", "list the stages: order: [lead, customer]");
  }
  if (const auto place = section.find("format")) entry.format = read_format(reading, *place);
  if (const auto place = section.find("currency_field")) entry.currency_field = read_plain_path(reading, *place);
  if (const auto place = section.find("lossy"))
    entry.lossy_acknowledged = read_choice(reading, *place, acknowledgements).value_or(false);
  if (section.has("order") && entry.kind != EntryKind::direct)
    reading.report(Code::MAP006, *section.find("order"), "only a direct entry has an order of stages",
                   "remove `order`");
  const bool maps_values = !entry.value_map.empty() || entry.to_crm.value_map || entry.from_crm.value_map;
  const auto excludes = [&](std::string_view key, std::string_view other) {
    const Node& node = section.has(key) ? section.key_node(key) : *section.place().node;
    reading.report(Code::MAP006, reading.range(node), section.place().pointer,
                   {"an entry has `", key, "` or `", other, "`, not both"}, "remove one of them");
  };
  const bool looks_up = entry.to_crm.lookup || entry.from_crm.lookup;
  if (looks_up && maps_values) excludes("lookup", "value_map");
  if (entry.format && maps_values) excludes("format", "value_map");
  if (entry.format && looks_up) excludes("format", "lookup");
}

/// `to_crm: {…}` or `from_crm: {…}`.
std::optional<Section> read_own_rules(Reading& reading, const Section& entry, std::string_view key) {
  const std::optional<Place> place = entry.find(key);
  return place ? read_section(reading, *place, SectionKind::direction_rules) : std::nullopt;
}

void report_unused_rules(Reading& reading, const Section& section, std::string_view key, Direction direction) {
  if (!section.has(key)) return;
  const Node& node = section.key_node(key);
  reading.report(Code::MAP006, reading.range(node), pointer_to(section.place().pointer, node.text),
                 {"`", node.text, "` has rules for a direction in which this entry never writes; it is ",
                  directions.words[static_cast<std::size_t>(direction)].name},
                 "remove them, or change the entry's direction");
}

void name_entry(Reading& reading, const Section& section, const Node* key, Entry& entry) {
  entry.name_range = entry.range;
  if (const auto place = section.find("name")) {
    if (auto name = read_text(reading, *place)) {
      if (key && *name != key->text) {
        reading.report(Code::MAP006, *place, {"the entry is called both `", key->text, "` and `", *name, "`"},
                       "remove `name`; its key is its name");
      }
      entry.name = std::move(*name);
      entry.name_range = reading.range(*place);
      if (entry.name.empty()) reading.report(Code::MAP002, *place, "`name` is empty");
    }
  }
  if (key) {
    entry.name = key->text;
    entry.name_range = reading.range(*key);
  }
  if (!entry.name.empty()) return;
  const std::vector<FieldPath>& naming = entry.local.empty() ? entry.crm : entry.local;
  if (naming.empty()) return;
  entry.name = naming.front().spelled();
  entry.name_range = naming.front().range;
}

/// Gives the entry its types, and its direction what the rest of the file leaves of it. False where it can never run.
bool settle(Reading& reading, Entry& entry, const EntrySurroundings& surroundings) {
  assign_types(reading, entry, surroundings.local_catalog, surroundings.crm_catalog);
  const bool runs = narrow_direction(reading, entry, surroundings.sync_direction);
  check_types(reading, entry);
  return runs;
}

void read_entry(Reading& reading, const Place& place, const Node* key, const EntrySurroundings& surroundings,
                std::vector<Entry>& entries) {
  const std::optional<Section> read = read_section(reading, place, SectionKind::entry);
  if (!read) return;
  const Section& section = *read;
  Entry entry;
  entry.range = reading.range(place);
  entry.pointer = place.pointer;
  entry.kind = read_entry_kind(reading, section);
  if (const auto local = section.find("penguinmails_field")) entry.local = read_paths(reading, *local);
  if (const auto crm = section.find("crm_field")) entry.crm = read_paths(reading, *crm);
  for (FieldPath& field : entry.local) field.path = surroundings.local_catalog.canonical(field.path);
  for (FieldPath& field : entry.crm) field.path = surroundings.crm_catalog.canonical(field.path);
  name_entry(reading, section, key, entry);
  read_derivation(reading, section, entry);
  if (const auto description = section.find("description")) read_text(reading, *description);

  const Direction own_direction = read_entry_direction(reading, section, entry);
  if (own_direction == Direction::to_crm) report_unused_rules(reading, section, "from_crm", own_direction);
  if (own_direction == Direction::from_crm) report_unused_rules(reading, section, "to_crm", own_direction);
  EntryRules rules =
      read_entry_rules(reading, section, read_own_rules(reading, section, "to_crm"),
                       read_own_rules(reading, section, "from_crm"), own_direction, surroundings.value_maps);
  entry.to_crm = std::move(rules.to_crm);
  entry.from_crm = std::move(rules.from_crm);
  if (const auto drift = section.find("drift")) entry.drift = read_choice(reading, *drift, drifts);
  const std::optional<Place> value_map = section.find("value_map");
  if (value_map) entry.value_map = read_entry_value_map(reading, *value_map, surroundings.value_maps);
  read_values(reading, section, entry);
  if (const auto conflict = section.find("conflict")) {
    entry.conflict = read_strategy(reading, *conflict);
    entry.conflict_range = reading.range(*conflict);
  }

  if (entry.over) {
    const bool of_local = own_direction != Direction::from_crm;
    entry.over->path = (of_local ? surroundings.local_catalog : surroundings.crm_catalog).canonical(entry.over->path);
  }
  if (entry.currency_field) entry.currency_field->path = surroundings.crm_catalog.canonical(entry.currency_field->path);
  entry.direction = own_direction;
  std::vector<Entry> way_back;
  if (goes_both_ways(section, entry)) way_back = read_way_back(reading, section, entry, surroundings.local_catalog);
  const bool runs = settle(reading, entry, surroundings);
  if (value_map && entry.direction != Direction::to_crm)
    check_value_map_is_readable(reading, *value_map, entry.value_map);
  judge_reversal(reading, entry);
  if (runs) entries.push_back(std::move(entry));
  for (Entry& part : way_back) {
    if (settle(reading, part, surroundings)) entries.push_back(std::move(part));
  }
}

void read_into(Reading& reading, const Place& place, const EntrySurroundings& surroundings,
               std::vector<Entry>& entries) {
  const std::size_t count = place.is(NodeKind::map) ? place.node->members.size() : place.node->elements.size();
  entries.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const bool named = place.is(NodeKind::map);
    read_entry(reading, named ? place.member(i) : place.element(i), named ? &place.node->members[i].key : nullptr,
               surroundings, entries);
  }
}

/// The mission's form. An entry of the name `examples` would be a map of keys such as `crm_field`.
bool is_mission_form(const Place& place) {
  if (!place.is(NodeKind::map)) return false;
  bool has_examples = false;
  for (const NodeMember& member : place.node->members) {
    const Key* key = find_key(SectionKind::field_mapping_examples, member.key.text);
    if (!key) return false;
    has_examples = has_examples || key->name == "examples";
  }
  return has_examples;
}

}  // namespace

std::vector<Entry> read_entries(Reading& reading, const Place& place, const EntrySurroundings& surroundings) {
  std::vector<Entry> entries;
  if (is_mission_form(place)) {
    const Section section(reading, place, SectionKind::field_mapping_examples);
    if (const auto kinds = section.find("mapping_types")) {
      if (!kinds->is(NodeKind::list)) reading.wrong_type(*kinds, "a list of kinds");
      for (std::size_t i = 0; i < kinds->node->elements.size(); ++i)
        read_choice(reading, kinds->element(i), entry_kinds);
    }
    const Place examples = *section.find("examples");
    if (examples.is(NodeKind::map) || examples.is(NodeKind::list))
      read_into(reading, examples, surroundings, entries);
    else
      reading.wrong_type(examples, "a list or a map of entries");
  } else if (place.is(NodeKind::map) || place.is(NodeKind::list)) {
    read_into(reading, place, surroundings, entries);
  } else {
    reading.wrong_type(place, "a list or a map of entries");
  }
  return entries;
}

}  // namespace crmsync::mapping
