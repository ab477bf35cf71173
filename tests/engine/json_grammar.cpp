#include <catch2/catch.hpp>

#include "json_support.h"

using namespace crmsync;
using namespace crmsync::json;

TEST_CASE("JSON texts that RFC 8259 allows", "[json]") {
  const std::string text = GENERATE(
      as<std::string>{},
      // values of each kind, alone
      "null", "true", "false", "0", "-0", "1", "-1", "123", "1.5", "0.5", "-0.5", "1e1", "1E1", "1e+1", "1e-1", "0e0",
      "0.0e+00", "-1.25E-300", "123456789012345678901234567890", "1e999999", R"("")", R"("a")", "[]", "{}",
      // containers
      "[1]", "[1,2]", "[[]]", "[[],{}]", R"({"a":1})", R"({"a":1,"b":2})", R"({"":0})", R"({"a":{"b":[{}]}})",
      "[null,true,false]", R"({"a":1,"a":2})",
      // white space
      " 1", "1 ", "\t\n\r 1\t\n\r ", " [ ] ", " { } ", " [ 1 , 2 ] ", " { \"a\" : 1 , \"b\" : 2 } ",
      "[\n\n\n                       1]",
      // strings
      R"("\"\\\/\b\f\n\r\t")", R"("\u0000")", R"("\u0020\uFFFF\uffff")", R"("\ud83d\ude00")", R"("\uDBFF\uDFFF")",
      "\"\x7f\"", R"("\u005C")", R"("/")", "\"\u2028\u2029\"", "\"\ufeff\"", "\"'\"", R"("[{,:}]")", R"("\\u12")",
      R"("\\")", R"(["\\",1])");
  CAPTURE(text);
  const Reading reading(text, {""});
  CHECK(reading.result.code == Code::none);
  CHECK(reading.result.offset == text.size());
  CHECK(!reading.slots[0].is_absent());
}

