#pragma once
#include <string_view>

#include "expression/zones.h"
#include "json/value.h"
#include "mapping/configuration.h"

/// How a side that holds dates, times and numbers as texts spells them (`format`).
namespace crmsync::mapping {

/// Where `pattern` has a sign that means nothing; npos: nowhere. Patterns are those of CLDR (UTS 35, "Date Format
/// Patterns") with the letters y M d H m s S X, of fixed width or, written once, as short as can be; other letters
/// stand in apostrophes.
std::size_t pattern_mistake(std::string_view pattern);

/// Whether a number of one or two digits stands right before another digit, so that texts can be read in two ways.
bool runs_together(std::string_view pattern);

/// Whether every moment of the kind comes back from the pattern's text.
bool keeps_dates(std::string_view pattern);
bool keeps_times(std::string_view pattern);

/// The text of a date (integer, days since 1970), a timestamp or a numeral; an error where the format is of another
/// kind. Timestamps are in the zone.
Value formatted(const Format& format, const expression::Zone& zone, const Value& value, Arena& arena);

/// What a text says for a field of that type: a date where it is one or the pattern has no time of day (of a date it is
/// midnight), else a timestamp; a numeral. An error where the text does not follow the format.
Value unformatted(const Format& format, Type type, const expression::Zone& zone, std::string_view text, Arena& arena);

}  // namespace crmsync::mapping
