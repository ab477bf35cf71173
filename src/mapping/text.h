#pragma once
#include <string_view>
#include <vector>

#include "json/value.h"
#include "mapping/configuration.h"

namespace crmsync::mapping {

/// Empty, or white space only.
bool is_blank(const Value& value);

/// The string after the normalisers, in their order; anything but a string passes as it is.
Value normalized(const std::vector<Normalizer>& normalizers, const Value& value, Arena& arena);

/// ASCII letters in lower case; other signs as they are. E-mail addresses are compared so: domains are
/// case-insensitive (RFC 5321, 2.4), and no mailbox provider of note tells local parts apart by ASCII case.
std::string_view lowercase_ascii(std::string_view text, Arena& arena);

/// Only the digits of a text: how phone numbers are compared.
std::string_view digits_of(std::string_view text, Arena& arena);

std::string_view trimmed(std::string_view text);

}  // namespace crmsync::mapping
