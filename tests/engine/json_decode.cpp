#include <catch2/catch.hpp>

#include "json_support.h"

using namespace crmsync;
using namespace crmsync::json;

namespace {

Value raw(Kind kind, std::string_view text) {
  Value value = Value::of_text(kind, text);
  value.flags = Value::raw;
  return value;
}

Value escaped(std::string_view text) {
  Value value = Value::of_string(text);
  value.flags = Value::escaped;
  return value;
}

std::string decoded_map(std::string_view text) {
  const Reading reading(text, {""});
  REQUIRE(reading.result.ok());
  return plain(reading.slots[0]);
}

}  // namespace

TEST_CASE("Escapes of strings are resolved", "[json]") {
  struct Case {
    const char* written;
    std::string text;
  };
  const Case c = GENERATE(values<Case>({
      {R"(\"\\\/\b\f\n\r\t)", "\"\\/\b\f\n\r\t"},
      {R"(\u0000)", std::string(1, '\0')},
      {R"(a\u00e4\u00E4)", "aää"},
      {R"(\u07ff\u0800\uffff)", "\u07ff\u0800\uffff"},
      {R"(\ud800\udc00\uDBFF\uDFFF)", "\U00010000\U0010FFFF"},
      {R"(\\u0041)", "\\u0041"},
      {R"(ü\nü)", "ü\nü"},
      {R"(\u005cn)", "\\n"},
  }));
  Arena arena;
  CHECK(decoded_text(escaped(c.written), arena) == c.text);
  const Value value = decoded(escaped(c.written), arena);
  CHECK(value.is(Kind::string));
  CHECK(value.flags == 0);
  CHECK(value.view() == c.text);
}

TEST_CASE("What needs no decoding is returned as it is", "[json]") {
  Arena arena;
  const Value string = Value::of_string("\\n");
  CHECK(decoded(string, arena).text == string.text);
  CHECK(decoded_text(string, arena).data() == string.text);
  CHECK(decoded(Value{}, arena).is_absent());
  CHECK(decoded(Value::of_text(Kind::numeral, "1.0"), arena).view() == "1.0");
  const Value elements[] = {Value::of_integer(1), string};
  const Value list = Value::of_list(elements, 2);
  const Member members[] = {{string, list}};
  CHECK(decoded(list, arena).elements == elements);
  CHECK(decoded(Value::of_map(members, 1), arena).members == members);
}

TEST_CASE("Raw lists and maps are parsed", "[json]") {
  Arena arena;
  const Value list = decoded(raw(Kind::list, R"([ 1.50 ,"a\n",{"k":[]}, null,true,false, -1e5])"), arena);
  REQUIRE(list.is(Kind::list));
  CHECK(!list.is_raw());
  REQUIRE(list.size == 7);
  CHECK((list.elements[0].is(Kind::numeral) && list.elements[0].view() == "1.50"));
  CHECK((list.elements[1].flags == 0 && list.elements[1].view() == "a\n"));
  REQUIRE((list.elements[2].is(Kind::map) && list.elements[2].size == 1));
  CHECK(list.elements[2].members[0].key.view() == "k");
  CHECK((list.elements[2].members[0].value.is(Kind::list) && list.elements[2].members[0].value.size == 0));
  CHECK(list.elements[3].is(Kind::null));
  CHECK((list.elements[4].is(Kind::boolean) && list.elements[4].boolean));
  CHECK((list.elements[5].is(Kind::boolean) && !list.elements[5].boolean));
  CHECK(list.elements[6].view() == "-1e5");

  const Value map = decoded(raw(Kind::map, R"({ "a" : "x" , "\u0062\"" : { } })"), arena);
  REQUIRE((map.is(Kind::map) && !map.is_raw() && map.size == 2));
  CHECK(map.members[0].key.view() == "a");
  CHECK(map.members[1].key.view() == "b\"");
  CHECK(map.members[1].key.flags == 0);
}

