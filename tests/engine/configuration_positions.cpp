#include <catch2/catch.hpp>
#include <string>

#include "mapping/configuration.h"

using namespace crmsync;
using namespace crmsync::mapping;

namespace {

SourceText formula_of(std::string_view file) {
  Diagnostics diagnostics;
  const Configuration configuration = read_configuration(file, "test.yaml", diagnostics);
  sort_by_place(diagnostics);
  for (const Diagnostic& diagnostic : diagnostics) UNSCOPED_INFO(render(diagnostic, "test.yaml", file));
  REQUIRE(configuration.entries.size() == 1);
  return configuration.entries[0].formula;
}

/// Marks `wanted` in the formula's parsed text, and gives what stands at that place in the file.
std::string marked(std::string_view file, const std::string& wanted) {
  const SourceText formula = formula_of(file);
  REQUIRE((formula.begin.line != 0 || formula.positions.size() == formula.text.size() + 1));
  const std::size_t offset = formula.text.find(wanted);
  REQUIRE(offset != std::string::npos);
  const Range range = formula.at(offset, wanted.size());
  const std::size_t begin = offset_at(file, range.begin), end = offset_at(file, range.end);
  return std::string(file.substr(begin, end - begin));
}

std::string in_yaml(const std::string& scalar) {
  return "field_mapping:\n- crm_field: F\n  formula: " + scalar + "\n  name: n\n";
}

}  // namespace

TEST_CASE("a mistake in a plain scalar stands where it is", "[configuration]") {
  CHECK(marked(in_yaml("a + WRONG * b"), "WRONG") == "WRONG");
  CHECK(marked(in_yaml("a +\n     b\n\n     + WRONG"), "WRONG") == "WRONG");
  CHECK(formula_of(in_yaml("a +\n     b\n\n     + WRONG")).text == "a + b\n+ WRONG");
  CHECK(marked(in_yaml("\xC3\xA9\U0001F427 + WRONG # no"), "WRONG") == "WRONG");
  CHECK(marked("field_mapping: [{crm_field: F, formula: a + WRONG, name: n}]", "WRONG") == "WRONG");
}

TEST_CASE("a mistake in a quoted scalar stands where it is", "[configuration]") {
  CHECK(marked(in_yaml("'it''s + WRONG'"), "WRONG") == "WRONG");
  CHECK(marked(in_yaml("'it''s + WRONG'"), "'") == "''");
  CHECK(marked(in_yaml("'a\n\n\n   b   \n   WRONG'"), "WRONG") == "WRONG");
  CHECK(marked(in_yaml(R"("tab\t \"q\" \x41\u00e9\U0001F427 \\ \/ WRONG")"), "WRONG") == "WRONG");
  CHECK(marked(in_yaml(R"("a \u00e9\U0001F427 b")"), "\U0001F427") == R"(\U0001F427)");
  CHECK(marked(in_yaml("\"a \\\n     b\\\n     WRONG \"").c_str(), "WRONG") == "WRONG");
  CHECK(marked(in_yaml(R"("a \N\_\L\P WRONG")"), "WRONG") == "WRONG");
  CHECK(formula_of(in_yaml(R"("a\N\_")")).text == "a\xC2\x85\xC2\xA0");
  CHECK(marked(R"({"field_mapping": [{"crm_field": "F", "formula": "a\u00e9\ud83d\udc27\n\/ WRONG"}]})", "WRONG") ==
        "WRONG");
  CHECK(marked(R"({"field_mapping": [{"crm_field": "F", "formula": "a\ud83d\udc27b"}]})", "\U0001F427") ==
        R"(\ud83d\udc27)");
}

TEST_CASE("a mistake in a literal block stands where it is", "[configuration]") {
  CHECK(marked(in_yaml("|\n    a +\n      b +\n\n    WRONG"), "WRONG") == "WRONG");
  CHECK(marked(in_yaml("|- # comment\n\n\n    a\n    WRONG\n"), "WRONG") == "WRONG");
  CHECK(marked(in_yaml("|2\n     a\n    WRONG"), "WRONG") == "WRONG");
  CHECK(formula_of(in_yaml("|2\n     a\n    WRONG")).text == " a\nWRONG\n");
  CHECK(marked("field_mapping:\r\n- crm_field: F\r\n  formula: |+\r\n    a\r\n    WRONG\r\n\r\n", "WRONG") == "WRONG");
  CHECK(marked("field_mapping:\n- crm_field: F\n  formula: |\n    WRONG", "WRONG") == "WRONG");
}

TEST_CASE("a mistake in a folded block stands where it is", "[configuration]") {
  CHECK(marked(in_yaml(">\n    a +\n    b +\n\n\n    c\n    WRONG"), "WRONG") == "WRONG");
  CHECK(marked(in_yaml(">-\n    a\n      more\n      indented\n    WRONG\n\n"), "WRONG") == "WRONG");
  CHECK(marked(in_yaml(">+\n\n    a\n\n      b\n\n    WRONG\n\n"), "WRONG") == "WRONG");
  CHECK(marked("field_mapping:\r\n- crm_field: F\r\n  formula: >\r\n    a\r\n    b\r\n\r\n    WRONG\r\n", "WRONG") ==
        "WRONG");
}

TEST_CASE("anchors and tags before a scalar do not move its places", "[configuration]") {
  CHECK(marked(in_yaml("&anchor !!str\n    a + WRONG"), "WRONG") == "WRONG");
  CHECK(marked("x: 1\n" + in_yaml("&a 'WRONG'"), "WRONG") == "WRONG");
}
