/// What is said of types before any record is seen, and how fields with a type are read.
#include <catch2/catch.hpp>

#include "diagnostics/codes.h"
#include "expression/zones.h"
#include "expression_support.h"

namespace crmsync::expression {
namespace {

class TestCatalog : public FieldTypes {
 public:
  Kind type_of(const Path& path) const override {
    const std::string name = to_string(path);
    if (name == "score" || name == "opens") return Kind::number;
    if (name == "optout") return Kind::boolean;
    if (name == "seen" || name == "updated") return Kind::timestamp;
    if (name == "email" || name == "created_at") return Kind::string;
    if (name == "items") return Kind::list;
    if (name == "address") return Kind::map;
    return Kind::absent;
  }
  Kind row_type_of(const Path& list, const Path& field) const override {
    const std::string name = to_string(list) + "[]." + to_string(field);
    if (name == "rows[].n" || name == "scores[].") return Kind::number;
    if (name == "rows[].open") return Kind::boolean;
    if (name == "rows[].at" || name == "rows[].a.at") return Kind::timestamp;
    return Kind::absent;
  }
  bool has_milliseconds() const override { return milliseconds; }
  bool milliseconds = false;
};

struct Said {
  const char* source;
  Code code;
  std::size_t offset;
  bool is_warning;
  const char* message;
  const char* hint;
};

Scope typed_scope(InputTable& table, const TestCatalog& catalog) {
  Scope scope;
  scope.record = &table;
  scope.types = &catalog;
  return scope;
}

void check_said(const Said& said, const std::vector<Issue>& issues) {
  INFO(said.source);
  REQUIRE(issues.size() == 1);
  CHECK(std::string(code_name(issues[0].code)) == std::string(code_name(said.code)));
  CHECK(issues[0].offset == said.offset);
  CHECK(issues[0].length > 0);
  CHECK(issues[0].is_warning == said.is_warning);
  CHECK(issues[0].message == said.message);
  CHECK(issues[0].hint == said.hint);
}

constexpr Code types = Code::EXP004, constant = Code::EXP021;

const Said mistakes[] = {
    // The issue's own example.
    {"score >= \"75\"", types, 6, false, "'>=' expects a number beside score, found a string",
     "write 75 without quotes"},
    {"'75' < score", types, 5, false, "'<' expects a number beside score, found a string", "write 75 without quotes"},
    {"score >= 'high'", types, 6, false, "'>=' expects a number beside score, found a string", ""},
    {"score > optout", types, 6, false, "'>' expects a number beside score, found optout, a boolean", ""},
    {"email > 5", types, 6, true, "'>' expects a string beside email, found a number", "write it in quotes"},
    {"score > email", types, 6, true, "'>' expects a number beside score, found email, a string",
     "double(email) reads a number from a text"},
    {"items > 1", types, 6, true, "'>' expects numbers, strings or times, found items, a list", ""},
    {"created_at < now", types, 11, true, "'<' expects two of one kind, found created_at, a string and a timestamp",
     "timestamp(created_at) reads a time from a text"},
    {"now > created_at", types, 4, true, "'>' expects two of one kind, found a timestamp and created_at, a string",
     "timestamp(created_at) reads a time from a text"},
    {"seen < '2026-01-01'", types, 5, false, "'<' expects a timestamp beside seen, found a string", ""},
    {"seen < '2026-01-01T00:00:00Z'", types, 5, false, "'<' expects a timestamp beside seen, found a string",
     "write timestamp('2026-01-01T00:00:00Z')"},
    {"seen == email", constant, 5, true, "'==' is never true: seen, a timestamp, the other email, a string",
     "timestamp(email) reads a time from a text"},
    {"seen.startsWith('2026')", types, 5, false, "startsWith() expects a string, found seen, a timestamp",
     "string(seen) writes it as a text"},
    {"seen + updated", types, 5, false, "'+' does not take seen, a timestamp, and updated, a timestamp", ""},
    {"seen && optout", types, 5, false, "'&&' expects true or false, found seen, a timestamp", "only true is true"},
    // Arithmetic.
    {"score - '1'", types, 6, false, "'-' expects numbers, found a string", "write 1 without quotes"},
    {"unknown * 'x'", types, 8, false, "'*' expects numbers, found a string", ""},
    {"score + optout", types, 6, false, "'+' does not take score, a number, and optout, a boolean", ""},
    {"score + opens - email", types, 14, true, "'-' expects numbers, found email, a string",
     "double(email) reads a number from a text"},
    {"'a' + [1]", types, 4, false, "'+' does not take a string, and a list", ""},
    {"email + ' ' + items", types, 12, true, "'+' does not take a string, and items, a list", ""},
    {"-email", types, 0, true, "'-' expects a number, found email, a string", ""},
    {"now - score", types, 4, false, "'-' does not take a timestamp, and score, a number", ""},
    // Logic.
    {"score && optout", types, 6, false, "'&&' expects true or false, found score, a number",
     "only true is true; compare it, as in score > 0"},
    {"optout || email", types, 7, true, "'||' expects true or false, found email, a string",
     "only true is true; compare it, as in email != ''"},
    {"!score", types, 0, false, "'!' expects true or false, found score, a number",
     "only true is true; compare it, as in score > 0"},
    {"score + 1 ? 'a' : 'b'", types, 10, false, "'?:' expects true or false, found a number", "only true is true"},
    {"items.filter(i, 'x')", types, 6, false, "filter() expects true or false, found a string", "only true is true"},
    // Functions.
    {"score.startsWith('7')", types, 6, false, "startsWith() expects a string, found score, a number",
     "string(score) writes it as a text"},
    {"email.contains(5)", types, 6, false, "contains() expects a string, found a number", ""},
    {"size(score)", types, 0, false, "size() expects a string, a list or a map, found score, a number", ""},
    {"created_at.getFullYear()", types, 11, true, "getFullYear() expects a timestamp, found created_at, a string",
     "timestamp(created_at) reads a time from a text"},
    // Membership.
    {"score in 'abc'", types, 6, false, "'in' expects a list or a map, found a string", "a list is written ['a', 'b']"},
    // Comparisons that are never true: CEL allows them.
    {"score == '75'", constant, 6, true, "'==' is never true: score, a number, the other a string",
     "write 75 without quotes"},
    {"'75' != score", constant, 5, true, "'!=' is always true: score, a number, the other a string",
     "write 75 without quotes"},
    {"optout == 'true'", constant, 7, true, "'==' is never true: optout, a boolean, the other a string",
     "write true without quotes"},
    {"score in ['1', '2']", constant, 6, true, "'in' is never true: score, a number, and the list holds none",
     "write 1 without quotes"},
    // Aggregates.
    {"SUM(items, record.email)", types, 0, true, "SUM() expects numbers, found email, a string", ""},
    {"ANY(items, n + 1 > 2 ? 1 : 2)", types, 0, false, "ANY() expects true or false, found a number",
     "only true is true"},
    {"LAST(items, record.score) > 'x'", types, 26, false, "'>' expects two of one kind, found a number and a string",
     ""},
    {"COUNT_DISTINCT(items, email) > 'x'", types, 29, false, "'>' expects two of one kind, found a number and a string",
     ""},
    {"COUNT(items, n > 0) > 'x'", types, 20, false, "'>' expects two of one kind, found a number and a string", ""},
    // What an expression builds.
    {"(score >= 75) > 1", types, 14, false, "'>' expects two of one kind, found a boolean and a number", ""},
    {"(optout ? score : opens) + 'x' - 1", types, 31, false, "'-' expects numbers, found a string", ""},
};

TEST_CASE("types that do not fit are said before any record is seen", "[expression]") {
  const TestCatalog catalog;
  for (const Said& said : mistakes) {
    InputTable table;
    const Scope scope = typed_scope(table, catalog);
    std::vector<Issue> issues;
    const std::optional<Program> program = compile_expression(said.source, scope, issues);
    check_said(said, issues);
    CHECK(program.has_value() == said.is_warning);
    // Without a catalog nothing is said, and the record decides.
    InputTable untyped_table;
    Scope untyped;
    untyped.record = &untyped_table;
    issues.clear();
    CHECK(compile_expression(said.source, untyped, issues));
    CHECK(issues.empty());
  }
}

TEST_CASE("types that may fit are not complained of", "[expression]") {
  const TestCatalog catalog;
  for (const char* const source : {
           "score >= 75",
           "score >= 75.5",
           "score > 3u",
           "score > null",
           "score == null",
           "unknown >= '75'",
           "unknown == 75",
           "score + ' points'",
           "email + score + optout",
           "'' + score",
           "unknown + score",
           "unknown + optout",
           "unknown && optout",
           "optout == true",
           "!optout",
           "optout ? score : 'none'",
           "(optout ? score : 'none') == 'none'",
           "score in [1, '2']",
           "score in unknown",
           "email in ['a', 'b']",
           "email in address",
           "score % 2 == 0",
           "-score",
           "now - duration('1h') > timestamp(created_at)",
           "timestamp(created_at) - now < duration('1h')",
           "timestamp(created_at).getFullYear()",
           "timestamp(seen) == seen",
           "seen > now - duration('2160h')",
           "seen - updated > duration('1h')",
           "seen.getFullYear() == 2026",
           "seen in [updated, null]",
           "seen == null",
           "string(seen).startsWith('2026')",
           "COUNT(rows, at > now - duration('1h'))",
           "MAX(rows, at) < now",
           "FIRST(rows, n) > 1",
           "COUNT_DISTINCT(rows, at) > 1",
           "size(email)",
           "size(items) > 0",
           "size(address)",
           "items + items",
           "items == []",
           "email.startsWith('a')",
           "string(score).startsWith('7')",
           "double(email) > 1",
           "has(record.score)",
           "record['score'] > 1",
           "SUM(items, n)",
           "SUM(items, email)",
           "MAX(items, at) > 'x'",
           "COUNT(items, n > 0) > 1",
           "ANY(items, n > 1) && optout",
           "items.exists(i, i > 'x')",
           "items.map(i, i > 1, i)",
           "unknown.exists(i, i)",
           "type(score) == double",
           "score.x == 'y'",
           "null + score > 1",
           "score < 1 || unknown",
           "email == '' ? null : score",
       }) {
    INFO(source);
    InputTable table;
    const Scope scope = typed_scope(table, catalog);
    std::vector<Issue> issues;
    CHECK(compile_expression(source, scope, issues));
    for (const Issue& issue : issues) FAIL_CHECK(issue.message);
  }
}

TEST_CASE("a condition must be one", "[expression]") {
  const TestCatalog catalog;
  const auto issues_of = [&](const char* source) {
    InputTable table;
    Scope scope = typed_scope(table, catalog);
    scope.is_condition = true;
    std::vector<Issue> issues;
    compile_expression(source, scope, issues);
    return issues;
  };
  check_said({"score", types, 0, false, "a condition expects true or false, found score, a number",
              "only true is true; compare it, as in score > 0"},
             issues_of("score"));
  CHECK(issues_of("optout").empty());
  CHECK(issues_of("unknown").empty());
  CHECK(issues_of("score > 1 && email != ''").empty());
}

TEST_CASE("the condition on rows and the filters of templates are checked", "[expression]") {
  const TestCatalog catalog;
  InputTable table;
  Scope scope = typed_scope(table, catalog);
  scope.over = parse_path("items");
  scope.where = "record.email > 1";
  std::vector<Issue> issues;
  CHECK(compile_expression("SUM(n) + COUNT()", scope, issues));
  check_said({"where", types, 13, true, "'>' expects a string beside email, found a number", "write it in quotes"},
             issues);
  CHECK(issues[0].origin == Origin::where);
  issues.clear();
  scope.where = {};
  CHECK_FALSE(compile_template("a {{ score | trim }}", scope, issues));
  check_said({"filter", types, 13, false, "trim() expects a string, found score, a number",
              "string(score) writes it as a text"},
             issues);
  issues.clear();
  CHECK(compile_template("a {{ score | default: 'x' | upper }}", scope, issues));
  CHECK(issues.empty());
}

struct Reading {
  const char* over = nullptr;
  const char* where = "";
  const char* order_by = "";
  bool milliseconds = false;
  Zones* zones = nullptr;
  Dialect dialect = Dialect::crm;
};

std::string evaluated(const char* source, const char* record, const Reading& reading = {}) {
  TestCatalog catalog;
  catalog.milliseconds = reading.milliseconds;
  InputTable table;
  Scope scope = typed_scope(table, catalog);
  scope.dialect = reading.dialect;
  if (reading.over) scope.over = parse_path(reading.over);
  scope.where = reading.where;
  scope.order_by = reading.order_by;
  scope.zones = reading.zones;
  std::vector<Issue> issues;
  const std::optional<Program> program = compile_expression(source, scope, issues);
  REQUIRE(program);
  json::Shape shape;
  for (std::uint32_t i = 0; i < table.paths().size(); ++i) shape.want(table.paths()[i], i);
  std::vector<Value> slots(shape.slot_count() + 1);
  REQUIRE(json::read_document(record, shape, slots.data()).ok());
  Inputs inputs;
  inputs.record = slots.data();
  inputs.now = json::parse_timestamp("2026-03-09T12:00:00Z").value();
  Arena arena;
  Budget budget;
  const Value value = program->evaluate(inputs, arena, budget);
  if (value.is(Kind::error)) return std::string(value.failure->message);
  std::string json;
  json::append_value(json, value);
  return json;
}

TEST_CASE("a CRM that spells all values as texts is read by the catalog", "[expression]") {
  CHECK(evaluated("score >= 75", R"({"score":"80"})") == "true");
  CHECK(evaluated("score + opens", R"({"score":" 80 ","opens":1.5})") == "81.5");
  CHECK(evaluated("score", R"({"score":"9007199254740993"})") == "9007199254740993");
  CHECK(evaluated("score >= 75", R"({"score":"\u0038\u0030"})") == "true");
  CHECK(evaluated("optout ? 1 : 2", R"({"optout":"TRUE"})") == "1");
  CHECK(evaluated("optout ? 1 : 2", R"({"optout":" false"})") == "2");
  CHECK(evaluated("type(record.email)", R"({"email":"80"})") == "\"string\"");
  // Blank is how HubSpot spells no value.
  CHECK(evaluated("score", R"({"score":""})") == "null");
  CHECK(evaluated("score >= 75", R"({"score":"  "})") == "null");
  CHECK(evaluated("has(record.score)", R"({"score":""})") == "true");
  // What spells no number stays what it is.
  CHECK(evaluated("score", R"({"score":"n/a"})") == "\"n/a\"");
  CHECK(evaluated("score >= 75", R"({"score":"0x50"})") == "'>=' does not take (string, int)");
  CHECK(evaluated("optout", R"({"optout":"yes"})") == "\"yes\"");
  CHECK(evaluated("score", R"({"score":{"a":"1"}})") == R"({"a":"1"})");
  // Rows of which the catalog says nothing are read as they are; what falls back to the record is read as there.
  CHECK(evaluated("SUM(items, n * score)", R"({"items":[{"n":1},{"n":2}],"score":"10"})") == "30");
}

TEST_CASE("rows are read by the catalog too", "[expression]") {
  const Reading rows{.over = "rows"};
  CHECK(evaluated("SUM(n)", R"({"rows":[{"n":"80"},{"n":" 1.5 "},{"n":2},{"n":""},{"n":null}]})", rows) == "83.5");
  CHECK(evaluated("SUM(rows, n)", R"({"rows":[{"n":"80"},{"n":"\u0031"}]})") == "81");
  CHECK(evaluated("SUM(record.rows, n)", R"({"rows":[{"n":"80"}]})") == "80");
  CHECK(evaluated("COUNT(open)", R"({"rows":[{"open":"TRUE"},{"open":"false"},{"open":true},{"open":""}]})", rows) ==
        "2");
  CHECK(evaluated("SUM(n)", R"({"rows":[{"n":"many"}]})", rows) == "SUM does not take (string)");
  CHECK(evaluated("SUM(items, n)", R"({"items":[{"n":"80"}]})") == "SUM does not take (string)");
  CHECK(evaluated("SUM(rows.filter(r, true), n)", R"({"rows":[{"n":"80"}]})") == "SUM does not take (string)");
  // A row of blanks is one of nulls.
  CHECK(evaluated("MIN(n + 1)", R"({"rows":[{"n":""},{"n":" \u0020"},{"n":"4"}]})", rows) == "5");
  CHECK(evaluated("MAX(at)", R"({"rows":[{"at":"2026-03-01T10:00:00+02:00"},{"at":"2026-03-01T09:00:00Z"},{}]})",
                  rows) == "\"2026-03-01T09:00:00Z\"");
  CHECK(evaluated("MAX(a.at)", R"({"rows":[{"a":{"at":"2026-03-01T10:00:00+02:00"}},{"a":{}},{"a":{"at":" "}}]})",
                  rows) == "\"2026-03-01T08:00:00Z\"");
  CHECK(evaluated("SUM(n)", R"({"rows":[{"n":1,"at":"2026-03-08T12:00:01Z"},{"n":2,"at":"2026-03-07T12:00:00Z"},
                                      {"n":4,"at":null},{"n":8,"at":""},{"n":16,"at":"2026-03-09T01:00:00+02:00"}]})",
                  {.over = "rows", .where = "at > now - duration('24h')"}) == "17");
  CHECK(evaluated("LAST(n)", R"({"rows":[{"n":1,"at":"2026-03-01T10:00:00Z"},{"n":"2","at":"2026-03-01T11:00:00+02:00"},
                                        {"n":3,"at":""}]})",
                  {.over = "rows", .order_by = "at"}) == "1");
  CHECK(evaluated("LAST(n)", R"({"rows":[{"n":1,"at":"yesterday"}]})", {.over = "rows", .order_by = "at"}) ==
        "'at' is a datetime, and its value is none");
  // The others ask for no order.
  CHECK(evaluated("SUM(n)", R"({"rows":[{"n":1,"at":"yesterday"}]})", {.over = "rows", .order_by = "at"}) == "1");
  // A name that a row lacks is the record's.
  CHECK(evaluated("SUM(seen > at ? 1 : 0)", R"({"seen":"2026-03-01T10:00:00Z","rows":[{"at":"2026-02-01T10:00:00Z"}]})",
                  rows) == "1");
  CHECK(evaluated("SUM(items, seen == null ? 1 : 2)", R"({"seen":"soon","items":[{"seen":"x"},{}]})") ==
        "'seen' is a datetime, and its value is none");
  // The record's own lists, walked together.
  CHECK(evaluated("SUM(rows.n)", R"({"rows":[{"n":"1"},{"n":"2"}]})") == "3");
  CHECK(evaluated("SUM(scores)", R"({"scores":["1","2.5"]})") == "3.5");
  CHECK(evaluated("SUM(score)", R"({"score":"2.5"})") == "2.5");
  CHECK(evaluated("MAX(rows.at)", R"({"rows":[{"at":"2026-03-01T10:00:00+02:00"},{"at":"2026-03-01T09:00:00Z"}]})") ==
        "\"2026-03-01T09:00:00Z\"");
  CHECK(evaluated("MAX(seen)", R"({"seen":"2026-03-01T10:00:00+02:00"})") == "\"2026-03-01T08:00:00Z\"");
  CHECK(evaluated("MAX(seen)", R"({"seen":["b","a"]})") == "\"b\"");
  CHECK(evaluated("MAX(seen) == null || true", R"({"seen":"tomorrow"})") == "true");
}

