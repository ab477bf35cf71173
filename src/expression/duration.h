#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace crmsync::expression {

/// A duration as CEL reads it, which is as Go writes it: `1h30m`, `-1.5s`, units h m s ms us ns; in nanoseconds.
std::optional<std::int64_t> parse_duration(std::string_view text);

}  // namespace crmsync::expression
