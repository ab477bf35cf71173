#pragma once
#include <optional>

#include "mapping/reading.h"

namespace crmsync::mapping {

/// `format: dd.MM.yyyy`, or `format: {decimals: 2, thousands: "."}`.
std::optional<Format> read_format(Reading& reading, const Place& place);

}  // namespace crmsync::mapping
