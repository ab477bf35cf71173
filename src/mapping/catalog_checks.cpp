#include "mapping/catalog_checks.h"

#include <algorithm>
#include <string>

namespace crmsync::mapping {
namespace {

bool writes(const Entry& entry, bool to_crm) {
  return entry.direction != (to_crm ? Direction::from_crm : Direction::to_crm) && !entry.quarantined;
}

bool is_filled(const Configuration& configuration, std::string_view field) {
  return std::any_of(configuration.entries.begin(), configuration.entries.end(), [&](const Entry& entry) {
    return writes(entry, true) && !entry.crm.empty() && to_string(entry.crm.front().path) == field;
  });
}

void check_creates(Reading& reading, const Configuration& configuration, const Catalog& crm,
                   const Place& field_mapping) {
  if (!configuration.create_crm || configuration.direction == Direction::from_crm) return;
  for (const std::string_view field : crm.required()) {
    if (is_filled(configuration, field)) continue;
    reading.report(Code::MAP022, field_mapping,
                   {"the CRM creates no record without `", field, "`, which no entry fills"},
                   "map it, or write `create: {crm: false}` under `sync`");
  }
  const bool contacts = configuration.wire == Wire::salesforce && configuration.object == "Contact";
  if (!contacts || is_filled(configuration, "AccountId")) return;
  reading.report(Code::MAP023, field_mapping,
                 "Salesforce shows a contact without an account to its owner only, and no entry fills `AccountId`",
                 "map `AccountId`, or write `create: {crm: false}` under `sync`");
}

void check_length(Reading& reading, const Entry& entry, const FieldPath& target, const SideFacts& from,
                  const SideFacts& to, const DirectionRules& rules) {
  if (to.max_length == 0 || from.max_length <= to.max_length || rules.says_on_too_long) return;
  reading.report(Code::MAP024, target.range, entry.pointer,
                 {"`", target.text, "` holds ", std::to_string(to.max_length), " characters, but is given up to ",
                  std::to_string(from.max_length)},
                 "write `on_too_long: truncate` to cut what is longer, or `on_too_long: error` to leave it out");
}

/// The values that a value map can write (`written`: the first spelling of each pair), and that it can read.
void check_value(Reading& reading, const Entry& entry, const Value& value, Range range, const SideFacts& facts,
                 bool written) {
  if (facts.values.empty() || !value.is(Kind::string) || facts.values.contains(value.view())) return;
  Diagnostic& diagnostic = reading.report(Code::MAP018, range, {entry.pointer, "/value_map"},
                                          {"\"", value.view(), "\" is not one of the field's values"},
                                          "the catalog lists the values that the field may have");
  // What is only read does no harm, and an imported list may be older than the CRM.
  if (!written || entry.imported) diagnostic.severity = Severity::warning;
  diagnostic.suggestion = nearest_name(value.view(), {facts.values.begin(), facts.values.end()});
}

/// A value map that holds in one direction or in both.
void check_pairs(Reading& reading, const Entry& entry, const std::vector<ValuePair>& pairs, bool to_crm,
                 bool from_crm) {
  for (const ValuePair& pair : pairs) {
    check_value(reading, entry, pair.local, pair.range, entry.local_facts, from_crm);
    for (std::size_t i = 0; i < pair.crm.size(); ++i)
      check_value(reading, entry, pair.crm[i], pair.crm_ranges[i], entry.crm_facts, to_crm && i == 0);
  }
}

void check_value_map(Reading& reading, const Entry& entry) {
  const auto &to_crm = entry.to_crm.value_map, &from_crm = entry.from_crm.value_map;
  check_pairs(reading, entry, entry.value_map, !to_crm && writes(entry, true), !from_crm && writes(entry, false));
  if (to_crm) check_pairs(reading, entry, *to_crm, writes(entry, true), false);
  if (from_crm) check_pairs(reading, entry, *from_crm, false, writes(entry, false));
}

}  // namespace

void check_catalogs(Reading& reading, const Configuration& configuration, const Catalog& crm,
                    const Place& field_mapping) {
  check_creates(reading, configuration, crm, field_mapping);
  bool told = false;
  for (const Entry& entry : configuration.entries) {
    if (entry.quarantined) continue;
    check_value_map(reading, entry);
    const bool direct = entry.local.size() == 1 && entry.crm.size() == 1;
    if (direct && writes(entry, true))
      check_length(reading, entry, entry.crm.front(), entry.local_facts, entry.crm_facts, entry.to_crm);
    if (direct && writes(entry, false))
      check_length(reading, entry, entry.local.front(), entry.crm_facts, entry.local_facts, entry.from_crm);
    const bool sided = entry.conflict && (entry.conflict->strategy == Strategy::crm_wins ||
                                          entry.conflict->strategy == Strategy::penguinmails_wins);
    if (told || !sided || entry.direction != Direction::bidirectional || entry.crm_type == Type::suppression) continue;
    told = true;
    reading.report(Code::MAP020, entry.conflict_range, {entry.pointer, "/conflict"},
                   "this strategy decides conflicts only: a change of one side alone still goes to the other",
                   "write a `direction` where one side must never be changed");
  }
}

}  // namespace crmsync::mapping
