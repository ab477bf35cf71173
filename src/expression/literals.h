#pragma once
#include <cstdint>
#include <forward_list>
#include <string>

#include "expression/lexer.h"

/// What literals mean (cel-spec, doc/langdef.md, "Syntax").
namespace crmsync::expression {

/// The text or bytes of a string token: prefix and quotes removed, escapes resolved, line ends in triple quotes made
/// \n. It lies in the source where nothing is to be resolved, else in a text added to `resolved`. False, with an issue,
/// if an escape is wrong.
bool read_string(const Token& token, std::string_view source, IssueSink& issues,
                 std::forward_list<std::string>& resolved, std::string_view& out);

/// Where in the source the byte of a string literal's text stands that has so many bytes before it.
std::size_t offset_in_string(const Token& token, std::string_view source, std::size_t bytes);

/// The value of an integer token, decimal or hexadecimal; `negative` when a minus belongs to it.
bool read_integer(const Token& token, std::string_view source, bool negative, IssueSink& issues, std::int64_t& out);
bool read_unsigned(const Token& token, std::string_view source, IssueSink& issues, std::uint64_t& out);
bool read_floating(const Token& token, std::string_view source, IssueSink& issues, double& out);

/// A double written in decimal, as conversions read it: `1`, `-.5`, `1e3`, `inf`, `NaN`. False if it is none.
bool parse_double(std::string_view text, double& out);

}  // namespace crmsync::expression
