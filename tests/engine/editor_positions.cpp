/// Whatever is typed, and wherever the cursor stands in it: an editor gets an answer, and its places are in the file.
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "crmsync.h"
#include "diagnostics/position.h"
#include "tests_dir.h"

using namespace crmsync;
using namespace std::string_literals;

namespace {

std::string example(const char* name) {
  std::ifstream file(std::string(tests_dir) + "/../examples/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// 0 where a position is none of the file's.
std::size_t offset_of(const std::string& file, const nlohmann::json& position) {
  const Position at{position["line"], position["column"]};
  const std::size_t offset = offset_at(file, at);
  const Position again = position_at(file, offset);
  REQUIRE(again.line == at.line);
  REQUIRE(again.column == at.column);
  return offset;
}

void ask(const std::string& file, Position cursor) {
  std::string completions, hovered;
  REQUIRE(complete(file, cursor.line, cursor.column, completions));
  REQUIRE(hover(file, cursor.line, cursor.column, hovered));
  const std::size_t at = offset_at(file, cursor);
  const nlohmann::json all = nlohmann::json::parse(completions);
  std::string known;
  for (const auto& completion : all) {
    REQUIRE_FALSE(completion["label"].get<std::string>().empty());
    REQUIRE_FALSE(completion["insert"].get<std::string>().empty());
    const std::string place = completion["from"].dump() + completion["to"].dump();
    if (place == known) continue;
    known = place;
    REQUIRE(offset_of(file, completion["from"]) <= at);
    REQUIRE(offset_of(file, completion["to"]) >= at);
  }
  const nlohmann::json hover = nlohmann::json::parse(hovered);
  if (hover.is_null()) return;
  REQUIRE(offset_of(file, hover["from"]) <= at);
  REQUIRE(offset_of(file, hover["to"]) > at);
}

}  // namespace

TEST_CASE("every position of the examples, and of what stands before it", "[editor]") {
  for (const char* name : {"salesforce-contacts.yaml", "hubspot-contacts.yaml", "starter-hubspot.yaml"}) {
    CAPTURE(name);
    const std::string file = example(name);
    REQUIRE(file.size() > 500);
    for (std::size_t at = 0; at <= file.size(); ++at) {
      const Position position = position_at(file, at);
      if (at % 3 == 0) ask(file, position);
      if (at % 2 == 0) ask(file.substr(0, at), position);
    }
  }
}

TEST_CASE("random mistakes in the examples, at random positions", "[editor]") {
  std::mt19937 random(20261124);
  const auto below = [&](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
  };
  const std::string signs = "{}[]\"':,-|>#&*!?%@`\n\n  \t\r\\\xC3\xF0\0"s;
  for (int round = 0; round < 1500; ++round) {
    std::string file = example(round % 2 ? "salesforce-contacts.yaml" : "hubspot-contacts.yaml").substr(below(1500));
    file.resize(std::min<std::size_t>(file.size(), 1 + below(1200)));
    for (std::size_t mistakes = below(8); mistakes > 0; --mistakes) {
      const std::size_t at = below(file.size() + 1);
      if (below(3) == 0)
        file.erase(at, below(12));
      else
        file.insert(at, 1 + below(3), signs[below(signs.size())]);
      if (file.empty()) file = "x";
    }
    CAPTURE(file);
    ask(file, {static_cast<std::uint32_t>(below(60)), static_cast<std::uint32_t>(below(120))});
    ask(file, position_at(file, below(file.size() + 1)));
  }
}

TEST_CASE("what is no mapping file at all has answers too", "[editor]") {
  const std::string deep(300'000, '[');
  std::string dashes;
  for (int i = 0; i < 100'000; ++i) dashes += "- ";
  std::string maps;
  for (int i = 0; i < 100'000; ++i) maps += "{a: ";
  for (const std::string& file :
       {std::string(), std::string("\xEF\xBB\xBF"), std::string("\0", 1), deep, dashes, maps,
        std::string(2'000'000, 'a'), std::string(500'000, '\n'), std::string("\xFF\xFE\xFD")}) {
    for (const Position cursor : {Position{0, 0}, Position{1, 1}, Position{1, 90'000}, Position{400'000, 1},
                                  Position{4'294'967'295U, 4'294'967'295U}})
      ask(file, cursor);
  }
}
