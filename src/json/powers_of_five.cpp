#include "json/powers_of_five.h"

namespace crmsync::json {
namespace {

/// Enough for 5^308, and for 2^991 / 5^342 with 128 bits left. The low words come first.
constexpr std::size_t limbs = 31;

struct Large {
  std::uint32_t limb[limbs] = {};

  void multiply_by_five() {
    std::uint64_t carry = 0;
    for (std::uint32_t& word : limb) {
      carry += std::uint64_t{word} * 5;
      word = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
  }

  /// Rounded down; doing so again and again is dividing by the power at once and rounding down.
  void divide_by_five() {
    std::uint64_t rest = 0;
    for (std::size_t i = limbs; i-- > 0;) {
      rest = rest << 32 | limb[i];
      limb[i] = static_cast<std::uint32_t>(rest / 5);
      rest %= 5;
    }
  }

  /// The 128 bits from the highest that is set, as two words, with zeros below the lowest.
  void leading_bits(std::uint64_t* words) const {
    std::size_t top = limbs;
    while (limb[top - 1] == 0) --top;
    const int shift = __builtin_clz(limb[top - 1]);
    const auto shifted = [&](std::size_t below) -> std::uint64_t {
      const std::uint64_t high = top > below ? limb[top - below - 1] : 0;
      const std::uint64_t low = top > below + 1 ? limb[top - below - 2] : 0;
      return static_cast<std::uint32_t>((high << 32 | low) << shift >> 32);
    };
    words[0] = shifted(0) << 32 | shifted(1);
    words[1] = shifted(2) << 32 | shifted(3);
  }
};

}  // namespace

void PowersOfFive::prepare() {
  static const bool ready = (fill(), true);
  static_cast<void>(ready);
}

void PowersOfFive::fill() {
  Large power;
  power.limb[0] = 1;
  for (int exponent = 0; exponent <= largest; ++exponent, power.multiply_by_five()) {
    power.leading_bits(words_ + 2 * (exponent - smallest));
  }
  Large reciprocal;
  reciprocal.limb[limbs - 1] = 0x8000'0000;
  for (int exponent = -1; exponent >= smallest; --exponent) {
    reciprocal.divide_by_five();
    std::uint64_t* const words = words_ + 2 * (exponent - smallest);
    reciprocal.leading_bits(words);
    // The power itself fits 64 bits up to 5^27; its reciprocal is then rounded up, so that exact products come out
    // right.
    if (exponent >= -27 && ++words[1] == 0) ++words[0];
  }
}

}  // namespace crmsync::json
