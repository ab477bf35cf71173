/// Texts and records that try to hurt: each ends in a coded error, or in a value, within its limits.
#include <catch2/catch.hpp>

#include "expression/limits.h"
#include "expression_support.h"

namespace crmsync::expression {
namespace {

std::string repeated(std::string_view text, std::size_t count) {
  std::string result;
  for (std::size_t i = 0; i < count; ++i) result += text;
  return result;
}

TEST_CASE("nesting has a limit", "[expression]") {
  for (const std::string_view opening :
       {"(", "[", "{1:", "-", "!", "a?b:", "f(", "[1].map(x,", "a[", "size(", "[?", "{?1:", "optional.of(",
        "cel.bind(x,1,", "a[?", "a.orValue(", "a.optMap(x,", "a.transformMap(k,v,"}) {
    INFO(opening);
    CHECK(run(repeated(opening, 100'000 / opening.size())).code == Code::EXP011);
  }
  CHECK(run(repeated("(", 150) + "1" + repeated(")", 150)).json == "1");
  CHECK(run("a" + repeated(".b", 300)).code == Code::EXP011);
  CHECK(run("a" + repeated(".b", max_path_segments)).code == Code::EXP011);
  CHECK(run("a" + repeated(".b", max_path_segments - 1)).json == "null");
  CHECK(run("[1]" + repeated(".map(x, [x])", 1000)).code == Code::EXP011);
  CHECK(run("[1]" + repeated("[0]", 1000)).code == Code::EXP011);
  CHECK(run("a" + repeated(".?b", 150)).json == "null");
  CHECK(run("a" + repeated(".?b", 1000)).code == Code::EXP011);
  CHECK(run(repeated("optional.of(", 150) + "1" + repeated(")", 150)).json == "1");
  CHECK(run(repeated("[?optional.of(", 60) + "1" + repeated(")]", 60)).json ==
        repeated("[", 60) + "1" + repeated("]", 60));
  CHECK(run(repeated("cel.bind(x, 1, ", 150) + "x" + repeated(")", 150)).json == "1");
}

TEST_CASE("long chains of operators are no nesting", "[expression]") {
  CHECK(run("1" + repeated("+1", 50'000)).json == "50001");
  CHECK(run("a" + repeated("+'x'", 3000)).json.size() == 3002);
  CHECK(run("false" + repeated("||a==1", 5'000), {.variables = R"({"a": 2})"}).json == "false");
  CHECK(run("1/0 > 1" + repeated("||1/0 > 1", 2'000) + "||true").json == "true");
}

TEST_CASE("a text that is too long is refused", "[expression]") {
  CHECK(run(repeated(" ", max_source_bytes) + "1").code == Code::EXP011);
  CHECK(run(repeated("x", max_source_bytes + 1), {.is_template = true}).code == Code::EXP011);
}

TEST_CASE("a text that is not UTF-8 is refused where it stops being so", "[expression]") {
  const Outcome outcome = run("1 + '\xff'");
  CHECK(outcome.code == Code::EXP001);
  CHECK(outcome.offset == 5);
  CHECK(run("x {{ '\xc3' }}", {.is_template = true}).code == Code::EXP001);
}

TEST_CASE("exploding concatenation ends before the memory does", "[expression]") {
  std::string source = "'0123456789'";
  for (int i = 0; i < 40; ++i) source = "[" + source + "].map(x, x + x)[0]";
  const Outcome outcome = run(source);
  CHECK(outcome.code == Code::EXP010);
  CHECK(outcome.cost == Budget{}.cost);
  std::string lists = "[1, 2]";
  for (int i = 0; i < 40; ++i) lists = "[" + lists + "].map(x, x + x)[0]";
  CHECK(run(lists).code == Code::EXP010);
}

TEST_CASE("what bindings build ends before the memory does", "[expression]") {
  const std::string doubled = repeated("cel.bind(x, [x, x], ", 60);
  CHECK(run("cel.bind(x, 1, " + doubled + "x == x" + repeated(")", 61)).code == Code::EXP010);
  CHECK(run("cel.bind(x, 'ab', " + repeated("cel.bind(x, x + x, ", 60) + "x" + repeated(")", 61)).code == Code::EXP010);
  CHECK(run("cel.bind(x, optional.of(1), " + repeated("cel.bind(x, optional.of([x, x]), ", 60) + "x == x" +
            repeated(")", 61))
            .code == Code::EXP010);
}

TEST_CASE("maps that macros build cost what they take", "[expression]") {
  const Setting setting{.variables = R"({"a": [)" + repeated("0,", 999) + R"(0]})"};
  CHECK(run("a.transformMap(i, v, i).size()", setting).json == "1000");
  CHECK(run("a.transformMapEntry(i, v, {i: v}).size()", setting).json == "1000");
  CHECK(run("a.transformMap(i, v, a.transformMap(j, w, i))", setting).code == Code::EXP010);
  CHECK(run("a.transformMapEntry(i, v, a.transformMap(j, w, j).transformMapEntry(j, w, {i * 1000 + j: w}))", setting)
            .code == Code::EXP010);
}

TEST_CASE("nested macros over big lists end at the limit", "[expression]") {
  const Setting setting{.variables = R"({"a": [)" + repeated("0,", 999) + R"(0]})"};
  CHECK(run("a.all(x, a.all(y, a.all(z, x + y + z == 0)))", setting).code == Code::EXP010);
  CHECK(run("a.map(x, a.map(y, a))", setting).code == Code::EXP010);
  CHECK(run("a.exists(x, a.map(y, 1 / 0) == a) || a.size() == 1000", setting).code == Code::EXP010);
  CHECK(run("a.all(x, x == 0)", setting).json == "true");
}

TEST_CASE("the limit of costs is not absorbed", "[expression]") {
  const Setting setting{.variables = R"({"a": [)" + repeated("0,", 999) + R"(0]})"};
  CHECK(run("a.all(x, a.all(y, a.all(z, true))) || true", setting).code == Code::EXP010);
}

TEST_CASE("an aggregate over many rows costs by the row", "[expression]") {
  const Setting setting{.variables = R"({"items": [)" + repeated(R"({"n": 1},)", 9'999) + R"({"n": 1}]})",
                        .over = "items"};
  const Outcome outcome = run("SUM(n)", setting);
  CHECK(outcome.json == "10000");
  CHECK(outcome.cost > 30'000);
  Setting tight = setting;
  tight.cost = 1'000;
  CHECK(run("SUM(n)", tight).code == Code::EXP010);
}

TEST_CASE("deep records are compared and written without harm", "[expression]") {
  const std::string deep = repeated("[", 500) + repeated("]", 500);
  const Setting setting{.variables = R"({"a": )" + deep + R"(, "b": )" + deep + "}"};
  CHECK(run("a == b", setting).json == "true");
  CHECK(run("[a] == [b] && a != [b]", setting).json == "true");
}

TEST_CASE("big records are searched at a cost", "[expression]") {
  std::string map = R"({"k": 1)";
  for (int i = 0; i < 20'000; ++i) map += ",\"" + std::to_string(i) + "\":" + std::to_string(i);
  const Setting setting{.variables = R"({"m": )" + map + "}}"};
  CHECK(run("m['19999']", setting).json == "19999");
  CHECK(run("m['k'] + m.k + (m == m ? 1 : 0)", setting).json == "3");
  CHECK(run("m.all(k, m[k] == 0 || true)", setting).code == Code::EXP010);
}

TEST_CASE("an escaped text is decoded once", "[expression]") {
  const Setting setting{.variables =
                            R"({"s": ")" + repeated("\\u0061", 100'000) + R"(", "a": [1,2,3,4,5,6,7,8,9,10]})"};
  CHECK(run("a.all(x, s != 'a')", setting).json == "true");
}

}  // namespace
}  // namespace crmsync::expression
