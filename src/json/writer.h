#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "json/arena.h"
#include "json/value.h"

namespace crmsync::json {

/// Appends `text` (decoded UTF-8) as a JSON string with its quotes. Escapes only what must be escaped, as
/// JSON.stringify does: quote, backslash, and control characters (\b \f \n \r \t or \u00xx).
void append_string(std::string& out, std::string_view text);

/// Appends a value as compact JSON. What still lies in the input as it was written is copied, so numbers keep their
/// exact spelling. Timestamps are written as RFC 3339 strings and durations as in CEL ("1.5s"), bytes as base64, types
/// as their name; NaN and infinities, which JSON has not, as null; absent and an
/// empty optional as null, another optional as what it holds. Keys of maps that are not strings
/// are written in quotes. An error is no value: callers report it and do not write it; here it is null.
///
/// Stops and returns false once it has written more than `limit` bytes: expressions share parts of values, so a
/// value of a few elements may have a text that fills the memory.
bool append_value(std::string& out, const Value& value, std::size_t limit = static_cast<std::size_t>(-1));

/// A key ready to be written: `"name":` with its escapes, made once when a mapping is compiled.
std::string written_key(std::string_view name);

}  // namespace crmsync::json