TEST_CASE("datetimes are timestamps", "[expression]") {
  CHECK(evaluated("seen", R"({"seen":"2026-03-01T10:00:00.250+0100"})") == "\"2026-03-01T09:00:00.25Z\"");
  CHECK(evaluated("seen", R"({"seen":" 2026-03-01T10:00:00\u005a "})") == "\"2026-03-01T10:00:00Z\"");
  CHECK(evaluated("timestamp(seen)", R"({"seen":"2026-03-01 10:00:00-01:00"})") == "\"2026-03-01T11:00:00Z\"");
  CHECK(evaluated("seen < now", R"({"seen":"2026-03-01T10:00:00Z"})") == "true");
  CHECK(evaluated("seen > timestamp('2026-03-01T09:59:59Z')", R"({"seen":"2026-03-01T10:00:00Z"})") == "true");
  CHECK(evaluated("seen == updated", R"({"seen":"2026-03-01T10:00:00Z","updated":"2026-03-01T11:00:00+01:00"})") ==
        "true");
  CHECK(evaluated("'' + string(seen)", R"({"seen":"2026-03-01T10:00:00+00:00"})") == "\"2026-03-01T10:00:00Z\"");
  for (const char* const nothing : {R"({"seen":""})", R"({"seen":" \t"})", R"({"seen":null})", "{}"}) {
    CHECK(evaluated("seen", nothing) == "null");
    CHECK(evaluated("seen < now", nothing) == "null");
  }
  CHECK(evaluated("has(record.seen)", R"({"seen":"soon"})") == "true");
  CHECK(evaluated("record.?seen.hasValue()", R"({"seen":"2026-03-01T10:00:00Z"})") == "true");
  for (const char* const none : {R"("soon")", R"("2026-03-01")", R"("2026-03-01T10:00")", R"("2026-02-29T10:00:00Z")",
                                 R"("10000-01-01T00:00:00Z")", R"("1735689600000")", "1735689600000", "5"}) {
    INFO(none);
    const std::string record = "{\"seen\":" + std::string(none) + "}";
    CHECK(evaluated("seen", record.c_str()) == "'seen' is a datetime, and its value is none");
    CHECK(evaluated("seen == 5", record.c_str()) == "'seen' is a datetime, and its value is none");
    CHECK(evaluated("seen < now || true", record.c_str()) == "true");
    CHECK(evaluated("seen < now || score > 1", record.c_str()) == "'seen' is a datetime, and its value is none");
  }
  // Without an offset it is a time in the file's zone.
  CHECK(evaluated("seen", R"({"seen":"2026-03-01T10:00:00"})") == "\"2026-03-01T10:00:00Z\"");
  Zones zones;
  Issue issue;
  REQUIRE(zones.set_local("-02:30", issue));
  const Reading there{.zones = &zones};
  CHECK(evaluated("seen", R"({"seen":"2026-03-01 23:00:00.5"})", there) == "\"2026-03-02T01:30:00.5Z\"");
  CHECK(evaluated("seen", R"({"seen":"2026-03-01T23:00:00+01:00"})", there) == "\"2026-03-01T22:00:00Z\"");
  CHECK(evaluated("seen", R"({"seen":"9999-12-31T23:00:00"})", there) == "'seen' is a datetime, and its value is none");
  // What is no text stays what it is.
  CHECK(evaluated("seen", R"({"seen":["2026-03-01T10:00:00Z"]})") == R"(["2026-03-01T10:00:00Z"])");
  CHECK(evaluated("type(seen) == bool", R"({"seen":true})") == "true");
  const Reading cel{.dialect = Dialect::cel};
  CHECK(evaluated("seen", R"({"seen":"soon"})", cel) == "\"soon\"");
}

