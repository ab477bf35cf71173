#pragma once
#include <map>
#include <string>
#include <vector>

#include "mapping/reading.h"

namespace crmsync::mapping {

using NamedValueMaps = std::map<std::string, std::vector<ValuePair>, std::less<>>;

/// `{PenguinMails value: CRM value, or a list of them}`.
std::vector<ValuePair> read_value_map(Reading& reading, const Place& place);

/// `value_maps: {name: {…}}`.
NamedValueMaps read_value_maps(Reading& reading, const Place& place);

/// The value map of an entry: inline, or the name of one.
std::vector<ValuePair> read_entry_value_map(Reading& reading, const Place& place, const NamedValueMaps& named);

/// MAP011 where a CRM's spelling stands for two PenguinMails values, so that it could not be read.
void check_value_map_is_readable(Reading& reading, const Place& place, const std::vector<ValuePair>& pairs);

}  // namespace crmsync::mapping
