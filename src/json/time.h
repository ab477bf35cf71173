#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "json/value.h"

namespace crmsync::json {

/// Reads an RFC 3339 date-time as a timestamp, years 0001 to 9999, up to nine digits of fraction. Besides `Z` and
/// `+01:00` the offset may be written `+0100`, as Salesforce does (REST API, "Date and DateTime formats").
std::optional<Value> parse_timestamp(std::string_view text);
/// The same; a text without an offset is read as if it were in UTC, and `has_offset` says that it has none.
std::optional<Value> parse_timestamp(std::string_view text, bool& has_offset);

/// Milliseconds since 1970, as HubSpot writes times besides ISO 8601: an integer in those years.
std::optional<Value> parse_milliseconds(std::string_view text);

/// The seconds of the first and the last timestamp there are.
inline constexpr std::int64_t smallest_timestamp = -62'135'596'800;  // 0001-01-01T00:00:00Z
inline constexpr std::int64_t largest_timestamp = 253'402'300'799;   // 9999-12-31T23:59:59Z

/// Appends a timestamp as RFC 3339 in UTC: `2026-03-01T10:00:00Z`, with as many digits of fraction as it needs.
void append_timestamp(std::string& out, const Value& timestamp);

/// Days since 1970-01-01 of a `YYYY-MM-DD` date that exists in the proleptic Gregorian calendar.
std::optional<std::int64_t> parse_date(std::string_view text);

/// Appends days since 1970-01-01 as `YYYY-MM-DD`.
void append_date(std::string& out, std::int64_t days);

/// A day of the proleptic Gregorian calendar.
struct CivilDate {
  std::int64_t year;
  unsigned month, day;
};
CivilDate civil_date(std::int64_t days);
/// Days since 1970-01-01; nothing where there is no such day in the years 0001 to 9999.
std::optional<std::int64_t> days_of(std::int64_t year, std::int64_t month, std::int64_t day);

/// A timestamp moved by nanoseconds, 0 or more, up to the last there is.
Value later_by(const Value& timestamp, std::int64_t nanoseconds);

/// Negative, zero or positive: which of two timestamps is earlier.
int compare_timestamps(const Value& a, const Value& b);

}  // namespace crmsync::json
