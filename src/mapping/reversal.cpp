#include "mapping/reversal.h"

#include "mapping/conversion.h"
#include "mapping/quarantine.h"
#include "mapping/text_format.h"

namespace crmsync::mapping {
namespace {

bool maps_values(const Entry& entry) {
  return !entry.value_map.empty() || entry.to_crm.value_map || entry.from_crm.value_map;
}

std::string_view loss_by_format(const Entry& entry, const Format& format) {
  const Type typed =
      entry.local_type == Type::string || entry.local_type == Type::any ? entry.crm_type : entry.local_type;
  if (format.pattern.empty()) return typed == Type::integer ? "" : "decimals beyond those of its format";
  const bool kept = typed == Type::date ? keeps_dates(format.pattern) : keeps_times(format.pattern);
  return kept ? "" : "the parts of a time that its format leaves out";
}

/// What is lost between fields of two types; "" if nothing.
std::string_view loss_by_type(const Entry& entry) {
  const Type a = entry.local_type, b = entry.crm_type;
  const auto pair = [&](Type x, Type y) { return (a == x && b == y) || (a == y && b == x); };
  if (maps_values(entry) || entry.to_crm.lookup) return {};
  if (pair(Type::date, Type::datetime)) return "the time of day";
  return pair(Type::enumeration, Type::multi_enum) ? "all values but one" : "";
}

/// What a round trip loses; "" if nothing.
std::string_view loss(const Entry& entry) {
  if (const std::string_view lost = loss_by_type(entry); !lost.empty()) return lost;
  // A CRM's text that was cut is read as it is.
  if (entry.crm_facts.max_length != 0 && cuts(entry.crm_type, entry.to_crm))
    return "what is cut off because it is too long";
  if (entry.local_facts.max_length != 0 && cuts(entry.local_type, entry.from_crm))
    return "what is cut off because it is too long";
  if (entry.format) {
    if (const std::string_view lost = loss_by_format(entry, *entry.format); !lost.empty()) return lost;
  }
  if (maps_values(entry)) {
    for (const DirectionRules* rules : {&entry.to_crm, &entry.from_crm}) {
      if (rules->on_unmapped == OnUnmapped::keep)
        return "which of two values it was, where one that is not in the value map is spelled like one that is";
      if (rules->on_unmapped == OnUnmapped::use_default) return "values that are not in the value map";
    }
  }
  for (const DirectionRules* rules : {&entry.to_crm, &entry.from_crm}) {
    if (rules->lookup && rules->lookup->on_missing == OnMissing::use_default) return "references that are not found";
  }
  return {};
}

}  // namespace

void judge_reversal(Reading& reading, Entry& entry) {
  if (entry.quarantined || entry.direction != Direction::bidirectional || entry.local.empty() || entry.crm.empty())
    return;
  if (entry.local_type == Type::suppression || entry.crm_type == Type::suppression) return;
  entry.reversal.loss = loss(entry);
  entry.reversal.lossy = !entry.reversal.loss.empty();
  if (!entry.reversal.lossy || entry.lossy_acknowledged) return;
  if (entry.imported && !loss_by_type(entry).empty()) {
    quarantine(reading, entry, entry.crm.front().range,
               {"the two fields no longer fit: a round trip loses ", entry.reversal.loss});
    return;
  }
  reading.report(Code::MAP027, entry.crm.front().range, entry.pointer,
                 {"a round trip of `", entry.name, "` loses ", entry.reversal.loss},
                 "write `lossy: acknowledged`, or let it go one way: `direction: to_crm` or `direction: from_crm`");
}

}  // namespace crmsync::mapping
