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
  CHECK(run("a" + repeated(".b", 50'000)).code == Code::EXP011);
  CHECK(run(repeated("[", 50'000) + repeated("]", 50'000)).code == Code::EXP011);
  CHECK(run(repeated("a ? b : ", 12'500) + "c").code == Code::EXP011);
  CHECK(run("'x'" + repeated(".contains('x')", 7'000)).code == Code::EXP011);
}

TEST_CASE("the deepest that is allowed is compiled and run on the stack that WASM has", "[expression]") {
  constexpr std::size_t deep = max_nesting - 10;
  CHECK(run(repeated("[", deep) + "a" + repeated("]", deep)).code == Code::none);
  CHECK(run(repeated("{1: ", deep) + "a" + repeated("}", deep)).code == Code::none);
  CHECK(run(repeated("-", deep) + "a").json == "null");
  CHECK(run(repeated("!", deep) + "(a == 1)").json == "false");
  CHECK(run(repeated("a ? b : ", deep) + "1").json == "1");
  CHECK(run(repeated("[1].all(x, ", deep / 2) + "true" + repeated(")", deep / 2)).json == "true");
  CHECK(run(repeated("size([", deep / 2) + "a" + repeated("])", deep / 2)).json == "1");
  CHECK(run(repeated("(a || ", deep / 2) + "true" + repeated(")", deep / 2)).json == "true");
  const std::string list = repeated("[", deep) + "a" + repeated("]", deep);
  CHECK(run(list + " == " + list).json == "true");
  CHECK(run(list + " in [" + list + "]").json == "true");
  CHECK(run("x {{ " + list + " }}", {.is_template = true}).code == Code::none);
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

TEST_CASE("equality does not follow shared parts for ever", "[expression]") {
  std::string pair = "[a, a]";
  for (int i = 0; i < 40; ++i) pair = "[" + pair + "].map(x, [x, x])[0]";
  for (const std::string& source :
       {pair + " == " + pair, pair + " in [" + pair + "]", "[" + pair + "].exists(x, x == " + pair + ")"}) {
    const Outcome outcome = run(source, {.variables = R"({"a": 1})"});
    CHECK(outcome.code == Code::EXP010);
    CHECK(outcome.cost == Budget{}.cost);
  }
  std::string maps = "{'k': a}";
  for (int i = 0; i < 40; ++i) maps = "[" + maps + "].map(x, {'l': x, 'r': x})[0]";
  CHECK(run(maps + " == " + maps, {.variables = R"({"a": 1})"}).code == Code::EXP010);
}

TEST_CASE("an evaluation has a bound of memory besides its cost", "[expression]") {
  Setting rich{.variables = R"({"a": [)" + repeated("0,", 999) + R"(0]})"};
  rich.cost = 1'000'000'000;
  const auto out_of_memory = [&](const std::string& source) {
    const Outcome outcome = run(source, rich);
    INFO(source.substr(0, 80));
    CHECK(outcome.code == Code::EXP010);
    CHECK(outcome.message.find("64 MB") != std::string::npos);
  };
  std::string text = "'0123456789'", list = "a";
  for (int i = 0; i < 40; ++i) {
    text = "[" + text + "].map(x, x + x)[0]";
    list = "[" + list + "].map(x, x + x)[0]";
  }
  out_of_memory(text);
  out_of_memory(list);
  out_of_memory("a.map(x, a.map(y, a.map(z, a)))");
  out_of_memory("a.all(x, a.all(y, [x, y, x].map(z, z) != a))");
  out_of_memory("a.exists(x, a.exists(y, x." + repeated("long", 10'000) + " == 1))");
  // A budget that is as it should be ends most of them before.
  CHECK(run(text).message.find("costs more") != std::string::npos);
}

TEST_CASE("instructions that cost nothing do not come for nothing in a loop", "[expression]") {
  Setting setting{.variables = R"({"a": [)" + repeated("0,", 999) + R"(0]})"};
  const Outcome outcome = run("a.all(x, false" + repeated(" || false", 20'000) + " || true)", setting);
  CHECK(outcome.code == Code::EXP010);
  CHECK(run("a.map(x, [x" + repeated(", 0", 50'000) + "])", setting).code == Code::EXP010);
}

TEST_CASE("membership in big lists costs by the element", "[expression]") {
  const Setting setting{.variables = R"({"a": [)" + repeated("0,", 9'999) + R"(0]})"};
  CHECK(run("1 in a", setting).cost == 10'001);
  CHECK(run("a.all(x, !(1 in a))", setting).code == Code::EXP010);
  CHECK(run("[1, 2, 3].all(x, !(x in [" + repeated("0,", 60'000) + "0]))").code == Code::EXP010);
}

TEST_CASE("a huge template costs by what it writes", "[expression]") {
  const Setting record{.is_template = true, .variables = R"({"s": ")" + std::string(1'000, 'x') + R"("})"};
  const std::string source = repeated("{{s}} ", 20'000);
  CHECK(run(source, record).code == Code::EXP010);
  CHECK(run(repeated("{{s}}", 500), record).json.size() == 500'002);
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

TEST_CASE("values are told apart in a time that grows with their number", "[expression]") {
  constexpr int count = 100'000;
  std::string texts = "[", lists = "[", nan = "[";
  for (int i = 0; i < count; ++i) {
    const std::string comma = i ? "," : "";
    texts += comma + "{\"x\":\"2026-03-01T10:00:00Z " + std::to_string(i % 60'000) + "\"}";
    lists += comma + "{\"x\":[" + std::to_string(i) + ",{\"a\":" + std::to_string(-i) + "}]}";
    nan += comma + "{\"x\":0}";
  }
  const auto counted = [&](const std::string& rows, const char* expression, std::uint64_t cost) {
    return run(expression, {.variables = "{\"items\":" + rows + "]}", .over = "items", .cost = cost});
  };
  // For each a round, a field, a step, the set's own and what it is compared with.
  CHECK(counted(texts, "COUNT_DISTINCT(x)", 12 * count).json == "60000");
  CHECK(counted(lists, "COUNT_DISTINCT(x)", 20 * count).json == "100000");
  // No NaN equals another.
  CHECK(counted(nan, "COUNT_DISTINCT(x / x)", 12 * count).json == "100000");
  const Outcome out = counted(texts, "COUNT_DISTINCT(x)", 100'000);
  CHECK(out.code == Code::EXP010);
  CHECK(out.cost == 100'000);
  // A text that is large is paid for.
  const std::string large = R"([{"x":")" + repeated("a", 2'000'000) + "\"}";
  CHECK(counted(large, "COUNT_DISTINCT(x)", 100'000).code == Code::EXP010);
}

TEST_CASE("deep records are compared and written without harm", "[expression]") {
  const std::string deep = repeated("[", 500) + repeated("]", 500);
  const Setting setting{.variables = R"({"a": )" + deep + R"(, "b": )" + deep + "}"};
  CHECK(run("a == b", setting).json == "true");
  CHECK(run("[a] == [b] && a != [b]", setting).json == "true");
  CHECK(run("a in [[], b] && {'k': a} == {'k': b}", setting).json == "true");
  CHECK(run("x {{a}}", {.is_template = true, .variables = setting.variables}).json.size() == 1'004);
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
