#include <catch2/catch.hpp>

#include "json_support.h"

using namespace crmsync;
using namespace crmsync::json;

namespace {

std::string nested(std::size_t levels, bool objects) {
  std::string text;
  for (std::size_t i = 0; i < levels; ++i) text += objects ? "{\"a\":" : "[";
  if (objects) text += "1";
  return text + std::string(levels, objects ? '}' : ']');
}

}  // namespace

TEST_CASE("Depth is limited to 512 levels", "[json]") {
  const bool objects = GENERATE(false, true);
  const std::size_t opening = objects ? 5 : 1;

  const Reading deepest(nested(512, objects), {""});
  CHECK(deepest.result.ok());
  CHECK(plain(deepest.slots[0]) == nested(512, objects));

  for (const std::size_t levels : {std::size_t{513}, std::size_t{10'000}, std::size_t{1'000'000}}) {
    const Reading reading(nested(levels, objects), {"a.a.a"});
    CHECK(reading.result.code == Code::JSN004);
    CHECK(reading.result.offset == 512 * opening);
  }
  CHECK(Reading(nested(10'000, objects), {}, Limits{1 << 20, 100'000}).result.offset == 512 * opening);
  CHECK(Reading(nested(3, objects), {}, Limits{1 << 20, 3}).result.ok());
  CHECK(Reading(nested(4, objects), {}, Limits{1 << 20, 3}).result.code == Code::JSN004);
  CHECK(Reading("1", {}, Limits{1 << 20, 0}).result.ok());
  CHECK(Reading("[]", {}, Limits{1 << 20, 0}).result.code == Code::JSN004);
}

TEST_CASE("Closed containers do not count as depth", "[json]") {
  std::string text = "[";
  for (int i = 0; i < 2000; ++i) text += "[{}],";
  CHECK(Reading(text + "1]").result.ok());
}

TEST_CASE("A record of 50 MB is too large, as a text and as a value among others", "[json]") {
  const std::string text = "{\"a\":\"" + std::string(50 << 20, 'x') + "\"}";
  Shape shape;
  shape.want(Path{{"a"}}, 0);
  Value slot;
  const ReadResult document = read_document(text, shape, &slot);
  CHECK(document.code == Code::JSN005);
  CHECK(document.offset == Limits{}.bytes);

  const ReadResult value = read_value(text, 0, shape, &slot);
  CHECK(value.code == Code::JSN005);
  CHECK(value.offset == Limits{}.bytes);

  const ReadResult allowed = read_document(text, shape, &slot, Limits{std::size_t{64} << 20});
  CHECK(allowed.ok());
  CHECK(slot.view().size() == std::size_t{50} << 20);
}

TEST_CASE("The size limit counts one value, whatever surrounds it", "[json]") {
  struct Case {
    std::string text;
    std::size_t limit;
    Code code;
    std::size_t offset;
  };
  const Case c = GENERATE(values<Case>({
      {"   [1,2]   ,3", 5, Code::none, 8},
      {"[1,2],3", 4, Code::JSN005, 4},
      {"[1,2],3", 0, Code::JSN005, 0},
      {"123,4", 3, Code::JSN005, 3},  // where the text is cut, a number may go on
      {"123,4", 4, Code::none, 3},
      {"1234", 3, Code::JSN005, 3},
      {"1234", 4, Code::none, 4},
      {"true,1", 4, Code::none, 4},
      {"true,1", 3, Code::JSN005, 3},
      {"\"ü\",1", 4, Code::none, 4},
      {"\"ü\",1", 2, Code::JSN005, 2},
      {"[1x                ]", 5, Code::JSN001, 2},  // what is wrong before the limit stays wrong
  }));
  CAPTURE(c.text, c.limit);
  const ReadResult result = read_value(c.text, 0, Shape(), nullptr, Limits{c.limit});
  CHECK(code_name(result.code) == code_name(c.code));
  CHECK(result.offset == c.offset);
}

TEST_CASE("Reading from a place in a text, and from behind its end", "[json]") {
  const std::string text = R"({"a":1} {"a":2})";
  Shape shape;
  shape.want(Path{{"a"}}, 0);
  Value slot;
  const ReadResult first = read_value(text, 0, shape, &slot);
  CHECK(first.offset == 7);
  CHECK(slot.view() == "1");
  const ReadResult second = read_value(text, first.offset, shape, &slot);
  CHECK(second.offset == text.size());
  CHECK(slot.view() == "2");
  CHECK(read_value(text, text.size(), shape, &slot).code == Code::JSN003);
  CHECK(read_value(text, text.size() + 7, shape, &slot).code == Code::JSN003);
  CHECK(slot.is_absent());
  CHECK(read_document({}, shape, &slot).code == Code::JSN003);
}

TEST_CASE("White space is skipped at every length", "[json]") {
  for (std::size_t length = 0; length < 70; ++length) {
    std::string text;
    for (std::size_t i = 0; i < length; ++i) text += " \t\r\n"[i % 4];
    for (const char* end : {"", "x", "\v", "\xa0"}) {
      CHECK(skip_white_space(text + end, 0) == length);
      CHECK(skip_white_space(text + end, length) == length);
    }
    CHECK(skip_white_space(text, length + 5) == length);
    const Reading reading(text + "{" + text + "\"a\"" + text + ":" + text + "[" + text + "]" + text + "}" + text,
                          {"a"});
    REQUIRE(reading.result.ok());
    CHECK(plain(reading.slots[0]) == "[]");
  }
}
