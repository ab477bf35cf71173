#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "json/arena.h"

namespace crmsync::json {

/// Appends bytes as base64 with padding (RFC 4648, section 4), which is how CEL's bytes are written in JSON.
void append_base64(std::string& out, std::string_view bytes);

/// Reads base64 with or without padding into the arena; nothing where it is malformed.
std::optional<std::string_view> decode_base64(std::string_view text, Arena& arena);

}  // namespace crmsync::json
