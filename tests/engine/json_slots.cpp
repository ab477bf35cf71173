#include <catch2/catch.hpp>

#include "json_support.h"

using namespace crmsync;
using namespace crmsync::json;

namespace {

/// What lands in the slots, as written, joined by spaces; `-` where nothing does.
std::string slots_of(std::string_view text, const std::vector<std::string>& paths) {
  const Reading reading(text, paths);
  REQUIRE(reading.result.ok());
  std::string all;
  for (const Value& slot : reading.slots) {
    if (!all.empty()) all += ' ';
    all += slot.is_absent() ? "-" : written(slot);
  }
  return all;
}

}  // namespace

TEST_CASE("Each kind of value lands in its slot", "[json]") {
  const Reading reading(R"({"s":"text","e":"a\n","n":-1.50,"t":true,"f":false,"z":null,"l":[1, 2],"m":{"x": 1}})",
                        {"s", "e", "n", "t", "f", "z", "l", "m", "missing"});
  REQUIRE(reading.result.ok());
  const std::vector<Value>& slots = reading.slots;
  CHECK((slots[0].is(Kind::string) && slots[0].flags == 0 && slots[0].view() == "text"));
  CHECK((slots[1].is(Kind::string) && slots[1].flags == Value::escaped && slots[1].view() == "a\\n"));
  CHECK((slots[2].is(Kind::numeral) && slots[2].view() == "-1.50"));
  CHECK((slots[3].is(Kind::boolean) && slots[3].boolean));
  CHECK((slots[4].is(Kind::boolean) && !slots[4].boolean));
  CHECK(slots[5].is(Kind::null));
  CHECK((slots[6].is(Kind::list) && slots[6].is_raw() && slots[6].view() == "[1, 2]"));
  CHECK((slots[7].is(Kind::map) && slots[7].is_raw() && slots[7].view() == "{\"x\": 1}"));
  CHECK(slots[8].is_absent());
  // Views of the text, not copies.
  for (const int i : {0, 1, 2, 6, 7}) {
    CHECK((slots[i].text > reading.text().data() && slots[i].text < reading.text().data() + reading.text().size()));
  }
}

TEST_CASE("Slots of nested paths", "[json]") {
  const char* text = R"({"id":7,"a":{"b":{"c":1,"d":[{"c":2}]},"c":3},"b":{"c":4},"c":5,"l":[{"c":6}]})";
  CHECK(slots_of(text, {"a.b.c", "a.c", "b.c", "c", "l.c", "id.x", "a.b.d.c"}) == "1 3 4 5 - - -");
  CHECK(slots_of(text, {"a.b", "a.b.c", "a"}) == R"({"c":1,"d":[{"c":2}]} 1 {"b":{"c":1,"d":[{"c":2}]},"c":3})");
  CHECK(slots_of(text, {"", "id"}) == std::string(text) + " 7");
  CHECK(slots_of("12", {"", "id"}) == "12 -");
  CHECK(slots_of(" [1 ] ", {""}) == "[1 ]");
  CHECK(slots_of(R"({"first name":1,"a.b":2,"":3})", {"`first name`", "`a.b`"}) == "1 2");
}

TEST_CASE("Slots are in the order of their numbers, not of the text", "[json]") {
  Shape shape;
  shape.want(Path{{"b"}}, 4);
  shape.want(Path{{"a"}}, 1);
  REQUIRE(shape.slot_count() == 5);
  std::vector<Value> slots(5, Value::of(true));
  const std::string text = R"({"a":1,"b":2})";
  REQUIRE(read_document(text, shape, slots.data()).ok());
  CHECK(slots[1].view() == "1");
  CHECK(slots[4].view() == "2");
  for (const int unused : {0, 2, 3}) CHECK(slots[unused].is_absent());
}

