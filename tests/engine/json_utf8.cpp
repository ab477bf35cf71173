#include <catch2/catch.hpp>

#include "json/utf8.h"
#include "json_support.h"

using namespace crmsync;
using namespace crmsync::json;

namespace {

/// Whether bytes are one well-formed sequence, by decoding them as arithmetic and not by table.
bool is_scalar_value(const std::string& bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const std::size_t length = byte(0) < 0x80       ? 1
                             : byte(0) >> 5 == 6  ? 2
                             : byte(0) >> 4 == 14 ? 3
                             : byte(0) >> 3 == 30 ? 4
                                                  : 0;
  if (length == 0 || bytes.size() != length) return false;
  std::uint32_t code_point = length == 1 ? byte(0) : byte(0) & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if (byte(i) >> 6 != 2) return false;
    code_point = code_point << 6 | (byte(i) & 0x3FU);
  }
  const std::uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  return code_point >= smallest[length] && code_point <= 0x10FFFF && !(code_point >= 0xD800 && code_point <= 0xDFFF);
}

}  // namespace

TEST_CASE("UTF-8: every scalar value is one sequence and back", "[json]") {
  for (std::uint32_t code_point = 0; code_point <= 0x10FFFF; ++code_point) {
    if (code_point >= 0xD800 && code_point <= 0xDFFF) continue;
    char bytes[4];
    char* const end = utf8::encode(code_point, bytes);
    const bool good = utf8::sequence_length(bytes, end) == end - bytes && is_scalar_value(std::string(bytes, end));
    if (!good) FAIL(code_point);
  }
}

TEST_CASE("UTF-8: well-formed exactly when arithmetic says so", "[json]") {
  const unsigned char interesting[] = {0x00, 0x22, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF,
                                       0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF};
  for (unsigned lead = 0; lead < 256; ++lead) {
    for (const unsigned char second : interesting) {
      for (const unsigned char third : interesting) {
        for (const unsigned char fourth : interesting) {
          const std::string bytes{static_cast<char>(lead), static_cast<char>(second), static_cast<char>(third),
                                  static_cast<char>(fourth)};
          int expected = utf8::ill_formed;
          for (std::size_t length = 1; length <= 4; ++length) {
            if (is_scalar_value(bytes.substr(0, length))) expected = static_cast<int>(length);
          }
          if (utf8::sequence_length(bytes.data(), bytes.data() + 4) != expected) FAIL(Catch::rangeToString(bytes));
        }
      }
    }
  }
}

TEST_CASE("UTF-8 in strings: the first byte of what is wrong", "[json]") {
  struct Case {
    std::string bytes;
    bool good;
  };
  const Case c = GENERATE(values<Case>({
      {"\xc2\x80", true},
      {"\xdf\xbf", true},
      {"\xe0\xa0\x80", true},
      {"\xed\x9f\xbf", true},
      {"\xee\x80\x80", true},
      {"\xef\xbf\xbf", true},
      {"\xf0\x90\x80\x80", true},
      {"\xf4\x8f\xbf\xbf", true},
      {"\x80", false},  // continuation without a lead
      {"\xbf", false},
      {"\xc0\x80", false},  // overlong
      {"\xc1\xbf", false},
      {"\xe0\x80\x80", false},
      {"\xe0\x9f\xbf", false},
      {"\xf0\x80\x80\x80", false},
      {"\xf0\x8f\xbf\xbf", false},
      {"\xed\xa0\x80", false},  // surrogates
      {"\xed\xbf\xbf", false},
      {"\xed\xa0\xbd\xed\xb8\x80", false},
      {"\xf4\x90\x80\x80", false},  // above U+10FFFF
      {"\xf5\x80\x80\x80", false},
      {"\xf8\x88\x80\x80\x80", false},  // five bytes
      {"\xfe", false},
      {"\xff", false},
      {"\xc3", false},  // cut off by a quote
      {"\xe2\x82", false},
      {"\xf0\x9f\x98", false},
  }));
  for (std::size_t before = 0; before < 34; ++before) {
    const std::string text = "\"" + std::string(before, 'x') + "ü" + c.bytes + "\"";
    const Reading reading(text, {""});
    CAPTURE(before, text);
    REQUIRE(reading.result.code == (c.good ? Code::none : Code::JSN002));
    REQUIRE(reading.result.offset == (c.good ? text.size() : before + 3));
    REQUIRE(utf8::find_invalid(text) == (c.good ? std::string::npos : before + 3));
    REQUIRE(Reading("{" + text + ":1}").result.code == reading.result.code);
  }
}
