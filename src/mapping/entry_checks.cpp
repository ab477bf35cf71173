#include "mapping/entry_checks.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/choices.h"

namespace crmsync::mapping {
namespace {

std::string line_of(const Range& range) {
  return "line " + std::to_string(range.begin.line);
}

void check_names(Reading& reading, const std::vector<Entry>& entries) {
  std::map<std::string_view, const Entry*> named;
  for (const Entry& entry : entries) {
    if (entry.name.empty()) continue;  // its fields could not be read
    const auto [known, is_new] = named.emplace(entry.name, &entry);
    if (is_new) continue;
    reading.report(Code::MAP007, entry.name_range, entry.pointer,
                   {"another entry is called `", entry.name, "`, in ", line_of(known->second->name_range)},
                   "give one of them a `name` of its own");
  }
}

/// Warns where an entry writes what another one writes in the same direction: the same field, or a part of it.
class WrittenFields {
 public:
  explicit WrittenFields(std::string_view side) : side_(side) {}

  void add(Reading& reading, const Entry& entry, const FieldPath& field) {
    Path prefix;
    for (std::size_t i = 0; i + 1 < field.path.segments.size(); ++i) {
      prefix.segments.push_back(field.path.segments[i]);
      if (const auto found = whole_.find(to_string(prefix)); found != whole_.end())
        return report(reading, entry, field, *found->second);
    }
    const std::string name = to_string(field.path);
    if (const auto found = parts_.find(name); found != parts_.end())
      return report(reading, entry, field, *found->second);
    const auto [known, is_new] = whole_.emplace(name, &field);
    if (!is_new) return report(reading, entry, field, *known->second);
    for (; !prefix.segments.empty(); prefix.segments.pop_back()) parts_.emplace(to_string(prefix), &field);
  }

 private:
  void report(Reading& reading, const Entry& entry, const FieldPath& field, const FieldPath& other) {
    const bool same = field.path == other.path;
    reading.report(Code::MAP008, field.range, entry.pointer,
                   {side_, " field `", field.text, "` is also written by the entry in ", line_of(other.range),
                    same ? "" : ", which maps `" + other.text + '`'},
                   "only one of the two values can stay; remove an entry, or give them different directions");
  }

