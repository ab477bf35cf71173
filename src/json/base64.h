#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "json/arena.h"

namespace crmsync::json {

/// Characters of so many bytes as base64 with padding.
constexpr std::size_t base64_size(std::size_t bytes) {
  return (bytes + 2) / 3 * 4;
}
/// Writes them (RFC 4648, section 4).
void write_base64(char* out, std::string_view bytes);
/// Appends them, which is how CEL's bytes are written in JSON.
void append_base64(std::string& out, std::string_view bytes);

/// Reads base64 with its padding or without any into the arena; nothing where it is malformed.
std::optional<std::string_view> decode_base64(std::string_view text, Arena& arena);

}  // namespace crmsync::json
