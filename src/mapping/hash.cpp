#include "mapping/hash.h"

#include <cstdint>

#define XXH_INLINE_ALL
#define XXH_NO_XXH3
#include <xxhash.h>

namespace crmsync::mapping {
namespace {

void append_hexadecimal(std::string& out, std::uint64_t number) {
  constexpr char digits[] = "0123456789abcdef";
  char spelled[16];
  for (int i = 0; i < 16; ++i) spelled[i] = digits[(number >> (60 - 4 * i)) & 15];
  out.append(spelled, 16);
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
