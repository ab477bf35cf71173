#pragma once
#include <optional>
#include <string>

#include "json/value.h"

/// Values that carry their CEL type through JSON, as `{"t": "int", "v": "42"}`; a uint is written without its `u`.
namespace crmsync::expression {

/// Reads a decoded `TypedValue`; nothing where it is malformed.
std::optional<Value> from_typed_value(const Value& typed, Arena& arena);

/// Appends a value that an evaluation gave; false once `out` is longer than `limit`. A value may hold the same part
/// many times over, so that its text can be far larger than itself.
bool append_typed_value(std::string& out, const Value& value, std::size_t limit);

}  // namespace crmsync::expression