TEST_CASE("Of duplicate keys the last wins as a whole", "[json]") {
  CHECK(slots_of(R"({"a":1,"a":2})", {"a"}) == "2");
  CHECK(slots_of(R"({"a":1,"a":null})", {"a"}) == "null");
  CHECK(slots_of(R"({"a":{"b":1,"c":2},"a":{"b":3}})", {"a.b", "a.c", "a"}) == R"(3 - {"b":3})");
  CHECK(slots_of(R"({"a":{"b":1},"a":5})", {"a.b", "a"}) == "- 5");
  CHECK(slots_of(R"({"a":{"b":1},"a":"x"})", {"a.b"}) == "-");
  CHECK(slots_of(R"({"a":{"b":1},"a":[{"b":2}]})", {"a.b", "a"}) == R"(- [{"b":2}])");
  CHECK(slots_of(R"({"a":{"b":{"c":1}},"x":0,"a":{}})", {"a.b.c", "a.b", "a"}) == "- - {}");
  CHECK(slots_of(R"({"a":5,"a":{"b":1}})", {"a.b", "a"}) == R"(1 {"b":1})");
  CHECK(slots_of(R"({"a":{"b":1,"b":2},"a":{"b":3,"b":4}})", {"a.b"}) == "4");
  CHECK(slots_of(R"({"a":{"b":1},"\u0061":{}})", {"a.b"}) == "-");
  CHECK(slots_of(R"({"a":{"b":1},"c":{"b":2}})", {"a.b", "c.b"}) == "1 2");
}

TEST_CASE("Keys are compared decoded", "[json]") {
  CHECK(slots_of(R"({"\u0061b":1})", {"ab"}) == "1");
  CHECK(slots_of(R"({"a\/b":1})", {"`a/b`"}) == "1");
  CHECK(slots_of(R"({"\ud83d\ude00":1})", {"\U0001F600"}) == "1");
  CHECK(slots_of("{\"\U0001F600\":1}", {"\U0001F600"}) == "1");
  CHECK(slots_of(R"({"a\\u0062":1})", {"ab"}) == "-");
  CHECK(slots_of(R"({"\u0061":1})", {"`\\u0061`"}) == "-");
  CHECK(slots_of(R"({"x":{"\u0061":{"\u0062":1}}})", {"x.a.b"}) == "1");
  const std::string long_key(1000, 'k');
  CHECK(slots_of("{\"" + long_key + "\\u006b\":1}", {long_key + "k", long_key}) == "1 -");
}

TEST_CASE("A shape finds its keys among many, and no others", "[json]") {
  // Keys that share their length and both ends, so that only the comparison tells them apart.
  Shape shape;
  std::vector<std::string> keys;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    const std::string middle = std::to_string(1000 + i);
    keys.push_back(i % 4 == 0   ? middle
                   : i % 4 == 1 ? "k" + middle
                   : i % 4 == 2 ? "custom__" + middle + "________c"
                                : middle + std::string(i % 40, '_'));
    shape.want(Path{{keys.back()}}, i);
  }
  for (std::uint32_t i = 0; i < 1000; ++i) {
    const std::uint32_t child = shape.child(0, keys[i]);
    REQUIRE(child != Shape::none);
    CHECK(shape.node(child).slot == i);
    CHECK(shape.child(0, keys[i] + "x") == Shape::none);
    CHECK(shape.child(child, keys[i]) == Shape::none);
  }
  CHECK(shape.child(0, "") == Shape::none);
  for (const char* key : {"a", "ab", "ba", "abc", "acb"}) shape.want(Path{{"short", key}}, 1000);
  const std::uint32_t parent = shape.child(0, "short");
  for (const char* key : {"a", "ab", "ba", "abc", "acb"}) CHECK(shape.node(shape.child(parent, key)).key == key);
  for (const char* key : {"b", "aa", "aba", "bac", "abca"}) CHECK(shape.child(parent, key) == Shape::none);
}

TEST_CASE("An error leaves the next read untouched", "[json]") {
  Shape shape;
  shape.want(Path{{"a"}}, 0);
  Value slot;
  CHECK(read_document(R"({"a":1,"b":})", shape, &slot).code == Code::JSN001);
  CHECK(read_document(R"({"b":1})", shape, &slot).ok());
  CHECK(slot.is_absent());
}
