#include "mapping/value_map.h"

#include <algorithm>

#include "json/sort.h"

namespace crmsync::mapping {
namespace {

std::string_view text_of(const Value& value, Arena& arena) {
  switch (value.kind) {
    case Kind::string: return decoded_text(value, arena);
    case Kind::numeral: return value.view();
    case Kind::boolean: return value.boolean ? "true" : "false";
    default: return {};
  }
}

}  // namespace

ValueMap::ValueMap(const std::vector<ValuePair>& to_crm, const std::vector<ValuePair>& to_local) {
  Arena arena;
  for (const ValuePair& pair : to_crm) {
    if (!pair.crm.empty()) to_crm_.push_back({std::string(text_of(pair.local, arena)), pair.crm.front()});
  }
  for (const ValuePair& pair : to_local) {
    for (const Value& crm : pair.crm) to_local_.push_back({std::string(text_of(crm, arena)), pair.local});
  }
  const auto by_text = [](const Row& a, const Row& b) { return a.text < b.text; };
  sort_items(to_crm_, 0, by_text);
  sort_items(to_local_, 0, by_text);
}

const Value* ValueMap::find(const Rows& rows, const Value& key, Arena& arena) {
  if (!key.is(Kind::string) && !key.is(Kind::numeral) && !key.is(Kind::boolean)) return nullptr;
  const std::string_view text = text_of(key, arena);
  const auto row =
      std::lower_bound(rows.begin(), rows.end(), text, [](const Row& r, std::string_view t) { return r.text < t; });
  return row != rows.end() && row->text == text ? &row->value : nullptr;
}

}  // namespace crmsync::mapping
