#pragma once
#include <string_view>

#include "json/value.h"

namespace crmsync::mapping {

/// Empty, or white space only.
bool is_blank(const Value& value);

/// ASCII letters in lower case; other signs as they are. E-mail addresses are compared so: domains are
/// case-insensitive (RFC 5321, 2.4), and no mailbox provider of note tells local parts apart by ASCII case.
std::string_view lowercase_ascii(std::string_view text, Arena& arena);

/// Only the digits of a text: how phone numbers are compared.
std::string_view digits_of(std::string_view text, Arena& arena);

/// White space of ASCII.
bool is_space(char c);

std::string_view trimmed(std::string_view text);

/// As much of the text, from its start, as `units` of UTF-16 hold without cutting a code point.
std::string_view first_units(std::string_view text, std::size_t units);

}  // namespace crmsync::mapping
