#include <catch2/catch.hpp>
#include <string>

#include "mapping/core_schema.h"
#include "mapping/document.h"

using namespace crmsync;
using namespace crmsync::mapping;

namespace {

/// The whole tree on one line: kinds, texts and places.
std::string shown(const Document& document, const Node& node, bool places) {
  std::string text;
  switch (node.kind) {
    case NodeKind::null: text = "null"; break;
    case NodeKind::boolean: text = node.boolean ? "true" : "false"; break;
    case NodeKind::number: text = "#" + node.text; break;
    case NodeKind::string: text = "'" + node.text + "'"; break;
    case NodeKind::list:
      for (const Node& element : node.elements) text += (text.empty() ? "" : ", ") + shown(document, element, places);
      text = "[" + text + "]";
      break;
    case NodeKind::map:
      for (const NodeMember& member : node.members) {
        text += (text.empty() ? "" : ", ") + shown(document, member.key, places) + ": " +
                shown(document, member.value, places);
      }
      text = "{" + text + "}";
      break;
  }
  if (!places) return text;
  const Range range = document.range(node.extent);
  return text + "@" + std::to_string(range.begin.line) + ":" + std::to_string(range.begin.column) + "-" +
         std::to_string(range.end.line) + ":" + std::to_string(range.end.column);
}

std::string read(std::string_view text, bool places = false) {
  Diagnostics diagnostics;
  const std::optional<Document> document = read_document(text, diagnostics);
  std::string said;
  for (const Diagnostic& diagnostic : diagnostics) {
    said += std::string(code_name(diagnostic.code)) + "@" + std::to_string(diagnostic.range.begin.line) + ":" +
            std::to_string(diagnostic.range.begin.column) + " ";
  }
  return said + (document ? shown(*document, document->root, places) : "");
}

}  // namespace

TEST_CASE("YAML's core schema: what is a text, a number, a boolean, null", "[configuration]") {
  CHECK(read("[NO, on, yes, off, y, Yes, 'true', \"1\", 1.2.3, 0b1, 1_000, 0x, 2001-01-01, =, .]") ==
        "['NO', 'on', 'yes', 'off', 'y', 'Yes', 'true', '1', '1.2.3', '0b1', '1_000', '0x', '2001-01-01', '=', '.']");
  CHECK(read("[true, True, TRUE, false, False, FALSE, tRUE]") == "[true, true, true, false, false, false, 'tRUE']");
  CHECK(read("[null, Null, NULL, ~, '', \"~\", nULL]") == "[null, null, null, null, '', '~', 'nULL']");
  CHECK(read("[1, -0, +7, 0x1F, 0o17, 1.5, .5, 5., 1e3, -1.5E-3, .inf, -.INF, .nan, 007]") ==
        "[#1, #-0, #+7, #0x1F, #0o17, #1.5, #.5, #5., #1e3, #-1.5E-3, #.inf, #-.INF, #.nan, #007]");
  CHECK(read("a:\nb: \nc: [ , ]\n").find("'a': null, 'b': null") != std::string::npos);
  CHECK(read("- !!str 5\n- !!int 5\n- ! yes\n- !!null ~\n") == "['5', #5, 'yes', null]");
}

TEST_CASE("YAML numbers become JSON numbers of the same value", "[configuration]") {
  CHECK(json_numeral("007") == "7");
  CHECK(json_numeral("+7") == "7");
  CHECK(json_numeral("-0") == "-0");
  CHECK(json_numeral("0x1F") == "31");
  CHECK(json_numeral("0o17") == "15");
  CHECK(json_numeral("0xFFFFFFFFFFFFFFFF") == "18446744073709551615");
  CHECK(!json_numeral("0x10000000000000000"));
  CHECK(json_numeral(".5") == "0.5");
  CHECK(json_numeral("5.") == "5");
  CHECK(json_numeral("-.5e+3") == "-0.5e+3");
  CHECK(json_numeral("12345678901234567890.123456789012345678901E7") == "12345678901234567890.123456789012345678901E7");
  CHECK(!json_numeral(".inf"));
  CHECK(!json_numeral("-.inf"));
  CHECK(!json_numeral(".nan"));
  CHECK(!json_numeral("1e"));
}

