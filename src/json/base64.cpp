#include "json/base64.h"

#include <cstdint>

namespace crmsync::json {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

void write_base64(char* out, std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t taken = bytes.size() - i < 3 ? bytes.size() - i : 3;
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8 | (j < taken ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) *out++ = j <= taken ? alphabet[group >> (18 - 6 * j) & 0x3F] : '=';
  }
}

void append_base64(std::string& out, std::string_view bytes) {
  const std::size_t start = out.size();
  out.resize(start + base64_size(bytes.size()));
  write_base64(out.data() + start, bytes);
}

std::optional<std::string_view> decode_base64(std::string_view text, Arena& arena) {
  const std::size_t whole = text.size();
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  const std::size_t padding = whole - text.size();
  if (text.size() % 4 == 1 || padding > 2 || (padding > 0 && whole % 4 != 0)) return std::nullopt;
  char* bytes = arena.characters(text.size() / 4 * 3 + 2);
  std::size_t size = 0;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char sign : text) {
    const std::size_t digit = alphabet.find(sign);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes[size++] = static_cast<char>(bits >> count);
    }
  }
  return std::string_view(bytes, size);
}

}  // namespace crmsync::json