TEST_CASE("Of duplicate keys the last value stands at the place of the first", "[json]") {
  CHECK(decoded_map(R"({"a":1,"b":2,"a":3})") == R"({"a":3,"b":2})");
  CHECK(decoded_map(R"({"a":1,"\u0061":{"x":1,"x":2},"c":0,"c":[]})") == R"({"a":{"x":2},"c":[]})");
  CHECK(decoded_map(R"({"":1,"":2})") == R"({"":2})");
  for (const int count : {10, 16, 17, 40, 500}) {
    // Every third key comes again, in another order, the first of them twice.
    std::string text = "{";
    std::string expected = "{";
    for (int i = 0; i < count; ++i) {
      text += "\"key" + std::to_string(i) + "\":" + std::to_string(i) + ",";
      expected +=
          (i > 0 ? ",\"key" : "\"key") + std::to_string(i) + "\":" + (i % 3 == 0 ? "\"again\"" : std::to_string(i));
    }
    text += "\"key0\":[],";
    for (int i = (count - 1) / 3 * 3; i >= 0; i -= 3)
      text += "\"k\\u0065y" + std::to_string(i) + "\":\"again\"" + (i > 0 ? "," : "}");
    CHECK(decoded_map(text) == expected + "}");
  }
}

TEST_CASE("Huge maps are decoded in little time, whatever their keys", "[json]") {
  // 100,000 keys of the same length with the same ends, so that a short hash cannot tell them apart; each twice.
  std::string text = "{";
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 100'000; ++i) {
      text += (text.size() > 1 ? ",\"" : "\"") + std::string("prefix__") + std::to_string(1'000'000 + i) +
              "__suffix\":" + std::to_string(round);
    }
  }
  const Reading reading(text + "}", {""});
  REQUIRE(reading.result.ok());
  Arena arena;
  const Value map = decoded(reading.slots[0], arena);
  REQUIRE(map.size == 100'000);
  CHECK(map.members[0].key.view() == "prefix__1000000__suffix");
  CHECK(map.members[99'999].key.view() == "prefix__1099999__suffix");
  CHECK(map.members[99'999].value.view() == "1");
}

TEST_CASE("Values that hold written parts are decoded around them", "[json]") {
  Arena arena;
  const Value inner[] = {Value::of_integer(1), raw(Kind::map, R"({"a":"\n"})")};
  const Value untouched[] = {Value::of_integer(2)};
  const Member members[] = {{escaped("\\u0061"), Value::of_list(inner, 2)},
                            {Value::of_string("b"), Value::of_list(untouched, 1)}};
  const Value outer[] = {Value::of_list(untouched, 1), Value::of_map(members, 2), escaped("\\t"),
                         Value::of_list(nullptr, 0)};
  const Value result = decoded(Value::of_list(outer, 4), arena);
  CHECK(written(result) == R"([[2],{"a":[1,{"a":"\n"}],"b":[2]},"\t",[]])");
  CHECK(result.elements != outer);
  CHECK(result.elements[0].elements == untouched);
  CHECK(result.elements[1].members[0].key.flags == 0);
  CHECK(result.elements[1].members[0].value.elements[1].size == 1);
  CHECK(!result.elements[1].members[0].value.elements[1].is_raw());
  CHECK(result.elements[1].members[1].value.elements == untouched);
  // The originals stay as they were.
  CHECK(inner[1].is_raw());
  CHECK(members[0].key.flags == Value::escaped);
}

TEST_CASE("A value of 100,000 levels is decoded without recursion", "[json]") {
  std::vector<Value> levels(100'000);
  levels[0] = raw(Kind::list, "[1]");
  for (std::size_t i = 1; i < levels.size(); ++i) levels[i] = Value::of_list(&levels[i - 1], 1);
  Arena arena;
  const Value* value = nullptr;
  const Value result = decoded(levels.back(), arena);
  for (value = &result; value->is(Kind::list); value = value->elements) REQUIRE(!value->is_raw());
  CHECK(value->view() == "1");
}

TEST_CASE("Decoding what is too large for the arena is an exception, and the arena works on", "[json]") {
  std::string text = "[";
  for (int i = 0; i < 100'000; ++i) text += "0,";
  const Reading reading(text + "0]", {""});
  Arena arena(1 << 20);
  CHECK_THROWS_AS(decoded(reading.slots[0], arena), ArenaExhausted);
  arena.reset();
  CHECK(decoded(raw(Kind::list, "[1,2]"), arena).size == 2);
}