TEST_CASE("places: lines and UTF-16 columns, whatever stands before", "[configuration]") {
  CHECK(read("a: 1\nbc:\n  - x\n  - 'y z'\n", true) ==
        "{'a'@1:1-1:2: #1@1:4-1:5, 'bc'@2:1-2:3: ['x'@3:5-3:6, 'y z'@4:5-4:10]@3:3-4:10}@1:1-4:10");
  CHECK(read("\xEF\xBB\xBF"
             "a: 1\r\nb: 2\r\n",
             true) == "{'a'@1:1-1:2: #1@1:4-1:5, 'b'@2:1-2:2: #2@2:4-2:5}@1:1-2:5");
  CHECK(read("{\"a\": 1}", true) == "{'a'@1:2-1:5: #1@1:7-1:8}@1:1-1:9");
  CHECK(read("\xEF\xBB\xBF{\"\xC3\xA9\U0001F427\": 1}", true) ==
        "{'\xC3\xA9\U0001F427'@1:2-1:7: #1@1:9-1:10}@1:1-1:11");
  CHECK(read("\xC3\xA9: \U0001F427 \nb: &x [1, {c: 2 } ] # z\n", true) ==
        "{'\xC3\xA9'@1:1-1:2: '\U0001F427'@1:4-1:6, 'b'@2:1-2:2: [#1@2:8-2:9, {'c'@2:12-2:13: "
        "#2@2:15-2:16}@2:11-2:18]@2:7-2:20}@1:1-2:20");
}

TEST_CASE("the same tree from YAML and JSON", "[configuration]") {
  const std::string json =
      R"({"a": [1, 2.50, -1e+3, true, false, null, "x\n\u00e9\ud83d\udc27"], "b": {"c": {}, "d": []}})";
  CHECK(read(json) ==
        "{'a': [#1, #2.50, #-1e+3, true, false, null, 'x\n\xC3\xA9\U0001F427'], 'b': {'c': {}, 'd': []}}");
  CHECK(read("a: [1, 2.50, -1e+3, true, false, null, \"x\\n\\u00e9\\U0001F427\"]\nb:\n  c: {}\n  d: []\n") ==
        read(json));
}

TEST_CASE("aliases repeat what stands above, with its own place", "[configuration]") {
  CHECK(read("a: &x {b: 1}\nc: *x\nd: [*x, *x]\n") == "{'a': {'b': #1}, 'c': {'b': #1}, 'd': [{'b': #1}, {'b': #1}]}");
  CHECK(read("a: &x 1\nb: *x\n", true) == "{'a'@1:1-1:2: #1@1:7-1:8, 'b'@2:1-2:2: #1@1:7-1:8}@1:1-2:6");
  CHECK(read("a: &x 1\nb: &x 2\nc: *x\n") == "{'a': #1, 'b': #2, 'c': #2}");
  CHECK(read("a: &x [*x]\n") == "FIL006@1:8 ");
  CHECK(read("a: *x\n") == "FIL001@1:4 ");
}

