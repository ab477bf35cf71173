#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crmsync::json {

/// Whether a text is a JSON number, as a whole.
bool is_number(std::string_view text);

/// The double nearest to a JSON number (fast_float). The text must be a valid JSON number.
double to_double(std::string_view numeral);

/// The value of a JSON number that is an integer written without fraction or exponent and fits; else nothing.
std::optional<std::int64_t> to_int64(std::string_view numeral);

/// Appends a double as ECMAScript's Number::toString does (ECMA-262, 6.1.6.1.20): the shortest digits that read back
/// to the same double (Dragonbox). NaN and the infinities give "NaN", "Infinity" and "-Infinity"; -0 gives "0".
void append_number(std::string& out, double number);
void append_integer(std::string& out, std::int64_t number);
void append_unsigned(std::string& out, std::uint64_t number);

/// Whether two JSON numbers have the same value, exactly, whatever their spelling and length (1.0 == 1, 1e2 == 100;
/// 9007199254740993 != 9007199254740992).
bool same_number(std::string_view a, std::string_view b);

}  // namespace crmsync::json
