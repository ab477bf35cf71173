/// The functions' documentation, and what of them needs more than goldens.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>

#include "expression/decimal.h"
#include "expression/functions.h"
#include "expression_support.h"
#include "tests_dir.h"

namespace crmsync::expression {
namespace {

std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  for (std::size_t at; (at = text.find(separator)) != std::string_view::npos; text.remove_prefix(at + separator.size()))
    parts.push_back(text.substr(0, at));
  parts.push_back(text);
  return parts;
}

Outcome run_in(Dialect dialect, std::string_view source) {
  Setting setting;
  setting.dialect = dialect;
  setting.closed = true;
  setting.is_template = source.starts_with("{{");
  return run(source, setting);
}

/// Without the backslashes that keep pipes from ending a table's cell.
const std::string& reference() {
  static const std::string text = [] {
    std::ifstream file(std::string(tests_dir) + "/../docs/functions.md");
    std::string all((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    all.erase(std::remove(all.begin(), all.end(), '\\'), all.end());
    return all;
  }();
  return text;
}

void check_examples(const Documentation& documentation, std::initializer_list<Dialect> dialects) {
  CHECK_FALSE(documentation.summary.empty());
  CHECK(reference().find("| `" + std::string(documentation.signature) + "` |") != std::string::npos);
  for (const std::string_view example : split(documentation.examples, "\n")) {
    const std::vector<std::string_view> sides = split(example, " => ");
    INFO(example);
    REQUIRE(sides.size() == 2);
    for (const Dialect dialect : dialects) {
      const Outcome outcome = run_in(dialect, sides[0]);
      INFO(outcome.message);
      if (sides[1] == "error") {
        CHECK(outcome.code != Code::none);
        continue;
      }
      const Outcome expected = run_in(dialect, sides[1]);
      CHECK(outcome.code == Code::none);
      CHECK(outcome.type == expected.type);
      CHECK(outcome.json == expected.json);
    }
  }
}

TEST_CASE("every function is documented, and its examples give what they say", "[expression][functions]") {
  std::size_t count = 0;
  for (const FunctionFamily family : function_families()) {
    const bool filters = family.functions == template_filters().functions;
    for (std::size_t i = 0; i < family.count; ++i, ++count) {
      const Function& function = family.functions[i];
      const Documentation& documentation = function.documentation;
      INFO(function.name << ": " << documentation.signature);
      const std::string written(function.name);
      if (filters) {
        CHECK(documentation.signature.find(" | " + written) != std::string_view::npos);
        check_examples(documentation, {Dialect::crm});
      } else {
        const std::size_t at = documentation.signature.find(written + "(");
        CHECK((at != std::string_view::npos && (at == 0) != function.member));
        CHECK(documentation.examples.find(written + "(") != std::string_view::npos);
        check_examples(documentation, {Dialect::cel, Dialect::crm});
      }
    }
  }
  CHECK(count > 60);
}

TEST_CASE("operators, macros and aggregates do what their examples say", "[expression][functions]") {
  for (const DocumentedLanguage language : {documented_operators(), documented_macros()}) {
    for (std::size_t i = 0; i < language.count; ++i) {
      INFO(language.entries[i].signature);
      check_examples(language.entries[i], {Dialect::cel, Dialect::crm});
    }
  }
  const DocumentedLanguage aggregates = documented_aggregates();
  for (std::size_t i = 0; i < aggregates.count; ++i) check_examples(aggregates.entries[i], {Dialect::crm});
}

std::string text_of(void (*append)(TextWriter&, double, std::size_t), double number, std::size_t precision) {
  Arena arena;
  Context context{arena, 1'000'000, false};
  TextWriter out(context);
  append(out, number, precision);
  return std::string(out.result().view());
}

TEST_CASE("decimals are what C's printf writes, to the last digit", "[expression][functions]") {
  std::uint64_t state = 42;
  const auto next = [&] { return state = state * 6364136223846793005 + 1442695040888963407; };
  std::vector<double> numbers{
      0.0,  -0.0,      0.5,  1.5,    2.5,        0.125,   1.2345,    0.05,     9.5,
      99.5, 999.95,    1e22, 1e23,   5e-324,     1.7e308, 0.1,       1.0 / 3,  123456,
      1e-7, 9.9999e-5, -2.5, 4.35e9, 1e15 + 0.5, 2e0 / 3, 0x1p-1074, 0x1p1023, 0x1.fffffffffffffp1023};
  for (int i = 0; i < 3000; ++i) {
    const std::uint64_t bits = next();
    double number;
    std::memcpy(&number, &bits, sizeof number);
    if (std::isfinite(number)) numbers.push_back(number);
    numbers.push_back(static_cast<double>(static_cast<std::int64_t>(next())) / 0x1p40);
    numbers.push_back(static_cast<double>(next() % 100'000) / 1000);
  }
  char expected[1500];
  for (const double number : numbers) {
    for (const int precision : {0, 1, 2, 6, 17, 30, static_cast<int>(next() % 1100)}) {
      INFO(number << " with precision " << precision);
      std::snprintf(expected, sizeof expected, "%.*f", precision, number);
      REQUIRE(text_of(append_fixed, number, static_cast<std::size_t>(precision)) == expected);
      std::snprintf(expected, sizeof expected, "%.*e", precision, number);
      REQUIRE(text_of(append_scientific, number, static_cast<std::size_t>(precision)) == expected);
    }
  }
}

TEST_CASE("doubles are written plainly in %s and %d", "[expression][functions]") {
  CHECK(run("'%s %d'.format([1e21, -1.5e-7])").json == "\"1000000000000000000000 -0.00000015\"");
  CHECK(run("'%s'.format([[1.5e300, 3.0]])").json.size() == 2 + 301 + 5);
}

TEST_CASE("functions refuse wrong types by name", "[expression][functions]") {
  CHECK(run("'a'.startsWith(1)").message == "startsWith does not take (string, int)");
  CHECK(run("'a'.substring(0, true)").message == "substring does not take (string, int, bool)");
  CHECK(run("'a'.replace('a', 'b', 1.5)").code == Code::EXP004);
  CHECK(run("math.bitOr(1, 2u)").message == "math.bitOr does not take (int, uint)");
  CHECK(run("math.greatest(1, 'a')").code == Code::EXP004);
  CHECK(run("math.greatest([1, 'a'])").message == "math.greatest does not take (string)");
  CHECK(run("math.greatest(0.0 / 0.0, 1)").code == Code::EXP009);
  CHECK(run("base64.encode('a')").code == Code::EXP004);
  CHECK(run("'%x'.format([1.5])").message == "format: %x does not take double");
  CHECK(run("null.trim()").code == Code::EXP004);
}

TEST_CASE("in crm integral doubles are ints, and join writes what + writes", "[expression][functions]") {
  const Setting crm{.variables = R"({"n": 2, "half": 2.5, "a": [1, null, true, "x"]})"};
  CHECK(run("'hello'.substring(n)", crm).json == R"("llo")");
  CHECK(run("'hello'.charAt(half)", crm).code == Code::EXP004);
  CHECK(run("math.bitShiftLeft(n, n)", crm).json == "8");
  CHECK(run("'%x %b %d'.format([n, n, n])", crm).json == R"("2 10 2")");
  CHECK(run("a.join('-')", crm).json == R"("1--true-x")");
  Setting cel = crm;
  cel.dialect = Dialect::cel;
  CHECK(run("'hello'.substring(n)", cel).code == Code::EXP004);
  CHECK(run("a.join('-')", cel).message == "join does not take (double)");
}

TEST_CASE("texts are cut and replaced as Go does", "[expression][functions]") {
  CHECK(run("'añb'.replace('', '-')").json == R"("-a-ñ-b-")");
  CHECK(run("'abc'.replace('', '-', 2)").json == R"("-a-bc")");
  CHECK(run("''.replace('', '-')").json == R"("-")");
  CHECK(run("'aaa'.replace('aa', 'b')").json == R"("ba")");
  CHECK(run("'abc'.split('', 2)").json == R"(["a","bc"])");
  CHECK(run("''.split(',')").json == R"([""])");
  CHECK(run("''.split('')").json == "[]");
  CHECK(run("',a,'.split(',')").json == R"(["","a",""])");
  CHECK(run("'äöü'.lastIndexOf('', 2)").json == "2");
  CHECK(run("'äöü'.indexOf('ü', 3)").json == "-1");
  CHECK(run("'äöü'.indexOf('ü', 4)").code == Code::EXP008);
  CHECK(run("'%s'.format([{'b': 1, 'a': {2: [], 1u: b'x'}}])").json == R"("{a: {1: x, 2: []}, b: 1}")");
  CHECK(run("'100%'.format([])").code == Code::EXP009);
  CHECK(run("'%.f'.format([1.0])").code == Code::EXP009);
  CHECK(run("'%s'.format([b'\\xff'])").code == Code::EXP009);
}

TEST_CASE("results that would explode cost what they would hold", "[expression][functions]") {
  const std::string text(10'000, 'a');
  const Setting setting{.variables = R"({"s": ")" + text + R"(", "deep": )" + std::string(500, '[') +
                                     std::string(500, ']') + "}"};
  CHECK(run("s.replace('a', s)", setting).code == Code::EXP010);
  CHECK(run("s.replace('', s)", setting).code == Code::EXP010);
  CHECK(run("s.split('').map(x, s).join(s)", setting).code == Code::EXP010);
  CHECK(run("'%s%s%s%s%s%s%s%s'.format([s, s, s, s, s, s, s, s])", setting).cost > 8'000);
  CHECK(run("'%.999999999f'.format([1.5])").code == Code::EXP010);
  CHECK(run("'%.99999999999999999999e'.format([1.5])").code == Code::EXP010);
  CHECK(run("'%.1000f'.format([1.5])").json.size() == 1004);
  CHECK(run("'%s'.format([deep])", setting).json.size() == 1'002);
  CHECK(run("s.split('a').size()", setting).cost > 10'000);
  CHECK(run("s.indexOf(s + 'b')", setting).code == Code::EXP010);
  CHECK(run("base64.encode(bytes(s)).size() > 13000", setting).cost > 1'333);
}

TEST_CASE("qualified names are suggested", "[expression][functions]") {
  CHECK(run("math.greatst(1, 2)").suggestion == "math.greatest");
  CHECK(run("base64.encod(b'a')").suggestion == "base64.encode");
  CHECK(run("strings.qoute('a')").suggestion == "strings.quote");
  CHECK(run("'a'.lowerAscy()").suggestion == "lowerAscii");
  CHECK(run("'a'.formt([])").suggestion == "format");
  CHECK(run("math.abs(1, 2)").code == Code::EXP004);
  CHECK(run("trim('a')").hint.find("value.trim") != std::string::npos);
}

}  // namespace
}  // namespace crmsync::expression
