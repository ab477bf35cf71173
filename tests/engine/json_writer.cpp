#include <array>
#include <catch2/catch.hpp>
#include <limits>

#include "json/base64.h"
#include "json_support.h"

using namespace crmsync;
using namespace crmsync::json;

namespace {

std::string string_of(std::string_view text) {
  std::string out;
  append_string(out, text);
  return out;
}

Value of_time(Kind kind, std::int64_t integer, std::uint32_t nanoseconds = 0) {
  Value value = Value::of_integer(integer);
  value.kind = kind;
  value.size = nanoseconds;
  return value;
}

}  // namespace

TEST_CASE("Strings are escaped as JSON.stringify does", "[json]") {
  CHECK(string_of("") == R"("")");
  CHECK(string_of("plain /text'") == R"("plain /text'")");
  CHECK(string_of("a\"b\\c") == R"("a\"b\\c")");
  CHECK(string_of("\b\f\n\r\t") == R"("\b\f\n\r\t")");
  CHECK(string_of(std::string("\0\x01\x0b\x1f\x7f", 5)) == "\"\\u0000\\u0001\\u000b\\u001f\x7f\"");
  CHECK(string_of("ü€\U0001F600\u2028") == "\"ü€\U0001F600\u2028\"");
  CHECK(written_key("a\"b") == R"("a\"b":)");
  // At every place of a block.
  for (std::size_t before = 0; before < 40; ++before) {
    for (std::size_t after = 0; after < 20; ++after) {
      const std::string head(before, 'x'), tail(after, 'y');
      REQUIRE(string_of(head + "\n" + tail) == "\"" + head + "\\n" + tail + "\"");
      REQUIRE(string_of(head + "\xff" + tail) == "\"" + head + "\xff" + tail + "\"");
    }
  }
}

TEST_CASE("What was written is read back", "[json]") {
  RandomJson random(31);
  for (int i = 0; i < 2000; ++i) {
    std::string text;
    for (std::uint32_t j = random.below(50); j > 0; --j) {
      char bytes[4];
      const std::uint32_t code_point = random.below(3) == 0 ? random.below(0xD800) : random.below(0x80);
      text.append(bytes, utf8::encode(code_point, bytes));
    }
    const Reading reading(string_of(text), {""});
    REQUIRE(reading.result.ok());
    Arena arena;
    REQUIRE(decoded_text(reading.slots[0], arena) == text);
  }
}

TEST_CASE("Each kind of value has its JSON", "[json]") {
  CHECK(written(Value{}) == "null");
  CHECK(written(Value::null()) == "null");
  CHECK(written(Value::of(true)) == "true");
  CHECK(written(Value::of(false)) == "false");
  CHECK(written(Value::of_text(Kind::numeral, "1.500e0")) == "1.500e0");
  CHECK(written(Value::of_string("a\n")) == R"("a\n")");
  CHECK(written(Value::of_integer(-5)) == "-5");
  CHECK(written(Value::of_unsigned(std::numeric_limits<std::uint64_t>::max())) == "18446744073709551615");
  CHECK(written(Value::of_number(3)) == "3");
  CHECK(written(Value::of_number(-0.25)) == "-0.25");
  CHECK(written(Value::of_number(std::numeric_limits<double>::quiet_NaN())) == "null");
  CHECK(written(Value::of_number(-std::numeric_limits<double>::infinity())) == "null");
  CHECK(written(Value::of_text(Kind::bytes, "\xff\x01")) == R"("/wE=")");
  CHECK(written(Value::of_text(Kind::type, "int")) == R"("int")");
  Value error;
  error.kind = Kind::error;
  CHECK(written(error) == "null");

  CHECK(written(of_time(Kind::timestamp, 0)) == R"("1970-01-01T00:00:00Z")");
  CHECK(written(of_time(Kind::timestamp, 1'772'359'200, 500'000'000)) == R"("2026-03-01T10:00:00.5Z")");
  CHECK(written(of_time(Kind::timestamp, -1, 1)) == R"("1969-12-31T23:59:59.000000001Z")");

  CHECK(written(of_time(Kind::duration, 0)) == R"("0s")");
  CHECK(written(of_time(Kind::duration, 1'500'000'000)) == R"("1.5s")");
  CHECK(written(of_time(Kind::duration, -1)) == R"("-0.000000001s")");
  CHECK(written(of_time(Kind::duration, 90'000'000'000)) == R"("90s")");
  CHECK(written(of_time(Kind::duration, std::numeric_limits<std::int64_t>::min())) == R"("-9223372036.854775808s")");
}

TEST_CASE("Lists and maps", "[json]") {
  const Value elements[] = {Value::of_integer(1), Value::null(), Value::of_string("x")};
  const Value list = Value::of_list(elements, 3);
  CHECK(written(Value::of_list(nullptr, 0)) == "[]");
  CHECK(written(Value::of_map(nullptr, 0)) == "{}");
  CHECK(written(list) == R"([1,null,"x"])");
  Value escaped_key = Value::of_string("\\u0061");
  escaped_key.flags = Value::escaped;
  const Member members[] = {{Value::of_string("a\""), list},
                            {escaped_key, Value::of_map(nullptr, 0)},
                            {Value::of_integer(-1), Value::of_list(nullptr, 0)},
                            {Value::of_unsigned(2), Value::of(true)},
                            {Value::of(true), Value::null()}};
  CHECK(written(Value::of_map(members, 5)) == R"({"a\"":[1,null,"x"],"\u0061":{},"-1":[],"2":true,"true":null})");
}

TEST_CASE("What lies in the input is copied as it was written", "[json]") {
  const std::string text = R"({"n":1.0e+01,"s":"\u00e4\/","l":[ 1.0 , "\u0041" ],"m":{ "b":1,"b":2 }})";
  const Reading reading(text, {"n", "s", "l", "m", ""});
  CHECK(written(reading.slots[0]) == "1.0e+01");
  CHECK(written(reading.slots[1]) == R"("\u00e4\/")");
  CHECK(written(reading.slots[2]) == R"([ 1.0 , "\u0041" ])");
  CHECK(written(reading.slots[3]) == R"({ "b":1,"b":2 })");
  CHECK(written(reading.slots[4]) == text);
  CHECK(written(Value::of_list(reading.slots.data(), 2)) == R"([1.0e+01,"\u00e4\/"])");
}

TEST_CASE("A value of 100,000 levels is written without recursion", "[json]") {
  std::vector<Value> levels(100'000);
  levels[0] = Value::of_list(nullptr, 0);
  for (std::size_t i = 1; i < levels.size(); ++i) levels[i] = Value::of_list(&levels[i - 1], 1);
  CHECK(written(levels.back()) == std::string(100'000, '[') + std::string(100'000, ']'));
}

TEST_CASE("Writing stops at its limit", "[json]") {
  // Each level holds the one below twice: the text would have 2^60 numbers.
  std::vector<std::array<Value, 2>> levels(60);
  levels[0] = {Value::of_integer(1), Value::of_integer(1)};
  for (std::size_t i = 1; i < levels.size(); ++i) levels[i].fill(Value::of_list(levels[i - 1].data(), 2));
  std::string out = "before";
  CHECK_FALSE(append_value(out, Value::of_list(levels.back().data(), 2), 1000));
  CHECK(out.size() < 1100);

  const Value small = Value::of_list(levels[0].data(), 2);
  std::string exact;
  CHECK(append_value(exact, small, 5));
  CHECK(exact == "[1,1]");
  CHECK_FALSE(append_value(exact, small, 4));
}

TEST_CASE("Base64 of RFC 4648", "[json]") {
  struct Case {
    const char *bytes, *text;
  };
  const Case c = GENERATE(values<Case>({{"", ""},
                                        {"f", "Zg=="},
                                        {"fo", "Zm8="},
                                        {"foo", "Zm9v"},
                                        {"foob", "Zm9vYg=="},
                                        {"fooba", "Zm9vYmE="},
                                        {"foobar", "Zm9vYmFy"},
                                        {"\xfb\xff\xfe", "+//+"}}));
  std::string out;
  append_base64(out, c.bytes);
  CHECK(out == c.text);
}
