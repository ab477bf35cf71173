#include "mapping/entry_kind.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>

#include "mapping/choices.h"

namespace crmsync::mapping {
namespace {

constexpr std::string_view aggregates[] = {"SUM", "AVG", "MIN",   "MAX", "COUNT", "COUNT_DISTINCT",
                                           "ANY", "ALL", "FIRST", "LAST"};
constexpr std::size_t ordered_aggregates = 2;  // the last of them are what `order_by` is for

bool is_name_character(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Whether a formula calls one of the aggregates from the `first` on, outside of its string literals. In a template a
/// quote may be no more than an apostrophe, so there it begins none.
bool calls_aggregate(std::string_view formula, std::size_t first) {
  const bool has_literals = !expression::is_template(formula);
  for (std::size_t i = 0; i < formula.size();) {
    const char c = formula[i];
    if (has_literals && (c == '"' || c == '\'')) {
      for (++i; i < formula.size() && formula[i] != c; ++i) {
        if (formula[i] == '\\') ++i;
      }
      ++i;
    } else if (is_name_character(c)) {
      const std::size_t begin = i;
      while (i < formula.size() && is_name_character(formula[i])) ++i;
      const std::string_view name = formula.substr(begin, i - begin);
      const std::size_t next = formula.find_first_not_of(" \t\r\n", i);
      const bool called = next != std::string_view::npos && formula[next] == '(';
      if (called && std::find(aggregates + first, std::end(aggregates), name) != std::end(aggregates)) return true;
    } else {
      ++i;
    }
  }
  return false;
}

bool calls_aggregate(const Place& formula, std::size_t first) {
  return formula.is(NodeKind::string) && calls_aggregate(formula.node->text, first);
}

std::string_view name_of(EntryKind kind) {
  return entry_kinds.words[static_cast<std::size_t>(kind)].name;
}

EntryKind kind_from_keys(const Section& entry) {
  if (entry.has_any({"condition", "value_if_true", "value_if_false", "value_if_unknown", "cases", "otherwise"}))
    return EntryKind::conditional;
  if (entry.has_any({"over", "where", "order_by"})) return EntryKind::aggregation;
  if (const auto formula = entry.find("formula")) {
    return calls_aggregate(*formula, 0) ? EntryKind::aggregation : EntryKind::formula;
  }
  return EntryKind::direct;
}

void require(Reading& reading, const Section& entry, EntryKind kind, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    if (entry.has(key) || entry.excuses(key)) continue;
    reading.report(Code::MAP005, entry.place(), {"a ", name_of(kind), " entry needs `", key, "`"});
  }
}

void forbid(Reading& reading, const Section& entry, EntryKind kind, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    if (!entry.has(key)) continue;
    const Node& node = entry.key_node(key);
    reading.report(Code::MAP006, reading.range(node), pointer_to(entry.place().pointer, node.text),
                   {"`", key, "` does not belong to a ", name_of(kind), " entry"}, "remove it, or write two entries");
  }
}

/// An order that nothing asks for was meant for something else.
void check_order(Reading& reading, const Section& entry) {
  const auto order = entry.find("order_by"), formula = entry.find("formula");
  if (!order || !formula || calls_aggregate(*formula, std::size(aggregates) - ordered_aggregates)) return;
  reading.report(Code::MAP006, reading.range(entry.key_node("order_by")), order->pointer,
                 "`order_by` orders rows for FIRST and LAST, and the formula calls neither",
                 "remove it; every other aggregate gives the same in any order");
}

}  // namespace

EntryKind read_entry_kind(Reading& reading, const Section& entry) {
  EntryKind kind = kind_from_keys(entry);
  if (const auto type = entry.find("type")) {
    const std::optional<EntryKind> said = read_choice(reading, *type, entry_kinds);
    if (said && *said != kind) {
      // An entry that lacks keys is what it says it is, and is told which keys it lacks.
      if (kind == EntryKind::direct) {
        kind = *said;
      } else {
        reading.report(Code::MAP006, *type,
                       {"`type` says ", name_of(*said), ", but the entry's keys make it a ", name_of(kind), " entry"},
                       "remove `type`, or the keys that do not belong to it");
      }
    }
  }
  switch (kind) {
    case EntryKind::direct: require(reading, entry, kind, {"penguinmails_field", "crm_field"}); break;
    case EntryKind::formula:
    case EntryKind::aggregation:
      require(reading, entry, kind, {"formula"});
      check_order(reading, entry);
      break;
    case EntryKind::conditional:
      if (entry.has_any({"cases", "otherwise"})) {
        require(reading, entry, kind, {"cases", "otherwise"});
        forbid(reading, entry, kind, {"condition", "value_if_true", "value_if_false"});
      } else {
        require(reading, entry, kind, {"condition", "value_if_true", "value_if_false"});
      }
      forbid(reading, entry, kind, {"formula", "over", "where", "order_by"});
      break;
  }
  return kind;
}

}  // namespace crmsync::mapping
