#pragma once
#include <cstdint>
#include <string>

namespace crmsync::json {

/// Appends a point in time as RFC 3339 in UTC, with as many decimals as it has: "2026-01-31T08:00:00.5Z".
/// `seconds` since 1970-01-01T00:00:00Z within years 1 to 9999; `nanoseconds` within the second.
void append_timestamp(std::string& out, std::int64_t seconds, std::uint32_t nanoseconds);

/// Appends a duration as CEL writes it: seconds with as many decimals as it has, "90s", "-1.5s".
void append_duration(std::string& out, std::int64_t nanoseconds);

}  // namespace crmsync::json
