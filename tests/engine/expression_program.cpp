/// What a compiled program says of itself, and that it can be used again.
#include <catch2/catch.hpp>

#include "expression_support.h"

namespace crmsync::expression {
namespace {

std::vector<std::string> read_paths(std::string_view source, const Setting& setting = {}) {
  std::vector<std::string> texts;
  for (const Path& path : run(source, setting).reads) texts.push_back(to_string(path));
  return texts;
}

using Texts = std::vector<std::string>;

TEST_CASE("a chain of names is one slot in crm, and a variable with selects in cel", "[expression]") {
  CHECK(read_paths("a.b.c + a.b.c + d") == Texts{"a.b.c", "d"});
  CHECK(read_paths("record.a.b == record['First Name']") == Texts{"a.b", "`First Name`"});
  CHECK(read_paths("has(a.b)") == Texts{"a.b"});
  CHECK(read_paths("record") == Texts{""});
  CHECK(read_paths("tags.exists(t, t.x == limit)") == Texts{"tags", "limit"});
  CHECK(read_paths("email.endsWith('x')") == Texts{"email"});
  CHECK(read_paths("a.?b.orValue(record.?c.hasValue())") == Texts{"a.b", "c"});
  CHECK(read_paths("a.?b.c") == Texts{"a.b"});
  CHECK(read_paths("1 + 2").empty());
  Setting cel;
  cel.dialect = Dialect::cel;
  cel.variables = R"({"a": {"b": {"c": 1.0}}})";
  CHECK(read_paths("a.b.c + a.b.c", cel) == Texts{"a"});
}

TEST_CASE("an aggregate reads its list, and the record's fields that rows may lack", "[expression]") {
  Setting setting;
  setting.over = "data.items";
  setting.where = "kind == 'x'";
  CHECK(read_paths("SUM(a.b)", setting) == Texts{"data.items", "kind", "a.b"});
  CHECK(read_paths("SUM(items, n)") == Texts{"items", "n"});
  CHECK(read_paths("SUM(items.n)") == Texts{"items.n", "items"});
}

TEST_CASE("the result's type is known where it cannot depend on the record", "[expression]") {
  const auto kind_of = [](std::string_view source) { return run(source).result_kind; };
  CHECK(kind_of("1 + 2") == Kind::integer);
  CHECK(kind_of("a == 1") == Kind::boolean);
  CHECK(kind_of("'x' in a || true") == Kind::absent);
  CHECK(kind_of("a < 1") == Kind::absent);
  CHECK(kind_of("a + ' ' + b") == Kind::string);
  CHECK(kind_of("a + b") == Kind::absent);
  CHECK(kind_of("size([])") == Kind::integer);
  CHECK(kind_of("a == 1 ? 'x' : 'y'") == Kind::string);
  CHECK(kind_of("a == 1 ? 'x' : 1") == Kind::absent);
  CHECK(kind_of("[1].map(x, x)") == Kind::list);
  CHECK(kind_of("COUNT()") == Kind::integer);
  CHECK(kind_of("a.?b") == Kind::optional);
  CHECK(kind_of("[1].transformMap(i, v, v)") == Kind::map);
  CHECK(kind_of("a.?b.orValue(1)") == Kind::absent);
  CHECK(run("now == null", {.now = "2026-01-01T00:00:00Z"}).uses_now);
  CHECK_FALSE(run("1 == 1").uses_now);
}

TEST_CASE("a program outlives its source and scope, and can run again and again", "[expression]") {
  InputTable table;
  std::vector<Issue> issues;
  std::optional<Program> program;
  {
    std::string source = "name + ' has ' + SUM(items, n * weight) + ['!', '?'][0]";
    Scope scope;
    scope.record = &table;
    program = compile_expression(source, scope, issues);
    source.assign(source.size(), '#');
  }
  REQUIRE(program);
  json::Shape shape;
  for (std::uint32_t i = 0; i < table.paths().size(); ++i) shape.want(table.paths()[i], i);
  std::vector<Value> slots(shape.slot_count());
  Arena arena;
  for (const auto& [record, expected] :
       {std::pair{R"({"name": "A\u0042", "items": [{"n": 1}, {"n": 2}], "weight": 10})", "AB has 30!"},
        std::pair{R"({"name": "C", "items": []})", "C has 0!"},
        std::pair{R"({"items": [{"n": 1, "weight": 2.5}]})", " has 2.5!"}}) {
    REQUIRE(json::read_document(record, shape, slots.data()).ok());
    Inputs inputs;
    inputs.record = slots.data();
    Budget budget;
    const Value value = program->evaluate(inputs, arena, budget);
    REQUIRE(value.is(Kind::string));
    CHECK(value.view() == expected);
    arena.reset();
  }
}

TEST_CASE("a budget is shared by the evaluations that draw on it", "[expression]") {
  const Outcome once = run("a + b", {.variables = R"({"a": 1, "b": 2})"});
  CHECK(once.cost == 3);
  Setting tight{.variables = R"({"a": 1, "b": 2})"};
  tight.cost = 3;
  CHECK(run("a + b", tight).json == "3");
  tight.cost = 2;
  CHECK(run("a + b", tight).code == Code::EXP010);
}

TEST_CASE("costs grow with what is touched", "[expression]") {
  const std::string text(1000, 'x');
  const Setting setting{.variables = R"({"s": ")" + text + R"(", "t": ")" + text + R"(", "n": 1})"};
  CHECK(run("n == 1", setting).cost == 2);
  CHECK(run("s == t", setting).cost == 102);
  CHECK(run("s + t == ''", setting).cost > 200);
  CHECK(run("s.contains(t)", setting).cost > 10'000);
  CHECK(run("'b' in ['a', 'b', 'c']", setting).cost >= 3);
  CHECK(run("[n, n]", setting).cost == 12);
  CHECK(run("{'a': n}", setting).cost == 31);
  // One iteration of cel-go: the condition 2, the body, the step.
  CHECK(run("[n].all(i, v, true)", setting).cost == run("[n].all(v, true)", setting).cost);
  CHECK(run("[n].transformList(i, v, v)", setting).cost == run("[n].map(v, v)", setting).cost);
  // cel.bind pays for its value once, however often it is used.
  CHECK(run("cel.bind(x, s + t, x == x)", setting).cost < run("s + t == s + t", setting).cost);
}

TEST_CASE("misspelt names and functions come with a suggestion", "[expression]") {
  CHECK(run("leed_score > 1", {.closed_names = {"lead_score", "email"}, .closed = true}).suggestion == "lead_score");
  CHECK(run("a.startWith('x')").suggestion == "startsWith");
  CHECK(run("siez(a)").suggestion == "size");
  CHECK(run("SUMM(a)").suggestion == "SUM");
  CHECK(run("[1].exist(x, x > 0)").suggestion == "exists");
  CHECK(run("optional.off(1)").suggestion == "optional.of");
  CHECK(run("optional.off(1)").message == "there is no function 'optional.off'");
  CHECK(run("cel.bimd(x, 1, x)").suggestion == "cel.bind");
  CHECK(run("{{ a | uper }}", {.is_template = true}).suggestion == "upper");
}

TEST_CASE("hints say what to write instead", "[expression]") {
  CHECK(run("a = 1").hint.find("==") != std::string::npos);
  CHECK(run("a <> 1").hint.find("!=") != std::string::npos);
  CHECK(run("a & b").hint.find("&&") != std::string::npos);
  CHECK(run("size('a', 'b')").code == Code::EXP004);
  CHECK(run("startsWith('a', 'b')").hint.find("value.startsWith") != std::string::npos);
  CHECK(run("größe > 1").hint.find("backticks") != std::string::npos);
  for (const char* source : {"{{{a}}}", "{{#a}}", "{{/a}}", "{{^a}}", "{{>a}}", "{{&a}}"}) {
    CHECK_FALSE(run(source, {.is_template = true}).hint.empty());
  }
}

TEST_CASE("all the mistakes of a text are found at once", "[expression]") {
  const Outcome outcome = run("siez(a) + foo(b) + [1].all(1, x)");
  REQUIRE(outcome.issues.size() == 3);
  CHECK(outcome.issues[0].offset == 0);
  CHECK(outcome.issues[1].offset == 10);
  CHECK(outcome.issues[2].code == Code::EXP018);
  CHECK(run("{{ siez(a) }} {{ a + }} {{#x}} {{ b | nope }}", {.is_template = true}).issues.size() == 4);
}

TEST_CASE("failures name types, never values", "[expression]") {
  const Outcome outcome = run("secret * 2", {.variables = R"({"secret": "hunter2"})"});
  CHECK(outcome.code == Code::EXP004);
  CHECK(outcome.message == "'*' does not take (string, int)");
  CHECK(run("int(secret)", {.variables = R"({"secret": "hunter2"})"}).message.find("hunter2") == std::string::npos);
}

TEST_CASE("a text with braces is a template, escaped or not", "[expression]") {
  CHECK(is_template("a {{b}}"));
  CHECK(is_template("\\{{"));
  CHECK_FALSE(is_template("a {b} }}"));
}

}  // namespace
}  // namespace crmsync::expression
