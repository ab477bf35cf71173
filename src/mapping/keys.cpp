#include "mapping/keys.h"

namespace crmsync::mapping {

const std::vector<Key>& keys_of(SectionKind section) {
  static const std::vector<Key> file{{"version"},
                                     {"name"},
                                     {"crm"},
                                     {"object"},
                                     {"timezone"},
                                     {"sync"},
                                     {"identity"},
                                     {"conflict_resolution"},
                                     {"conflict_resolution_strategies"},
                                     {"field_mapping"},
                                     {"value_maps"},
                                     {"catalog"},
                                     {"tests"},
                                     {"limits"}};
  static const std::vector<Key> sync{{"direction"}, {"frequency"}, {"conflict_resolution"}, {"filters"}, {"create"}};
  static const std::vector<Key> filters{{"to_crm"}, {"from_crm"}};
  static const std::vector<Key> create{{"crm"}, {"penguinmails"}};
  static const std::vector<Key> identity{{"penguinmails_field"}, {"crm_field"}, {"normalize"}, {"phone_region"}};
  static const std::vector<Key> conflict_resolution{
      {"default"},         {"fields"},          {"tie"},    {"skew"},        {"first_contact"}, {"on_crm_delete"},
      {"on_local_delete"}, {"evidence", false}, {"groups"}, {"drift", false}};
  static const std::vector<Key> strategies{{"crm_wins"},
                                           {"penguinmails_wins"},
                                           {"newest_wins"},
                                           {"manual"},
                                           {"field_level"},
                                           {"always_crm", false},
                                           {"always_penguinmails", false},
                                           {"prefer_crm_unless_blank", false},
                                           {"prefer_penguinmails_unless_blank", false},
                                           {"union"},
                                           {"max", false},
                                           {"min", false},
                                           {"add_deltas", false},
                                           {"longest", false}};
  static const std::vector<Key> strategy_description{{"description"}, {"use_case"}, {"example"}};
  static const std::vector<Key> field_mapping_examples{{"mapping_types"}, {"examples"}};
  static const std::vector<Key> entry{{"type"},
                                      {"name"},
                                      {"description"},
                                      {"penguinmails_field"},
                                      {"crm_field"},
                                      {"direction"},
                                      {"formula"},
                                      {"condition"},
                                      {"value_if_true"},
                                      {"value_if_false"},
                                      {"value_if_unknown"},
                                      {"over"},
                                      {"where"},
                                      {"cases"},
                                      {"otherwise"},
                                      {"order_by"},
                                      {"default"},
                                      {"required"},
                                      {"write"},
                                      {"normalize"},
                                      {"value_map"},
                                      {"on_unmapped"},
                                      {"on_absent"},
                                      {"on_null"},
                                      {"on_blank"},
                                      {"on_error"},
                                      {"conflict"},
                                      {"drift"},
                                      {"to_crm"},
                                      {"from_crm"},
                                      {"write_at_most"},
                                      {"phone_region"},
                                      {"lookup"},
                                      {"order"},
                                      {"forward_only"},
                                      {"format"},
                                      {"currency_field"},
                                      {"on_too_long"},
                                      {"reverse"},
                                      {"lossy"}};
  // `to_crm: {…}` and `from_crm: {…}` of an entry.
  static const std::vector<Key> direction_rules{{"default"},   {"required"},     {"write"},      {"write_at_most"},
                                                {"normalize"}, {"phone_region"}, {"value_map"},  {"on_unmapped"},
                                                {"lookup"},    {"on_absent"},    {"on_null"},    {"on_blank"},
                                                {"on_error"},  {"on_too_long"},  {"description"}};
  static const std::vector<Key> lookup{{"object"}, {"by"}, {"on_missing"}};
  static const std::vector<Key> number_format{{"decimals"}, {"thousands"}};
  static const std::vector<Key> one_case{{"when"}, {"value"}};
  static const std::vector<Key> required{{"create"}};
  static const std::vector<Key> catalogs{{"penguinmails"}, {"crm"}};
  static const std::vector<Key> catalog_field{{"type"},       {"values"}, {"updateable"}, {"max_length"}, {"nullable"},
                                              {"createable"}, {"unique"}, {"required"},   {"aliases"}};
  static const std::vector<Key> test{{"name"}, {"given"},   {"to_crm"},      {"from_crm"},
                                     {"now"},  {"lookups"}, {"description"}, {"operation"}};
  static const std::vector<Key> test_given{{"penguinmails"}, {"crm"}};
  static const std::vector<Key> limits{{"cost"}, {"output_bytes"}};
  switch (section) {
    case SectionKind::file: return file;
    case SectionKind::sync: return sync;
    case SectionKind::filters: return filters;
    case SectionKind::create: return create;
    case SectionKind::identity: return identity;
    case SectionKind::conflict_resolution: return conflict_resolution;
    case SectionKind::strategies: return strategies;
    case SectionKind::strategy_description: return strategy_description;
    case SectionKind::field_mapping_examples: return field_mapping_examples;
    case SectionKind::entry: return entry;
    case SectionKind::direction_rules: return direction_rules;
    case SectionKind::lookup: return lookup;
    case SectionKind::number_format: return number_format;
    case SectionKind::one_case: return one_case;
    case SectionKind::required: return required;
    case SectionKind::catalogs: return catalogs;
    case SectionKind::catalog_field: return catalog_field;
    case SectionKind::test: return test;
    case SectionKind::test_given: return test_given;
    case SectionKind::limits: return limits;
  }
  return file;
}

const Key* find_key(SectionKind section, std::string_view name) {
  const std::string snake = snake_case(name);
  for (const Key& key : keys_of(section)) {
    if (key.name == name || key.name == snake) return &key;
  }
  return nullptr;
}

std::string snake_case(std::string_view name) {
  std::string snake;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool capital = name[i] >= 'A' && name[i] <= 'Z';
    // A capital at the start, or behind another sign than a letter or digit, is no camelCase.
    if (capital && (i == 0 || name[i - 1] == '_')) return std::string(name);
    if (capital) snake += '_';
    snake += capital ? static_cast<char>(name[i] - 'A' + 'a') : name[i];
  }
  return snake;
}

}  // namespace crmsync::mapping
