#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "diagnostics/diagnostic.h"
#include "diagnostics/position_index.h"

using namespace crmsync;

namespace {

Diagnostic misspelt(Range range) {
  Diagnostic diagnostic = make_diagnostic(Code::MAP001, "unknown key `feild`", range, "/field_mapping/0/feild");
  diagnostic.hint = "look it up";
  diagnostic.suggestion = "field";
  return diagnostic;
}

}  // namespace

TEST_CASE("a diagnostic is shown in its line", "[diagnostics]") {
  CHECK(render(misspelt({{2, 3}, {2, 8}}), "m.yaml", "a: 1\n  feild: x\nb: 2\n") ==
        "m.yaml:2:3: error MAP001: unknown key `feild`\n"
        "    2 |   feild: x\n"
        "      |   ^~~~~\n"
        "  did you mean field?\n"
        "  hint: look it up\n");
}

TEST_CASE("columns are UTF-16 units, carets are columns of a terminal", "[diagnostics]") {
  const std::string source =
      "\xEF\xBB\xBF"
      "\U0001F427\u00E9: \U0001F427x\r\n";
  const std::string shown = render(misspelt({{1, 6}, {1, 9}}), "m", source);
  CHECK(shown.find("    1 | \U0001F427\u00E9: \U0001F427x\n      |      ^~~\n") != std::string::npos);
}

TEST_CASE("a tab is shown as a space, and what could steer a terminal is not shown", "[diagnostics]") {
  Diagnostic diagnostic = misspelt({{1, 2}, {1, 3}});
  diagnostic.message = "\x1b[31mred";
  const std::string shown = render(diagnostic, "m", "\tx\x1b[31m");
  CHECK(shown.find("    1 |  x\\u001b[31m\n      |  ^\n") != std::string::npos);
  CHECK(shown.find('\x1b') == std::string::npos);
}

TEST_CASE("of a long line the part around the caret is shown", "[diagnostics]") {
  const std::string source(100'000, 'x');
  const std::string shown = render(misspelt({{1, 50'000}, {1, 60'000}}), "m", source);
  CHECK(shown.size() < 600);
  CHECK(shown.find("…xxx") != std::string::npos);
}

TEST_CASE("a diagnostic without a place, at the end and past the end of the text", "[diagnostics]") {
  CHECK(render(make_diagnostic(Code::API002, "out of memory"), "m", "text") == "m: error API002: out of memory\n");
  CHECK(render(make_diagnostic(Code::FIL001, "x", {{1, 1}, {1, 1}}), "m", "") ==
        "m:1:1: error FIL001: x\n    1 | \n      | ^\n");
  CHECK(render(make_diagnostic(Code::FIL001, "x", {{9, 9}, {9, 9}}), "m", "ab\n").find("m:9:9: error") == 0);
  CHECK(render(make_diagnostic(Code::FIL001, "x", {{1, 2}, {3, 1}}), "m", "abc\nd\n").find("      |  ^~\n") !=
        std::string::npos);
}

TEST_CASE("a diagnostic as JSON is the package's Diagnostic object", "[diagnostics]") {
  std::string out;
  Diagnostic diagnostic = misspelt({{2, 3}, {2, 8}});
  diagnostic.message = "quote \" and \x01";
  append_json(out, diagnostic);
  const auto json = nlohmann::json::parse(out);
  CHECK(json == nlohmann::json({{"code", "MAP001"},
                                {"severity", "error"},
                                {"message", "quote \" and \x01"},
                                {"hint", "look it up"},
                                {"suggestion", "field"},
                                {"path", "/field_mapping/0/feild"},
                                {"line", 2},
                                {"column", 3},
                                {"endLine", 2},
                                {"endColumn", 8}}));
  out.clear();
  append_json(out, make_diagnostic(Code::MAP012, "m"));
  const auto bare = nlohmann::json::parse(out);
  CHECK(bare["severity"] == "warning");
  CHECK(!bare.contains("hint"));
  CHECK(!bare.contains("suggestion"));
}

TEST_CASE("an index of positions agrees with counting", "[diagnostics]") {
  std::string text;
  for (int i = 0; i < 700; ++i) text += i % 37 == 0 ? "\n" : i % 5 == 0 ? "\U0001F427" : i % 3 == 0 ? "\u00E9" : "x";
  const PositionIndex index(text);
  for (std::size_t offset = 0; offset <= text.size() + 2; ++offset) {
    const Position counted = position_at(text, offset), found = index.at(offset);
    REQUIRE((counted.line == found.line && counted.column == found.column));
  }
  CHECK(PositionIndex("").at(5).column == 1);
}