TEST_CASE("milliseconds are times where the CRM writes them", "[expression]") {
  const Reading hubspot{.over = "rows", .milliseconds = true};
  CHECK(evaluated("seen", R"({"seen":"1735689600000"})", hubspot) == "\"2025-01-01T00:00:00Z\"");
  CHECK(evaluated("seen", R"({"seen":1735689600123})", hubspot) == "\"2025-01-01T00:00:00.123Z\"");
  CHECK(evaluated("seen", R"({"seen":"-1"})", hubspot) == "\"1969-12-31T23:59:59.999Z\"");
  CHECK(evaluated("seen < now", R"({"seen":0})", hubspot) == "true");
  CHECK(evaluated("seen == null", R"({"seen":0})", hubspot) == "false");
  CHECK(evaluated("MAX(seen)", R"({"seen":1735689600000,"rows":[{"seen":null},{}]})", hubspot) ==
        "\"2025-01-01T00:00:00Z\"");
  CHECK(evaluated("MAX(at)", R"({"rows":[{"at":"1735689600000"},{"at":1735689600001}]})", hubspot) ==
        "\"2025-01-01T00:00:00.001Z\"");
  CHECK(evaluated("seen", R"({"seen":"2025-01-01T00:00:00Z"})", hubspot) == "\"2025-01-01T00:00:00Z\"");
  for (const char* const none : {"1.5", "\"999999999999999\"", "1e12", "\"12:00\""}) {
    const std::string record = "{\"seen\":" + std::string(none) + "}";
    CHECK(evaluated("seen", record.c_str(), hubspot) == "'seen' is a datetime, and its value is none");
  }
}

}  // namespace
}  // namespace crmsync::expression