TEST_CASE("JSON texts that RFC 8259 forbids, with the offending byte", "[json]") {
  struct Case {
    std::string text;
    Code code;
    std::size_t offset;
  };
  const Case c = GENERATE(values<Case>({
      // structure
      {"[1,]", Code::JSN001, 3},
      {"[,1]", Code::JSN001, 1},
      {"[1 2]", Code::JSN001, 3},
      {"[1,,2]", Code::JSN001, 3},
      {"[1}", Code::JSN001, 2},
      {"]", Code::JSN001, 0},
      {"}", Code::JSN001, 0},
      {",", Code::JSN001, 0},
      {":", Code::JSN001, 0},
      {"[:]", Code::JSN001, 1},
      {"{,}", Code::JSN001, 1},
      {"{1:1}", Code::JSN001, 1},
      {"{a:1}", Code::JSN001, 1},
      {"{'a':1}", Code::JSN001, 1},
      {R"({"a"})", Code::JSN001, 4},
      {R"({"a",1})", Code::JSN001, 4},
      {R"({"a":})", Code::JSN001, 5},
      {R"({"a"::1})", Code::JSN001, 5},
      {R"({"a" 1})", Code::JSN001, 5},
      {R"({"a":1,})", Code::JSN001, 7},
      {R"({"a":1 "b":2})", Code::JSN001, 7},
      {R"({"a":1])", Code::JSN001, 6},
      {R"({"a":1,,"b":2})", Code::JSN001, 7},
      {R"({[]:1})", Code::JSN001, 1},
      {"[1]]", Code::JSN007, 3},
      {"{}{}", Code::JSN007, 2},
      {"1 2", Code::JSN007, 2},
      {"nullx", Code::JSN007, 4},
      {"1x", Code::JSN007, 1},
      {"[1x]", Code::JSN001, 2},
      {"// comment\n1", Code::JSN001, 0},
      {"[1/**/]", Code::JSN001, 2},
      {"\v1", Code::JSN001, 0},
      {"\f1", Code::JSN001, 0},
      {"\xc2\xa0[]", Code::JSN001, 0},      // no-break space
      {"\xef\xbb\xbf{}", Code::JSN001, 0},  // byte order mark
      {"\xff\xfe{\0}\0", Code::JSN002, 0},  // UTF-16
      {std::string("[\0]", 3), Code::JSN001, 1},
      {std::string("1\0", 2), Code::JSN007, 1},
      // literals
      {"nul", Code::JSN003, 3},
      {"nulL", Code::JSN001, 3},
      {"True", Code::JSN001, 0},
      {"tRue", Code::JSN001, 1},
      {"[fals]", Code::JSN001, 5},
      {"NaN", Code::JSN001, 0},
      {"Infinity", Code::JSN001, 0},
      {"undefined", Code::JSN001, 0},
      // numbers
      {"+1", Code::JSN001, 0},
      {".5", Code::JSN001, 0},
      {"01", Code::JSN008, 1},
      {"-01", Code::JSN008, 2},
      {"00", Code::JSN008, 1},
      {"[-]", Code::JSN008, 2},
      {"--1", Code::JSN008, 1},
      {"-a", Code::JSN008, 1},
      {"-Infinity", Code::JSN008, 1},
      {"-.5", Code::JSN008, 1},
      {"[1.]", Code::JSN008, 3},
      {"[1.e5]", Code::JSN008, 3},
      {"[1e]", Code::JSN008, 3},
      {"[1e+]", Code::JSN008, 4},
      {"[1e+-1]", Code::JSN008, 4},
      {"[1.5.5]", Code::JSN001, 4},
      {"[1e5.5]", Code::JSN001, 4},
      {"[0x1]", Code::JSN001, 2},
      {"[1_000]", Code::JSN001, 2},
      {"[1 000]", Code::JSN001, 3},
      {"-", Code::JSN003, 1},
      {"1.", Code::JSN003, 2},
      {"1e", Code::JSN003, 2},
      {"1e-", Code::JSN003, 3},
      // strings
      {"'a'", Code::JSN001, 0},
      {"\"\x01\"", Code::JSN009, 1},
      {"\"a\nb\"", Code::JSN009, 2},
      {"\"\t\"", Code::JSN009, 1},
      {"\"\x1f\"", Code::JSN009, 1},
      {std::string("\"\0\"", 3), Code::JSN009, 1},
      {R"("\a")", Code::JSN009, 2},
      {R"("\'")", Code::JSN009, 2},
      {R"("\U0041")", Code::JSN009, 2},
      {R"("\x41")", Code::JSN009, 2},
      {"\"\\\n\"", Code::JSN009, 2},
      {"\"\\\xc3\xbc\"", Code::JSN009, 2},
      {R"("\u12")", Code::JSN009, 5},
      {R"("\u12G4")", Code::JSN009, 5},
      {R"("\u 123")", Code::JSN009, 3},
      {R"("\u+123")", Code::JSN009, 3},
      {R"({"a\q":1})", Code::JSN009, 4},
      // surrogates
      {R"("\ud800")", Code::JSN006, 1},
      {R"("\udc00")", Code::JSN006, 1},
      {R"("ab\uD800x")", Code::JSN006, 3},
      {R"("\ud800\n")", Code::JSN006, 1},
      {R"("\ud800\ud800")", Code::JSN006, 1},
      {R"("\ud800\u0041")", Code::JSN006, 1},
      {R"("\ud83d\ude00\ude00")", Code::JSN006, 13},
      {R"("\ud800\u12")", Code::JSN009, 11},
      {R"({"\udfff":1})", Code::JSN006, 2},
      // too short
      {"", Code::JSN003, 0},
      {"   ", Code::JSN003, 3},
      {"[", Code::JSN003, 1},
      {"{", Code::JSN003, 1},
      {"[1", Code::JSN003, 2},
      {"[1,", Code::JSN003, 3},
      {R"({"a)", Code::JSN003, 3},
      {R"({"a")", Code::JSN003, 4},
      {R"({"a":)", Code::JSN003, 5},
      {R"({"a":1)", Code::JSN003, 6},
      {R"({"a":1,)", Code::JSN003, 7},
      {R"("\)", Code::JSN003, 2},
      {R"("\u00)", Code::JSN003, 5},
      {R"("\ud800)", Code::JSN003, 7},
      {R"("\ud800\)", Code::JSN003, 8},
  }));
  CAPTURE(c.text);
  const Reading reading(c.text, {""});
  CHECK(code_name(reading.result.code) == code_name(c.code));
  CHECK(reading.result.offset == c.offset);

  // The same mistake is found where nobody wants the value, and deep inside.
  const Reading unwanted(c.text);
  CHECK(unwanted.result.code == reading.result.code);
  CHECK(unwanted.result.offset == reading.result.offset);
  if (c.code != Code::JSN007 && c.code != Code::JSN003) {
    const Reading inside("[{\"x\":" + c.text + "}]");
    CHECK(code_name(inside.result.code) == code_name(c.code));
    CHECK(inside.result.offset == c.offset + 6);
  }
}

TEST_CASE("Every truncation of a document is an error at its end", "[json]") {
  const std::string document =
      R"({"id":"1","properties":{"e-mail":"ä\u00e4\ud83d\ude00😀€","n":-12.5e+10,"t":true,"f":false,"z":null},)"
      "\n\t \"list\" : [ [ ] , { } , \"\\\\\" , 0 ] }";
  REQUIRE(Reading(document).result.ok());
  for (std::size_t size = 0; size < document.size(); ++size) {
    const Reading reading(document.substr(0, size), {"properties.n", "list"});
    CAPTURE(size);
    CHECK(reading.result.code == Code::JSN003);
    CHECK(reading.result.offset == size);
  }
}
