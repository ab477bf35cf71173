/// matches(): RE2's syntax as github.com/google/re2/wiki/Syntax documents it, its errors, and its bounds.
#include <catch2/catch.hpp>

#include "expression/regex/program.h"
#include "expression/text.h"
#include "expression_support.h"

namespace crmsync::expression {
namespace {

using regex::Mistake;

/// "yes" or "no", the same from the lazily built automaton and from what a mapping keeps; "error" for a mistake.
std::string match(std::string_view pattern, std::string_view text) {
  Arena arena;
  Mistake mistake;
  const regex::Program* const program = regex::compile(pattern, arena, mistake);
  if (!program) return "error";
  const bool lazily = regex::Matcher(*program, arena).matches(text);
  const std::unique_ptr<char[]> finished = regex::finished(*program, arena);
  Arena other;
  const bool whole = regex::Matcher(*reinterpret_cast<const regex::Program*>(finished.get()), other).matches(text);
  if (lazily != whole) return "they differ";
  return lazily ? "yes" : "no";
}

Mistake mistake_in(std::string_view pattern) {
  Arena arena;
  Mistake mistake;
  CHECK(regex::compile(pattern, arena, mistake) == nullptr);
  return mistake;
}

std::string repeated(std::string_view text, std::size_t count) {
  std::string result;
  for (std::size_t i = 0; i < count; ++i) result += text;
  return result;
}

struct Case {
  std::string_view pattern, text;
  bool matches;
};

void check(std::initializer_list<Case> cases) {
  for (const Case& each : cases) {
    INFO(each.pattern << " on " << each.text);
    CHECK(match(each.pattern, each.text) == (each.matches ? "yes" : "no"));
  }
}

TEST_CASE("matches() of CEL's conformance suite", "[expression][regex]") {
  // cel-spec, tests/simple/testdata/string.textproto, section "matches"
  for (const Dialect dialect : {Dialect::cel, Dialect::crm}) {
    const auto result = [&](std::string_view source) { return run(source, {.dialect = dialect}).json; };
    CHECK(result("'hubba'.matches('ubb')") == "true");
    CHECK(result("''.matches('foo|bar')") == "false");
    CHECK(result("'cows'.matches('')") == "true");
    CHECK(result("''.matches('')") == "true");
    CHECK(result("'abcd'.matches('bc')") == "true");
    CHECK(result("'grey'.matches('gr(a|e)y')") == "true");
    CHECK(result("'banana'.matches('ba(na)*')") == "true");
    CHECK(result("'mañana'.matches('a+ñ+a+')") == "true");
    CHECK(result("'🐱😀😀'.matches('(a|😀){2}')") == "true");
    CHECK(result("matches('hubba', 'ubb')") == "true");
  }
}

TEST_CASE("single characters, classes and escapes", "[expression][regex]") {
  check({{"a.c", "abc", true},
         {"a.c", "a\nc", false},
         {"(?s)a.c", "a\nc", true},
         {"^.$", "😀", true},
         {"^..$", "😀", false},
         {"[xyz]", "by", true},
         {"[^xyz]", "xyz", false},
         {"[^xyz]", "\n", true},
         {"^[]a]+$", "]a", true},
         {"^[^]a]$", "b", true},
         {"^[a-]+$", "-a-", true},
         {"^[-a]+$", "-a-", true},
         {"^[a-c-e]+$", "b-e", true},
         {"^[a-c-e]+$", "d", false},
         {"^[α-ω]+$", "λόγος", false},
         {"^[ά-ώ]+$", "λόγος", true},
         {"^\\d+$", "0123456789", true},
         {"^\\d$", "٣", false},
         {"^\\s+$", " \t\n\f\r", true},
         {"\\s", "\v", false},
         {"^\\w+$", "aZ_9", true},
         {"\\w", "é", false},
         {"^\\D\\S\\W$", "ab-", true},
         {"^[\\d\\s]+$", "1 2", true},
         {"^[^\\d\\s]+$", "1 2", false},
         {"^[[:alpha:]]+$", "aZ", true},
         {"^[[:^alpha:]]+$", "12", true},
         {"^[[:alnum:][:punct:]]+$", "a1!~", true},
         {"^[[:space:]]$", "\v", true},
         {"\\.", "a", false},
         {"\\a\\f\\t\\n\\r\\v", "\a\f\t\n\r\v", true},
         {"^\\101\\x42\\x{43}\\x{1F600}$", "ABC😀", true},
         {"^\\_\\ $", "_ ", true},
         {"^\\0$", std::string_view("\0", 1), true},
         {"^\\08$", std::string_view("\0008", 2), true},
         {"^\\Qa.b*\\E+$", "a.b**", true},
         {"\\Qa.b", "axb", false},
         {"^\\pL+$", "Ünïcodeλ字", true},
         {"\\pL", "1_-", false},
         {"^\\p{Nd}\\pN$", "٣Ⅷ", true},
         {"^\\p{^L}\\PL$", "1 ", true},
         {"^[\\pL\\pN]+$", "a1", true},
         {"^\\pZ$", "\xe2\x80\xa8", true},
         {"^\\p{Any}$", "\n", true}});
}

TEST_CASE("composites, repetitions and groups", "[expression][regex]") {
  check({{"^(ab|cd|)e$", "e", true},
         {"^(?:ab|cd)e$", "e", false},
         {"^a*$", "", true},
         {"^a+$", "", false},
         {"^ab?c$", "ac", true},
         {"^a{2}$", "aa", true},
         {"^a{2}$", "aaa", false},
         {"^a{2,}$", "aaaa", true},
         {"^a{2,3}$", "aaaa", false},
         {"^a{0}b$", "b", true},
         {"^(ab){0,2}$", "abab", true},
         {"^(ab){0,2}$", "ababab", false},
         {"^(ab){1,3}$", "ababab", true},
         {"^a*?b+?c??d{1,2}?$", "aabbdd", true},
         {"^a{,2}$", "a{,2}", true},
         {"^a{$", "a{", true},
         {"^a{01}$", "a{01}", true},
         {"^{2}$", "", true},
         {"^(?P<first>a)(?<second>b)$", "ab", true},
         {"^(a(b)(?i)c)d$", "abCd", true},
         {"^(a(b)(?i)c)d$", "abcD", false},
         {"^(?i:A)b$", "ab", true},
         {"^(?i-i:A)$", "a", false},
         {"^(?U)a+$", "aa", true},
         {"(|)*", "", true},
         {"(?:)", "x", true},
         {"^(a?){3}$", "aa", true},
         {"^((a*)*|b)*$", "aabb", true},
         {"^*a", "ba", true},
         {"x{0}", "", true},
         {"(?:a|b)|c", "c", true}});
}

TEST_CASE("what holds between characters", "[expression][regex]") {
  check({{"^b", "a\nb", false},       {"(?m)^b", "a\nb", true},   {"a$", "a\nb", false},
         {"a$", "a\n", false},        {"(?m)a$", "a\nb", true},   {"(?m)\\Ab", "a\nb", false},
         {"(?m)a\\z", "a\nb", false}, {"(?m)^$", "a\n\nb", true}, {"(?m)^$", "a\nb", false},
         {"\\bb", "a b", true},       {"\\bb", "ab", false},      {"\\Bb", "ab", true},
         {"a\\b", "a", true},         {"\\b", "", false},         {"\\B", "", true},
         {"é\\b", "é", false},        {"\\b\\Ba", "a", false},    {"^^a$$", "a", true},
         {"a^b", "ab", false},        {"(^|x)a", "ba", false},    {"(^|x)a", "bxa", true}});
}

TEST_CASE("letters without case fold as Unicode says", "[expression][regex]") {
  check({{"(?i)straße", "STRAẞE", true},
         {"(?i)^k$", "\xe2\x84\xaa", true},
         {"(?i)^\xe2\x84\xaa$", "k", true},
         {"(?i)^s$", "ſ", true},
         {"(?i)^σ$", "ς", true},
         {"(?i)^Σ$", "ς", true},
         {"(?i)^ж$", "Ж", true},
         {"(?i)^[^k]$", "\xe2\x84\xaa", false},
         {"(?i)^[a-z]$", "Q", true},
         {"(?i)^\\w$", "ſ", true},
         {"(?i)^\\W$", "ſ", false},
         {"(?i)^i$", "ı", false},
         {"(?i)^ss$", "ß", false}});
}

TEST_CASE("what RE2 refuses has a place and a reason", "[expression][regex]") {
  const auto at = [](std::string_view pattern, std::size_t offset, std::size_t length) {
    INFO(pattern);
    const Mistake mistake = mistake_in(pattern);
    CHECK(mistake.offset == offset);
    CHECK(mistake.length == length);
    CHECK(mistake.what != nullptr);
  };
  at("a(b", 1, 1);
  at("ab)", 2, 1);
  at("a[bc", 1, 1);
  at("[a", 0, 1);
  at("[]", 0, 1);
  at("a[z-b]", 2, 3);
  at("[[:foo:]]", 1, 7);
  at("[[:d:]]", 1, 5);
  at("x[a-\\d]", 4, 2);
  at("[\\b]", 1, 2);
  at("*a", 0, 1);
  at("a|*", 2, 1);
  at("(+)", 1, 1);
  at("(?i)*", 4, 1);
  at("a**", 1, 2);
  at("a+?*", 1, 3);
  at("a{2}{3}", 1, 6);
  at("a{2,1}", 1, 5);
  at("a{1001}", 1, 6);
  at("a{1,1001}", 1, 8);
  at("a{99999999999999999999}", 1, 22);
  at("(a{100}){11}", 8, 4);
  at("((a{100}){100}){100}", 9, 5);
  at("a\\", 1, 1);
  at("\\q", 0, 2);
  at("\\Z", 0, 2);
  at("\\E", 0, 2);
  at("\\é", 0, 3);
  at("\\x4", 0, 3);
  at("\\x{110000}", 0, 8);
  at("\\x{}", 0, 3);
  at("(a)\\1", 3, 2);
  at("\\C", 0, 2);
  at("(?=a)", 0, 3);
  at("a(?!b)", 1, 3);
  at("(?<=a)", 0, 4);
  at("(?<!a)", 0, 4);
  at("(?>a)", 0, 3);
  at("(?#a)", 0, 3);
  at("(?i", 0, 3);
  at("(?-)", 0, 4);
  at("(?P=n)", 0, 4);
  at("(?P<n", 0, 5);
  at("(?P<>a)", 0, 4);
  at("(?P<a b>a)", 0, 7);
  at("(?P<n>a)(?P<n>b)", 12, 1);
  at("\\p{Greek}", 0, 9);
  at("\\p{Lu", 0, 5);
  at("\\pX", 0, 3);
  at("a\xff", 1, 1);
  at("[a\xc3]", 2, 1);
}

TEST_CASE("a pattern's size and depth have limits", "[expression][regex]") {
  CHECK(match("^" + repeated("(", regex::max_nesting) + "a" + repeated(")", regex::max_nesting) + "$", "a") == "yes");
  CHECK(match(repeated("(", regex::max_nesting + 1) + "a" + repeated(")", regex::max_nesting + 1), "a") == "error");
  CHECK(match(repeated("(", 200'000), "a") == "error");
  CHECK(match("^(a{10}){100}$", repeated("a", 1000)) == "yes");
  CHECK(match("^(a{10}){100}$", repeated("a", 999)) == "no");
  CHECK(match(repeated("(?:abcdefghij){1000}", 2), "a") == "error");
  CHECK(match(repeated("a", regex::max_instructions + 1), "a") == "error");
  CHECK(match(repeated("[\\pL\\x{1F600}", 100) + repeated("]", 100), "a") == "no");
  CHECK(match(repeated("\\pL", 5'000), "a") == "error");
  std::string many;
  for (char32_t c = 0x4E00; c < 0x4E00 + 9'000; c += 2) {
    append_code_point(many, c);
  }
  CHECK(match(many, many) == "yes");
  CHECK(match("[" + many + "]", many) == "yes");
  CHECK(match("[" + repeated("[:", 100'000), "a") == "error");
  CHECK(match("[" + repeated("\\pL", 80'000) + "]", "a") == "error");
  CHECK(match("(?i)[" + repeated("[:alpha:]", 25'000) + "]", "a") == "error");
  CHECK(match("(?i)\\Q" + many + many + many, "a") == "error");
  CHECK(match(repeated("(?:a{1000}){0}", 15'000), "a") == "error");
}

TEST_CASE("time is linear in the text", "[expression][regex]") {
  const std::string a = repeated("a", 100'000), x = repeated("x", 100'000);
  CHECK(match("(a+)+$", a + "!") == "no");
  CHECK(match("(a*)*b", a) == "no");
  CHECK(match("(x+x+)+y", x) == "no");
  CHECK(match("^(([a-z])+.)+[A-Z]([a-z])+$", a) == "no");
  CHECK(match("(.*)(.*)(.*)(.*)(.*)[^a]", a) == "no");
  CHECK(match("^" + repeated("a?", 100) + repeated("a", 100) + "$", repeated("a", 100)) == "yes");
  CHECK(match("^" + repeated("a?", 100) + repeated("a", 100) + "$", repeated("a", 201)) == "no");
  // 2^20 states, of which only so many are kept.
  CHECK(match("(?:a|b)*a(?:a|b){20}$", repeated("aab", 10'000)) == "yes");
  CHECK(match("(?:a|b)*a(?:a|b){20}$", repeated("aab", 10'000) + "b" + repeated("b", 20)) == "no");
  CHECK(match("a.{200}b.{200}c", repeated("abab", 500)) == "no");
}

TEST_CASE("a literal's mistake has its place in the source", "[expression][regex]") {
  Outcome outcome = run("name.matches('a(b')");
  CHECK(outcome.code == Code::EXP024);
  CHECK(outcome.offset == 15);
  CHECK(outcome.message == "the regular expression is malformed: a '(' is not closed");
  CHECK(run("name.matches('\\\\d+\\\\q')").offset == 18);
  CHECK(run("name.matches('\\\\d+\\\\q')").issues.at(0).length == 3);
  CHECK(run("matches(name, r'\\d+\\q')").offset == 19);
  CHECK(run("name.matches('''\\u00e9*''' + '*')").offset == 13);
  CHECK(run("name.matches('\\u00e9**')").offset == 20);
  CHECK(run("{{ name.matches('(?=a)') }}", {.is_template = true}).offset == 17);
  CHECK(run("SUM(n)", {.over = "items", .where = "name.matches('[')"}).origin == Origin::where);
  outcome = run("name.matches('(?=a)')");
  CHECK(outcome.hint == "matching takes linear time, so it has none");
}

TEST_CASE("a computed pattern fails when it is evaluated", "[expression][regex]") {
  const Setting setting{.variables = R"({"p": "é(secret", "a": ["x+", "y+", "x+"]})"};
  const Outcome outcome = run("'x'.matches(p)", setting);
  CHECK(outcome.code == Code::EXP024);
  CHECK(outcome.offset == 4);
  CHECK(outcome.message == "the regular expression is malformed at character 2: a '(' is not closed");
  CHECK(run("a.map(p, 'xx'.matches(p))", setting).json == "[true,false,true]");
  CHECK(run("'x'.matches(a)", setting).code == Code::EXP004);
  CHECK(run("'x'.matches(1)").code == Code::EXP004);
  CHECK(run("null.matches('x')", {.dialect = Dialect::cel}).code == Code::EXP004);
  CHECK(run("'x'.matches()").code == Code::EXP004);
}

TEST_CASE("in cel a pattern's error is absorbed like any other", "[expression][regex]") {
  CHECK(run("true || 'x'.matches('(')", {.dialect = Dialect::cel}).json == "true");
  CHECK(run("false || 'x'.matches('(')", {.dialect = Dialect::cel}).code == Code::EXP024);
  CHECK(run("'x'.matches('(')", {.dialect = Dialect::cel}).code == Code::EXP024);
}

TEST_CASE("matching costs by text and pattern", "[expression][regex]") {
  const auto cost = [](std::string_view source, std::string_view variables = "{}") {
    return run(source, {.variables = std::string(variables)}).cost;
  };
  // cel-go: ceil(0.1 * (1 + 9)) * ceil(0.25 * 8), besides the call itself.
  CHECK(cost("'123456789'.matches('12345678')") == cost("'x'.matches('x')") + 1 * 2 - 1);
  CHECK(cost("'1234567890'.matches('12345678')") == cost("'x'.matches('x')") + 2 * 2 - 1);
  // What the pattern is compiled to counts where it is more.
  CHECK(cost("''.matches('(?:ab){500}')") >= 250);
  // A computed pattern is paid for once.
  const std::string_view variables = R"({"p": "(?i)[a-z]+@", "a": [1,2,3,4,5,6,7,8,9,10]})";
  CHECK(cost("a.map(x, ''.matches(p))", variables) < 5 * cost("''.matches(p)", variables));
  const std::string text = R"({"s": ")" + repeated("a", 100'000) + R"("})";
  CHECK(run("s.matches('(a+)+$')", {.variables = text}).json == "true");
  CHECK(run("s.matches('(a*)*b')", {.variables = text}).json == "false");
  CHECK(run("s.matches('(?:a|b)*a(?:a|b){500}c')", {.variables = text}).code == Code::EXP010);
  CHECK(run("s.matches(s)", {.variables = text}).code == Code::EXP024);
}

TEST_CASE("equal patterns and many patterns", "[expression][regex]") {
  CHECK(run("['ab', 'b'].map(x, x.matches('^b') ? 1 : x.matches('^b') ? 2 : 3)").json == "[3,1]");
  std::string list;
  for (int i = 0; i < 40; ++i) list += (i ? ",\"" : "\"") + std::to_string(i) + "$\"";
  const Setting setting{.variables = R"({"p": [)" + list + "]}"};
  CHECK(run("p.filter(x, '139'.matches(x)).size() + p.filter(x, '139'.matches(x)).size()", setting).json == "4");
}

}  // namespace
}  // namespace crmsync::expression
