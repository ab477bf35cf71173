#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>

#include "json/number.h"

using namespace crmsync::json;

namespace {

std::string text_of(double number) {
  std::string out;
  append_number(out, number);
  return out;
}

double random_double(std::mt19937_64& random) {
  for (;;) {
    const std::uint64_t bits = random();
    double number;
    std::memcpy(&number, &bits, sizeof number);
    if (std::isfinite(number)) return number;
  }
}

/// The significant digits of a number's text, without zeros at either end.
std::string digits_of(const std::string& text) {
  std::string digits;
  for (const char c : text.substr(0, text.find('e'))) {
    if (c >= '0' && c <= '9' && !(digits.empty() && c == '0')) digits += c;
  }
  while (!digits.empty() && digits.back() == '0') digits.pop_back();
  return digits;
}

std::string rounded(double number, std::size_t digits) {
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%.*e", static_cast<int>(digits) - 1, number);
  return buffer;
}

}  // namespace

TEST_CASE("Doubles are written as ECMAScript writes them", "[json]") {
  struct Case {
    double number;
    const char* text;
  };
  const Case c = GENERATE(values<Case>({
      {0.0, "0"},
      {-0.0, "0"},
      {1, "1"},
      {-1, "-1"},
      {0.1, "0.1"},
      {-0.5, "-0.5"},
      {1.0 / 3, "0.3333333333333333"},
      {0.1 + 0.2, "0.30000000000000004"},
      {123.456, "123.456"},
      {100, "100"},
      {1e15, "1000000000000000"},
      {1e20, "100000000000000000000"},
      {1e21, "1e+21"},
      {1.5e21, "1.5e+21"},
      {-1e21, "-1e+21"},
      {999999999999999900000.0, "999999999999999900000"},
      {123456789012345680000.0, "123456789012345680000"},
      {1.2345678901234567e17, "123456789012345660"},
      {9007199254740991.0, "9007199254740991"},
      {9007199254740992.0, "9007199254740992"},
      {9007199254740994.0, "9007199254740994"},
      {18446744073709551616.0, "18446744073709552000"},
      {2251799813685248.5, "2251799813685248.5"},
      {0.001, "0.001"},
      {0.000001, "0.000001"},
      {0.0000012, "0.0000012"},
      {0.0000001, "1e-7"},
      {1.25e-7, "1.25e-7"},
      {-1e-7, "-1e-7"},
      {1e-10, "1e-10"},
      {1e100, "1e+100"},
      {5e-324, "5e-324"},
      {2.2250738585072014e-308, "2.2250738585072014e-308"},
      {2.225073858507201e-308, "2.225073858507201e-308"},
      {1.7976931348623157e308, "1.7976931348623157e+308"},
      {4.35, "4.35"},
      {2e-3, "0.002"},
      {1e23, "1e+23"},
      {9.5e-5, "0.000095"},
      {std::numeric_limits<double>::infinity(), "Infinity"},
      {-std::numeric_limits<double>::infinity(), "-Infinity"},
      {std::numeric_limits<double>::quiet_NaN(), "NaN"},
  }));
  CHECK(text_of(c.number) == c.text);
}

TEST_CASE("Doubles read back to themselves, and no shorter text would", "[json]") {
  std::mt19937_64 random(7);
  for (int i = 0; i < 100'000; ++i) {
    // Half of them of a size that records hold.
    double number = random_double(random);
    if (i % 2 == 0) number = std::ldexp(static_cast<double>(random() >> 11), static_cast<int>(random() % 60) - 60);
    const std::string text = text_of(number);
    if (std::strtod(text.c_str(), nullptr) != number) FAIL(text);
    const std::string digits = digits_of(text);
    const std::size_t count = digits.size();
    if (count > 1 && std::strtod(rounded(number, count - 1).c_str(), nullptr) == number) FAIL(text);
    // Among texts of this length it is the nearest.
    const std::string nearest = rounded(number, count == 0 ? 1 : count);
    if (std::strtod(nearest.c_str(), nullptr) == number && digits_of(nearest) != digits) FAIL(text);
  }
}

TEST_CASE("Numerals are read to the nearest double", "[json]") {
  std::mt19937_64 random(8);
  for (int i = 0; i < 20'000; ++i) {
    std::string numeral = text_of(random_double(random));
    if (to_double(numeral) != std::strtod(numeral.c_str(), nullptr)) FAIL(numeral);
    numeral = std::to_string(random() >> random() % 64);
    if (i % 3 == 0) numeral += "." + std::to_string(random());
    if (i % 5 == 0) numeral += "e" + std::to_string(static_cast<int>(random() % 700) - 350);
    if (i % 2 == 0) numeral = "-" + numeral;
    if (to_double(numeral) != std::strtod(numeral.c_str(), nullptr)) FAIL(numeral);
  }
  CHECK(std::signbit(to_double("-0")));
  CHECK(std::signbit(to_double("-0.0e5")));
  CHECK_FALSE(std::signbit(to_double("0")));
  CHECK(to_double("1e400") == std::numeric_limits<double>::infinity());
  CHECK(to_double("-1e400") == -std::numeric_limits<double>::infinity());
  CHECK(to_double("1e-400") == 0);
  CHECK(to_double("9007199254740993") == 9007199254740992.0);
  CHECK(to_double("9007199254740993.0000000000000000000000000000000001") == 9007199254740994.0);
  CHECK(to_double("1e00000000000000000000000000000000005") == 1e5);
  CHECK(to_double("999999999999999") == 999999999999999.0);
  CHECK(to_double("1" + std::string(400, '0')) == std::numeric_limits<double>::infinity());
  CHECK(to_double("0." + std::string(400, '0') + "1e401") == 1.0);
}

TEST_CASE("Integers of 64 bits", "[json]") {
  CHECK(to_int64("0") == 0);
  CHECK(to_int64("-0") == 0);
  CHECK(to_int64("123456789012345") == 123456789012345);
  CHECK(to_int64("1234567890123456") == 1234567890123456);
  CHECK(to_int64("-42") == -42);
  CHECK(to_int64("9223372036854775807") == std::numeric_limits<std::int64_t>::max());
  CHECK(to_int64("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
  for (const char* none :
       {"9223372036854775808", "-9223372036854775809", "1.0", "1e2", "12345678901234567890123", "1.5"}) {
    CHECK(to_int64(none) == std::nullopt);
  }
  std::string out;
  append_integer(out, std::numeric_limits<std::int64_t>::min());
  append_integer(out, 0);
  append_unsigned(out, std::numeric_limits<std::uint64_t>::max());
  CHECK(out == "-9223372036854775808018446744073709551615");
}
