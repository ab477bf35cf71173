#pragma once
#include <string>
#include <string_view>

namespace crmsync::json {

/// Appends bytes as base64 with padding (RFC 4648, section 4), which is how CEL's bytes are written in JSON.
void append_base64(std::string& out, std::string_view bytes);

}  // namespace crmsync::json
