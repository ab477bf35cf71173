#include <catch2/catch.hpp>
#include <random>

#include "json/number.h"

using namespace crmsync::json;

namespace {

/// `digits` × 10^exponent, written in one of many ways.
std::string spelled(std::string digits, int exponent, std::mt19937& random) {
  const int zeros = static_cast<int>(random() % 4);
  digits += std::string(static_cast<std::size_t>(zeros), '0');
  exponent -= zeros;
  const int behind = static_cast<int>(random() % (digits.size() + 3));
  if (static_cast<std::size_t>(behind) >= digits.size()) {
    digits = std::string(static_cast<std::size_t>(behind) - digits.size() + 1, '0') + digits;
  }
  std::string text = digits.substr(0, digits.size() - static_cast<std::size_t>(behind));
  text.erase(0, std::min(text.find_first_not_of('0'), text.size() - 1));
  if (behind > 0) text += '.' + digits.substr(digits.size() - static_cast<std::size_t>(behind));
  exponent += behind;
  if (exponent == 0 && random() % 2 == 0) return text;
  text += random() % 2 == 0 ? 'e' : 'E';
  if (exponent < 0) {
    text += '-';
  } else if (random() % 2 == 0) {
    text += '+';
  }
  return text + std::string(random() % 3, '0') + std::to_string(std::abs(exponent));
}

}  // namespace

TEST_CASE("Numbers that are the same in different spellings", "[json]") {
  struct Pair {
    std::string a, b;
  };
  const Pair pair = GENERATE(values<Pair>({
      {"1", "1"},
      {"1.0", "1"},
      {"1e2", "100"},
      {"1E+2", "100.000"},
      {"12.5", "125e-1"},
      {"0.001", "1e-3"},
      {"0.05", "5e-2"},
      {"100", "0.1e3"},
      {"-7", "-70e-1"},
      {"1e0005", "100000"},
      {"0", "-0"},
      {"0", "0.000"},
      {"0e5", "0"},
      {"0e999999999999999999999999", "-0.0e-5"},
      {"9007199254740993", "9007199254740993.0"},
      {"1" + std::string(1000, '0'), "1e1000"},
      {"0." + std::string(1000, '0') + "1e1001", "1"},
      {"1e1000000000000000000000", "10e999999999999999999999"},
      {"1e-1000000000000000000000", "0.1e-999999999999999999999"},
      {"100e-1000000000000000000000", "1e-999999999999999999998"},
      {"1e00000000000000000000000000000000000", "1"},
      {"0.01e18446744073709551616", "1e18446744073709551614"},
  }));
  CAPTURE(pair.a, pair.b);
  CHECK(same_number(pair.a, pair.b));
  CHECK(same_number(pair.b, pair.a));
}

TEST_CASE("Numbers that differ, if only just", "[json]") {
  struct Pair {
    std::string a, b;
  };
  const Pair pair = GENERATE(values<Pair>({
      {"1", "2"},
      {"1", "-1"},
      {"1", "10"},
      {"1", "0.1"},
      {"1", "0"},
      {"0", "1e-999999999999999999999"},
      {"12", "1.2"},
      {"101", "11"},
      {"9007199254740993", "9007199254740992"},
      {"0.1", "0.10000000000000000000000000000000000001"},
      {"1e5", "1e-5"},
      {"1e1000", "1e1001"},
      {"1e99999999999999999999", "1e-99999999999999999999"},
      {"1e18446744073709551616", "1"},
      {"1e18446744073709551617", "10"},
      {"1e1000000000000000000000", "1e999999999999999999999"},
      {"1e1000000000000000000000", "-10e999999999999999999999"},
      {"123", "1234"},
      {"1.5", "1.05"},
  }));
  CAPTURE(pair.a, pair.b);
  CHECK_FALSE(same_number(pair.a, pair.b));
  CHECK_FALSE(same_number(pair.b, pair.a));
}

TEST_CASE("Spellings of one number are the same, those of its neighbours are not", "[json]") {
  std::mt19937 random(5);
  for (int i = 0; i < 20'000; ++i) {
    std::string digits = std::to_string(1 + random() % 9);
    for (std::uint32_t j = random() % 30; j > 0; --j) digits += static_cast<char>('0' + random() % 10);
    const int exponent = static_cast<int>(random() % 80) - 40;
    const std::string a = spelled(digits, exponent, random);
    const std::string b = spelled(digits, exponent, random);
    if (!same_number(a, b)) FAIL(a << " and " << b);
    std::string other = digits;
    char& changed = other[random() % other.size()];
    changed = changed == '9' ? '8' : static_cast<char>(changed + 1);
    const std::string c = spelled(other, exponent, random);
    const std::string d = spelled(digits, exponent + 1, random);
    if (same_number(a, c) || same_number(a, d) || same_number(a, "-" + b)) FAIL(a << " and " << c << " and " << d);
  }
}
