#pragma once
#include <optional>
#include <string>
#include <vector>

#include "mapping/section.h"
#include "mapping/value_map_configuration.h"

namespace crmsync::mapping {

struct EntryRules {
  DirectionRules to_crm, from_crm;
};

/// The rules of an entry: what `to_crm: {…}` or `from_crm: {…}` says, else what the entry says for both directions.
/// `direction` is where the entry writes; only there a missing `default` is a mistake.
EntryRules read_entry_rules(Reading& reading, const Section& entry, const std::optional<Section>& to_crm,
                            const std::optional<Section>& from_crm, Direction direction,
                            const NamedValueMaps& value_maps);

/// `phone_region`: a country by ISO 3166.
std::optional<std::string> read_region(Reading& reading, const Place& place);

std::vector<Normalizer> read_normalizers(Reading& reading, const Place& place);

}  // namespace crmsync::mapping
