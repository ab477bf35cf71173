#include "json/escapes.h"

#include <cstring>

#include "json/utf8.h"

namespace crmsync::json {
namespace {

std::uint32_t code_unit(const char* digits) {
  std::uint32_t unit = 0;
  for (int i = 0; i < 4; ++i) unit = unit << 4 | static_cast<std::uint32_t>(hex_digit(digits[i]) & 0xF);
  return unit;
}

}  // namespace

char* unescape(std::string_view escaped, char* out) {
  const char* p = escaped.data();
  const char* const end = p + escaped.size();
  while (p != end) {
    const void* const found = std::memchr(p, '\\', static_cast<std::size_t>(end - p));
    const char* const backslash = found ? static_cast<const char*>(found) : end;
    std::memcpy(out, p, static_cast<std::size_t>(backslash - p));
    out += backslash - p;
    if (backslash == end) break;
    p = backslash + 2;
    switch (backslash[1]) {
      case 'b': *out++ = '\b'; break;
      case 'f': *out++ = '\f'; break;
      case 'n': *out++ = '\n'; break;
      case 'r': *out++ = '\r'; break;
      case 't': *out++ = '\t'; break;
      case 'u': {
        std::uint32_t code_point = code_unit(p);
        p += 4;
        if (is_high_surrogate(code_point)) {
          code_point = 0x10000 + ((code_point & 0x3FF) << 10 | (code_unit(p + 2) & 0x3FF));
          p += 6;
        }
        out = utf8::encode(code_point, out);
        break;
      }
      default: *out++ = backslash[1];
    }
  }
  return out;
}

}  // namespace crmsync::json
