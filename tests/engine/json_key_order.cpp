#include <catch2/catch.hpp>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "json/batch.h"
#include "json_support.h"

using namespace crmsync;
using namespace crmsync::json;

namespace {

Shape shape_of(const std::vector<Path>& paths) {
  Shape shape;
  std::uint32_t slot = 0;
  for (const Path& path : paths) shape.want(path, slot++);
  return shape;
}

std::string spelled(const std::vector<Value>& slots) {
  std::string text;
  for (const Value& slot : slots) {
    text += std::to_string(static_cast<int>(slot.kind)) + "/" + std::to_string(slot.flags) + ":";
    append_value(text, slot);
    text += ' ';
  }
  return text;
}

/// What each line gives when it is read with the keys of those before, and when it is read alone.
void require_same_alone(const std::string& lines, const Shape& shape) {
  std::vector<Value> slots(shape.slot_count()), alone(shape.slot_count());
  RowStore rows, rows_alone;
  std::size_t at = 0;
  const auto check = [&](const ReadResult& read) {
    const std::string line = lines.substr(at, lines.find('\n', at) - at);
    const ReadResult expected = read_document(line, shape, alone.data(), {}, {nullptr, &rows_alone});
    INFO(line);
    REQUIRE(read.code == expected.code);
    if (read.ok()) REQUIRE(spelled(slots) == spelled(alone));
    if (!read.ok()) REQUIRE(read.offset - at == expected.offset);
    at += line.size() + 1;
  };
  struct Checks final : BatchHandler {
    explicit Checks(std::function<void(const ReadResult&)> made) : check(std::move(made)) {}
    void value(std::uint64_t) override { check({}); }
    void broken(const ReadResult& read, std::uint64_t) override { check(read); }
    std::function<void(const ReadResult&)> check;
  } checks(check);
  BatchPlace place;
  place.last = 1;
  read_batch(lines, place, shape, slots.data(), &rows, {}, checks);
  REQUIRE(at == lines.size());
}

}  // namespace

TEST_CASE("Records are read the same whatever keys came before", "[json]") {
  const Shape shape = shape_of({Path{{"a"}}, Path{{"b"}}, Path{{"name"}}, Path{{"name", "first"}},
                                Path{{"a", std::string(Path::each)}}, Path{{"a", std::string(Path::each), "a"}},
                                Path{{"a long key that takes more than one word to compare"}}});
  std::mt19937 random(7);
  const auto below = [&](unsigned limit) { return random() % limit; };
  const std::vector<std::string> keys = {
      "a", "b",  "name", "first", "a long key that takes more than one word to compare", "c", "\\u0061", "other",
      "",  "aa", "d",    "e",     "a long key that takes more than one word to compute"};
  const std::vector<std::string> values = {"1", "null", "\"x\"", "[1,{\"a\":2}]", "true", "{}", "\"\\n\""};
  const auto object = [&](auto& self, unsigned depth, bool in_order) -> std::string {
    std::string text = "{";
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (below(4) == 0) continue;
      const std::string& key = in_order ? keys[i] : keys[below(static_cast<unsigned>(keys.size()))];
      if (text.size() > 1) text += ',';
      text += "\"" + key + (below(20) == 0 ? "\" :" : "\":");
      text += depth < 2 && below(4) == 0 ? self(self, depth + 1, in_order)
                                         : values[below(static_cast<unsigned>(values.size()))];
    }
    return text + "}";
  };
  for (const bool in_order : {true, false}) {
    std::string lines;
    for (int i = 0; i < 300; ++i) {
      std::string line = object(object, 0, in_order);
      // Some end too early, or have something wrong in them.
      if (below(10) == 0) line.resize(1 + below(static_cast<unsigned>(line.size())));
      if (below(10) == 0) line[below(static_cast<unsigned>(line.size()))] = '"';
      lines += line + '\n';
    }
    require_same_alone(lines, shape);
  }
}

TEST_CASE("Records without any order do not make the list of keys grow for ever", "[json]") {
  const Shape shape = shape_of({Path{{"k7"}}});
  std::string lines;
  for (int i = 0; i < 10'000; ++i) lines += "{\"k" + std::to_string(i) + "\":1,\"k7\":2}\n";
  require_same_alone(lines, shape);
}