TEST_CASE("a bomb of aliases ends quickly", "[configuration]") {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 40; ++i) {
    const std::string last = "*a" + std::to_string(i - 1), name = "a" + std::to_string(i);
    bomb += name + ": &" + name + " [" + last + ", " + last + ", " + last + ", " + last + ", " + last + "]\n";
  }
  CHECK(read(bomb).substr(0, 7) == "FIL006@");
  std::string chain = "a0: &a0 [x]\n";  // deep, not wide
  for (int i = 1; i < 300; ++i)
    chain += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
  CHECK(read(chain).substr(0, 7) == "FIL005@");
  const std::string text = "a: &a '" + std::string(500'000, 'x') + "'\nb: [" +
                           std::string(30, '*').replace(0, 30, "*a, *a, *a, *a, *a, *a, *a, *a") +
                           ", *a, *a, *a, *a, *a]\n";
  CHECK(read(text).substr(0, 7) == "FIL006@");
}

TEST_CASE("depth is limited alike in YAML and JSON", "[configuration]") {
  const auto nested = [](std::size_t depth, const std::string& before) {
    return before + std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK(read(nested(100, "")).substr(0, 3) == "[[[");
  CHECK(read(nested(101, "")) == "FIL005@1:101 ");
  CHECK(read(nested(99, "{\"a\":") + "}").substr(0, 3) == "{'a");
  CHECK(read(nested(100, "{\"a\":") + "}") == "FIL005@1:105 ");
  CHECK(read(nested(10'000, "a: ")).substr(0, 7) == "FIL005@");
  CHECK(read(nested(100'000, "{\"a\":")).substr(0, 7) == "FIL005@");
  CHECK(read("a: " + std::string(1'000'000, '[')).substr(0, 7) == "FIL006@");  // as a text of too many parts
  std::string blocks;
  for (int i = 0; i < 10'000; ++i) blocks += "- ";
  CHECK(read(blocks + "x").substr(0, 7) == "FIL005@");
  std::string keys;
  for (int i = 0; i < 300; ++i) keys += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  CHECK(read(keys).substr(0, 7) == "FIL005@");
}

TEST_CASE("texts that are no mapping file at all", "[configuration]") {
  CHECK(read("") == "FIL008@1:1 ");
  CHECK(read(" \n\t\n") == "FIL008@1:1 ");
  CHECK(read("# only a comment\n") == "FIL008@1:1 ");
  CHECK(read("---\n...\n") == "FIL008@1:1 ");
  CHECK(read("\xEF\xBB\xBF") == "FIL008@1:1 ");
  CHECK(read(std::string(max_document_bytes + 1, 'x')) == "FIL004@1:1 ");
  CHECK(read("a: \xC3\xA9\xFF\n") == "FIL003@1:5 ");
  CHECK(read("a: \xED\xA0\x80\n") == "FIL003@1:4 ");
  CHECK(read("\xFF\xFE"
             "a\0:\0") == "FIL003@1:1 ");
  CHECK(read("a: 1\n---\nb: 2\n") == "FIL009@2:1 ");
  CHECK(read("--- \na: 1\n...\n") == "{'a': #1}");
  CHECK(read(std::string_view("a: \0b", 5)) == "FIL001@1:4 ");
  CHECK(read("a: 1\x04\nb: 2\n") == "FIL001@1:5 ");
}

TEST_CASE("a key that stands twice is reported where it stands again", "[configuration]") {
  CHECK(read("a: 1\nb: {c: 1, d: 2, c: 3, c: 4}\na: 2\n") ==
        "FIL007@2:17 FIL007@2:23 FIL007@3:1 {'a': #1, 'b': {'c': #1, 'd': #2}}");
  CHECK(read("{\"a\": 1, \"\\u0061\": 2}") == "FIL007@1:10 {'a': #1}");
  Diagnostics diagnostics;
  read_document("x: [1, {a/b: {c~d: 1, c~d: 2}}]", diagnostics);
  REQUIRE(diagnostics.size() == 1);
  CHECK(diagnostics[0].path == "/x/1/a~1b/c~0d");
}

TEST_CASE("keys that cannot be keys", "[configuration]") {
  CHECK(read("{a: 1}: b\nc: 2\n").substr(0, 10) == "FIL002@1:2");  // a file that begins with { is JSON
  CHECK(read("c: 2\n? [a, b]\n: 1\n") == "FIL001@2:3 {'c': #2}");
  CHECK(read("{\"" + std::string(2'000, 'k') + "\": {\"a\": 1}, \"b\": 2}") == "MAP001@1:2 {'b': #2}");
}