  std::string side_;
  std::map<std::string, const FieldPath*> whole_;
  std::map<std::string, const FieldPath*> parts_;  // the parents of fields that are written
};

void check_written_fields(Reading& reading, const std::vector<Entry>& entries) {
  WrittenFields crm("the CRM's"), local("PenguinMails'");
  for (const Entry& entry : entries) {
    if (entry.direction != Direction::from_crm && entry.crm.size() == 1) crm.add(reading, entry, entry.crm.front());
    if (entry.direction != Direction::to_crm && entry.local.size() == 1) local.add(reading, entry, entry.local.front());
  }
}

void report_unmapped(Reading& reading, const FieldPath& field, std::string_view pointer,
                     const std::vector<std::string_view>& names) {
  Diagnostic& diagnostic =
      reading.report(Code::MAP012, field.range, pointer, {"no entry maps the PenguinMails field `", field.text, "`"},
                     "map it, or remove it here");
  if (!reading.is_full()) diagnostic.suggestion = nearest_name(field.text, names);
}

bool is_number(Type type) {
  return type == Type::number || type == Type::integer || type == Type::currency;
}

/// The values that a strategy is for, if the field has others.
std::string_view unfit_kind(Strategy strategy, Type local, Type crm) {
  const Type type = local != Type::any ? local : crm;
  const bool open = type == Type::any;
  switch (strategy) {
    case Strategy::union_of: return local == Type::multi_enum || crm == Type::multi_enum ? "" : "multi-selects";
    case Strategy::max:
    case Strategy::min:
      return open || is_number(type) || type == Type::date || type == Type::datetime ? "" : "numbers and dates";
    case Strategy::add_deltas: return open || is_number(type) ? "" : "numbers";
    case Strategy::longest:
      return open || type == Type::string || type == Type::email || type == Type::phone || type == Type::url ||
                     type == Type::enumeration || type == Type::id
                 ? ""
                 : "texts";
    default: return "";
  }
}

std::string_view name_of(Strategy strategy) {
  for (const Word& word : WordList(strategies)) {
    if (word.value == static_cast<std::uint8_t>(strategy)) return word.name;
  }
  return "expression";
}

bool is_in_group(const Entry& entry, const ConflictRules& rules) {
  for (const std::vector<FieldPath>& group : rules.groups) {
    for (const FieldPath& field : group) {
      if (!entry.local.empty() && covers(field.path, entry.local.front().path)) return true;
    }
  }
  return false;
}

/// Strategies that look at values need such values; those that make a new one cannot decide where there is none to be
/// written.
void check_strategies(Reading& reading, const Configuration& configuration) {
  const ConflictRules& rules = configuration.conflict;
  for (const Entry& entry : configuration.entries) {
    const bool suppression = entry.local_type == Type::suppression || entry.crm_type == Type::suppression;
    if ((entry.direction != Direction::bidirectional && !entry.returns) || suppression) continue;
    const StrategyChoice& choice = field_level(entry, rules);
    const StrategyRule* rule = entry.conflict || rules.everywhere ? nullptr : rule_of(entry, rules);
    const auto report = [&](const Words& message, std::string hint) {
      reading.report(Code::MAP006,
                     rule             ? rule->field.range
                     : entry.conflict ? entry.conflict_range
                                      : entry.name_range,
                     rule ? rule->pointer : entry.pointer, message, std::move(hint));
    };
    const std::string_view kind = unfit_kind(choice.strategy, entry.local_type, entry.crm_type);
    const std::string_view name = name_of(choice.strategy);
    if (!kind.empty()) {
      report({"`", name, "` is for ", kind, ", but `", entry.name, "` is none"},
             "give it such a type under `catalog`, or another strategy");
    } else if (entry.returns && makes_value(choice.strategy)) {
      report({"`", name, "` makes a new value, but `", entry.name, "` is calculated"},
             "choose a strategy that takes one side's value");
    } else if (is_in_group(entry, rules) && reads_values(choice.strategy)) {
      report({"`", entry.name, "` is in a group, which wins or loses as a whole, so `", name, "` cannot decide it"},
             "choose a strategy that looks at sides and times only, or take the field out of the group");
    }
  }
}

void check_strategy_rules(Reading& reading, const Configuration& configuration) {
  std::set<Path> mapped;  // the entries' fields and all their parents
  std::set<Path> suppression;
  std::vector<std::string_view> names;
  for (const Entry& entry : configuration.entries) {
    for (const FieldPath& field : entry.local) {
      names.push_back(field.text);
      Path prefix;
      for (const std::string& segment : field.path.segments) {
        prefix.segments.push_back(segment);
        mapped.insert(prefix);
      }
      if (entry.local_type == Type::suppression || entry.crm_type == Type::suppression) suppression.insert(field.path);
    }
  }
  for (const std::vector<FieldPath>& group : configuration.conflict.groups) {
    for (const FieldPath& field : group) {
      if (!mapped.contains(field.path)) report_unmapped(reading, field, "/conflict_resolution/groups", names);
    }
  }
  for (const StrategyRule& rule : configuration.conflict.fields) {
    if (suppression.contains(rule.field.path)) {
      reading.report(Code::MAP014, rule.field.range, rule.pointer,
                     {"`", rule.field.text, "` is a suppression field: an opt-out always wins, so it has no strategy"},
                     "remove this line");
    } else if (!mapped.contains(rule.field.path)) {
      report_unmapped(reading, rule.field, rule.pointer, names);
    }
  }
}

}  // namespace

void check_entries(Reading& reading, const Configuration& configuration) {
  check_names(reading, configuration.entries);
  check_written_fields(reading, configuration.entries);
  check_strategy_rules(reading, configuration);
  check_strategies(reading, configuration);
}

}  // namespace crmsync::mapping
