#include "mapping/hash.h"

#include <cstdint>

#define XXH_INLINE_ALL
#define XXH_NO_XXH3
#include <xxhash.h>

namespace crmsync::mapping {
namespace {

void append_hexadecimal(std::string& out, std::uint64_t number) {
  constexpr char digits[] = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4) out += digits[(number >> shift) & 15];
}

}  // namespace

std::string short_hash(std::string_view text) {
  std::string out;
  append_hexadecimal(out, XXH64(text.data(), text.size(), 0));
  return out;
}

std::string long_hash(std::string_view text) {
  std::string out = short_hash(text);
  append_hexadecimal(out, XXH64(text.data(), text.size(), 0x9E3779B97F4A7C15));
  return out;
}

}  // namespace crmsync::mapping
