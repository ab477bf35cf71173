#include <catch2/catch.hpp>

#include "json_support.h"

using namespace crmsync;
using namespace crmsync::json;

namespace {

const std::vector<std::string> fields = {"b", "b.c", "a"};

/// The list `a`, its rows, and their fields.
Reading read_rows(std::string_view text) {
  return Reading(text, {"a", "a.`*`", "a.`*`.b", "a.`*`.b.c", "a.`*`.a"});
}

std::string spelled(const Value& value) {
  return value.is_absent() ? "-" : (value.is_raw() ? "raw " : "") + written(value);
}

/// The rows as a table has them, `none` where there is no table.
std::string table_of(const Reading& reading) {
  const Value& table = reading.slots[1];
  if (table.is_absent()) return "none";
  REQUIRE(table.kind == Kind::list);
  REQUIRE(table.columns == fields.size());
  std::string text;
  for (std::uint32_t i = 0; i < table.size; ++i) {
    for (std::size_t field = 0; field < fields.size(); ++field)
      text += spelled(table.elements[i * table.columns + field]) + ' ';
    text += '|';
  }
  return text;
}

/// The same, of each element that is read alone.
std::string rows_alone(const Value& list) {
  if (list.kind != Kind::list) return "none";
  Shape shape;
  for (std::uint32_t slot = 0; slot < fields.size(); ++slot) shape.want(path_of(fields[slot]), slot);
  std::string all;
  const std::string_view text = list.view();
  for (std::size_t at = skip_white_space(text, 1); text[at] != ']';) {
    std::vector<Value> slots(fields.size());
    const ReadResult read = read_value(text, at, shape, slots.data());
    REQUIRE(read.ok());
    for (const Value& slot : slots) all += spelled(slot) + ' ';
    all += '|';
    at = skip_white_space(text, read.offset);
    if (text[at] == ',') at = skip_white_space(text, at + 1);
  }
  return all;
}

}  // namespace

TEST_CASE("A list is read as a table, together with the record", "[json]") {
  const auto table = [](std::string_view text) { return table_of(read_rows(text)); };
  CHECK(table(R"({"a":[{"b":1,"a":"x"},{"a":null,"c":[{"b":5}]}]})") == R"(1 - "x" |- - null |)");
  CHECK(table(R"({"a":[{"b":{"c":[2]}}, {} ,7,[{"b":1}],null]})") ==
        R"(raw {"c":[2]} raw [2] - |- - - |- - - |- - - |- - - |)");
  CHECK(table(R"({"a":[]})").empty());
  CHECK(table(R"({"a":{"b":1}})") == "none");
  CHECK(table(R"({"b":[{"b":1}]})") == "none");
  CHECK(table(R"([{"b":1}])") == "none");
}

TEST_CASE("Of keys that come twice the last counts, in tables and in their rows", "[json]") {
  const auto table = [](std::string_view text) { return table_of(read_rows(text)); };
  CHECK(table(R"({"a":[{"b":1}],"a":[{"b":2},{"b":3}]})") == "2 - - |3 - - |");
  CHECK(table(R"({"a":[{"b":1}],"a":null})") == "none");
  CHECK(table(R"({"a":[{"b":1}],"a":{"b":[]}})") == "none");
  CHECK(table(R"({"a":[{"b":{"c":1},"b":2}]})") == "2 - - |");
  CHECK(read_rows(R"({"a":[{"b":1}],"a":[]})").slots[0].view() == "[]");
}

TEST_CASE("What is behind a table lands in the record", "[json]") {
  const Reading reading(R"({"l":[{"x":1}],"x":2,"m":{"x":3},"k":[{"x":4}]})", {"x", "l.`*`", "l.`*`.x", "m.x", "k"});
  CHECK(written(reading.slots[0]) == "2");
  CHECK(written(reading.slots[3]) == "3");
  CHECK(written(reading.slots[4]) == R"([{"x":4}])");
  CHECK(written(reading.slots[1].elements[0]) == "1");
}

TEST_CASE("Rows of which no field is wanted are counted", "[json]") {
  const Reading reading(R"({"l":[{"x":1},2]})", {"l.`*`"});
  CHECK(reading.slots[0].size == 2);
  CHECK(reading.slots[0].columns == 1);
}

TEST_CASE("A list that is too long for a table stays a text", "[json]") {
  const auto list = [](int count) {
    std::string text = "{\"a\":[{\"b\":0}";
    for (int i = 1; i < count; ++i) text += ",{\"b\":" + std::to_string(i) + "}";
    return text + "],\"b\":1}";
  };
  CHECK(read_rows(list(1000)).slots[1].size == 1000);
  const Reading longer(list(5000), {"a", "a.`*`", "a.`*`.b", "b"});
  CHECK(longer.slots[1].is_absent());
  CHECK(longer.slots[0].size > 5000);
  CHECK(written(longer.slots[3]) == "1");
}

TEST_CASE("More columns than a table has room for are none", "[json]") {
  std::vector<std::string> paths = {"a.`*`"};
  for (int i = 0; i < 300; ++i) paths.push_back("a.`*`.f" + std::to_string(i));
  CHECK(Reading(R"({"a":[{"f1":1}]})", paths).slots[0].is_absent());
}

TEST_CASE("Tables are what their elements are alone, on random texts", "[json]") {
  RandomJson random(GENERATE(4U, 5U, 6U));
  int tables = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string text = random.object(5);
    if (i % 2) text = random.mutated(text);
    const Reading reading = read_rows(text);
    if (!reading.result.ok()) continue;
    const std::string table = table_of(reading);
    tables += table != "none";
    if (table != rows_alone(reading.slots[0])) FAIL(text);
  }
  CHECK(tables > 30);
}
