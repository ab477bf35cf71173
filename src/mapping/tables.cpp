#include "mapping/tables.h"

#include <algorithm>

#include "json/sort.h"
#include "json/writer.h"
#include "mapping/salesforce_id.h"
#include "mapping/text.h"

namespace crmsync::mapping {
namespace {

using Rows = std::vector<Table::Row>;

void sort_rows(Rows& rows) {
  sort_items(rows, 0, [](const Table::Row& a, const Table::Row& b) { return a.key < b.key; });
}

const Table::Row* row_of(const Rows& rows, std::string_view key) {
  const auto row = std::lower_bound(rows.begin(), rows.end(), key,
                                    [](const Table::Row& r, std::string_view k) { return r.key < k; });
  return row != rows.end() && row->key == key ? &*row : nullptr;
}

}  // namespace

bool Tables::Wanted::operator<(const Wanted& other) const {
  if (is_lookup != other.is_lookup) return is_lookup;
  if (kind != other.kind) return kind < other.kind;
  return subkind != other.subkind ? subkind < other.subkind : text < other.text;
}

const char* Tables::Set::read(const Value& lookups, const Value& normalized) {
  tables.clear();
  arena.reset();
  if (!read(lookups, true)) return "lookups";
  if (!read(normalized, false)) return "normalized";
  return nullptr;
}

void Tables::begin(json::Options& options) {
  wanted_.clear();
  of_record_.read({}, {});
  const Value lookups = options.of_kind("lookups", Kind::map, "an object");
  const Value normalized = options.of_kind("normalized", Kind::map, "an object");
  if (!options.ok()) return;
  if (const char* const wrong = of_call_.read(lookups, normalized))
    options.fail(wrong, {"the option ", wrong, " must hold objects of objects of texts or null"});
}

bool Tables::Set::read(const Value& given, bool are_lookups) {
  if (given.is_nothing()) return true;
  const Value kinds = decoded(given, arena);
  for (std::uint32_t i = 0; i < kinds.size; ++i) {
    const Value& subkinds = kinds.members[i].value;
    if (!subkinds.is(Kind::map)) return false;
    for (std::uint32_t j = 0; j < subkinds.size; ++j) {
      const Value& rows = subkinds.members[j].value;
      if (!rows.is(Kind::map)) return false;
      Table table;
      table.kind = arena.copy(kinds.members[i].key.view());
      table.subkind = arena.copy(subkinds.members[j].key.view());
      table.is_lookup = are_lookups;
      table.rows.reserve(rows.size);
      for (std::uint32_t k = 0; k < rows.size; ++k) {
        const std::string_view key = arena.copy(rows.members[k].key.view());
        Value value = rows.members[k].value;
        if (value.is(Kind::string)) {
          value = Value::of_string(arena.copy(value.view()));
        } else if (!value.is(Kind::null)) {
          return false;
        }
        table.rows.push_back({are_lookups ? lowercase_ascii(key, arena) : key, value});
        if (are_lookups && value.is(Kind::string)) table.backward.push_back({value.view(), Value::of_string(key)});
      }
      sort_rows(table.rows);
      sort_rows(table.backward);
      tables.push_back(std::move(table));
    }
  }
  return true;
}

const Table::Row* Tables::row(const Asked& asked, Rows Table::*rows, std::string_view key, bool* given) const {
  for (const Set* const set : {&of_record_, &of_call_}) {
    for (const Table& table : set->tables) {
      if (table.is_lookup != asked.is_lookup || table.kind != asked.kind || table.subkind != asked.subkind) continue;
      if (given) *given = true;
      if (const Table::Row* const found = row_of(table.*rows, key)) return found;
    }
  }
  return nullptr;
}

Value Tables::look_up(std::string_view object, std::string_view by, std::string_view value, bool& given) {
  Arena scratch(std::size_t{1} << 20, 256);
  const std::string_view key = lowercase_ascii(value, scratch);
  if (const Table::Row* const found = row({object, by, true}, &Table::rows, key, &given)) return found->value;
  want({object, by, true}, value);
  return {};
}

Value Tables::look_back(std::string_view object, std::string_view by, std::string_view id, bool is_whole, bool& given) {
  const Asked asked{object, by, true};
  const Table::Row* found = row(asked, &Table::backward, id, &given);
  if (!found && is_whole && id.size() > short_salesforce_id)
    found = row(asked, &Table::backward, id.substr(0, short_salesforce_id), &given);
  if (found) return found->value;
  want({object, "", true}, id);
  return {};
}

std::string_view Tables::normalized(std::string_view normalizer, std::string_view region, std::string_view text) {
  if (const Table::Row* const found = row({normalizer, region, false}, &Table::rows, text, nullptr))
    return found->value.is(Kind::string) ? found->value.view() : text;
  want({normalizer, region, false}, text);
  return text;
}

void Tables::want(const Asked& asked, std::string_view text) {
  wanted_.push_back({std::string(asked.kind), std::string(asked.subkind), std::string(text), asked.is_lookup});
}

void Tables::append_wanted(std::string& out) const {
  std::vector<Wanted> wanted = wanted_;
  sort_items(wanted, 0, [](const Wanted& a, const Wanted& b) { return a < b; });
  const Wanted* before = nullptr;
  out += '{';
  for (const Wanted& one : wanted) {
    if (before && *before == one) continue;
    const bool same_side = before && before->is_lookup == one.is_lookup;
    const bool same_kind = same_side && before->kind == one.kind;
    const bool same_subkind = same_kind && before->subkind == one.subkind;
    if (before) out += same_subkind ? "," : same_kind ? "]," : same_side ? "]}," : "]}},";
    if (!same_side) out += one.is_lookup ? "\"lookups\":{" : "\"normalized\":{";
    if (!same_kind) {
      json::append_string(out, one.kind);
      out += ":{";
    }
    if (!same_subkind) {
      json::append_string(out, one.subkind);
      out += ":[";
    }
    json::append_string(out, one.text);
    before = &one;
  }
  if (before) out += "]}}";
  out += '}';
}

}  // namespace crmsync::mapping
