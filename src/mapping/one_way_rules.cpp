#include "mapping/one_way_rules.h"

#include <algorithm>

#include "mapping/text.h"

namespace crmsync::mapping {
namespace {

bool is_text(Type type) {
  constexpr Type texts[] = {Type::any, Type::string,    Type::email,       Type::phone,     Type::url,
                            Type::id,  Type::reference, Type::enumeration, Type::multi_enum};
  return std::find(std::begin(texts), std::end(texts), type) != std::end(texts);
}

bool looks_up_alike(const DirectionRules& a, const DirectionRules& b) {
  if (!a.lookup || !b.lookup) return a.lookup.has_value() == b.lookup.has_value();
  return a.lookup->object == b.lookup->object && a.lookup->by == b.lookup->by;
}

/// Normalisers are for texts: a number whose JSON has no quotes passes as it is, and comes back as a CRM's text.
bool normalizes_other_than_texts(const Entry& entry) {
  if (!entry.format && is_text(entry.local_type) && is_text(entry.crm_type)) return false;
  const auto changes = [](Normalizer normalizer) { return normalizer != Normalizer::trim; };
  const auto any_of = [&](const std::vector<Normalizer>& list) {
    return std::any_of(list.begin(), list.end(), changes);
  };
  return any_of(entry.to_crm.normalize) || any_of(entry.from_crm.normalize);
}

/// A value that stands for a blank one is read as null on its way back.
bool maps_to_blank(const Entry& entry) {
  const auto read_as_null = [](const Value& value, const DirectionRules& rules) {
    return rules.on_blank == OnBlank::as_null && is_blank(value);
  };
  for (const ValuePair& pair : entry.to_crm.value_map ? *entry.to_crm.value_map : entry.value_map) {
    if (!pair.crm.empty() && read_as_null(pair.crm.front(), entry.from_crm)) return true;
  }
  for (const ValuePair& pair : entry.from_crm.value_map ? *entry.from_crm.value_map : entry.value_map) {
    if (read_as_null(pair.local, entry.to_crm)) return true;
  }
  return false;
}

}  // namespace

std::string_view loss_by_rules(const Entry& entry) {
  if (!looks_up_alike(entry.to_crm, entry.from_crm)) return "the value that only one direction looks up";
  if (entry.to_crm.on_blank != entry.from_crm.on_blank) return "texts that are blank";
  if (normalizes_other_than_texts(entry)) return "what its normalisers take from values that are no texts";
  return maps_to_blank(entry) ? "values that its value map makes blank" : "";
}

}  // namespace crmsync::mapping
