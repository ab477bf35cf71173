#include "mapping/hash.h"

#include <cstdint>

#define XXH_INLINE_ALL
#define XXH_NO_XXH3
#include <xxhash.h>

namespace crmsync::mapping {
namespace {

void write_hexadecimal(std::uint64_t number, char* digits) {
  for (int i = 0; i < 16; ++i) digits[i] = "0123456789abcdef"[(number >> (60 - 4 * i)) & 15];
}

}  // namespace

std::string short_hash(std::string_view text) {
  std::string digits(16, '0');
  write_hexadecimal(XXH64(text.data(), text.size(), 0), digits.data());
  return digits;
}

std::string long_hash(std::string_view text) {
  std::string digits(long_hash_size, '0');
  write_long_hash(text, digits.data());
  return digits;
}

void write_long_hash(std::string_view text, char* digits) {
  write_hexadecimal(XXH64(text.data(), text.size(), 0), digits);
  write_hexadecimal(XXH64(text.data(), text.size(), 0x9E3779B97F4A7C15), digits + 16);
}

}  // namespace crmsync::mapping
