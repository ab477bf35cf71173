/// Aggregates in parts: any way of splitting rows, accumulating and merging gives what all of them give at once.
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "crmsync.h"
#include "expression/exact_sum.h"
#include "json/writer.h"

namespace {

using Step = crmsync::Mapping::Step;

const char* const file = R"yaml(
crm: hubspot
catalog: {crm: {sum: number}, penguinmails: {"items[].at": datetime}}
field_mapping:
  sum: {crm_field: sum, formula: "SUM(x)", over: items, direction: to_crm}
  sum_of_two: {crm_field: sum2, formula: "SUM(x + y)", over: items, where: "x != 3", direction: to_crm}
  ints: {crm_field: ints, formula: "SUM(int(n))", over: items, direction: to_crm}
  count: {crm_field: count, formula: "COUNT(x > 0)", over: items, direction: to_crm}
  average: {crm_field: avg, formula: "AVG(x)", over: items, direction: to_crm}
  least: {crm_field: min, formula: "MIN(x)", over: items, direction: to_crm}
  greatest: {crm_field: max, formula: "MAX(at)", over: items, direction: to_crm}
  distinct: {crm_field: distinct, formula: "COUNT_DISTINCT(n)", over: items, where: "x != 3", direction: to_crm}
  kinds: {crm_field: kinds, formula: "COUNT_DISTINCT([x, {'y': y, 'flag': flag}])", over: items, direction: to_crm}
  first: {crm_field: first, formula: "FIRST(x)", over: items, direction: to_crm}
  last: {crm_field: last, formula: "LAST(x)", over: items, direction: to_crm}
  earliest: {crm_field: earliest, formula: "FIRST(n)", over: items, order_by: "flag ? null : at", direction: to_crm}
  latest: {crm_field: latest, formula: "LAST(x)", over: items, order_by: at, direction: to_crm}
  both: {crm_field: both, formula: "{{FIRST(n)}} {{LAST(n)}} of {{COUNT_DISTINCT(y)}}", over: items, order_by: y, direction: to_crm}
  any: {crm_field: any, formula: "ANY(x > 90 || flag)", over: items, direction: to_crm}
  all: {crm_field: all, formula: "ALL(x > -90)", over: items, direction: to_crm}
  several: {crm_field: several, formula: "{{SUM(items, x)}} of {{COUNT(items, x > 0 && y > 0)}}, {{MIN(items, n)}}", direction: to_crm}
  guarded: {crm_field: guarded, formula: "COUNT() == 0 ? 0 : SUM(x) / COUNT()", over: items, direction: to_crm}
  of_records: {crm_field: records, formula: "SUM(opens + clicks)", direction: to_crm}
  beside: {crm_field: beside, formula: "SUM(items, x) + score", direction: to_crm}
  within: {crm_field: within, formula: "SUM(x * record.score)", over: items, direction: to_crm}
  bound: {crm_field: bound, formula: "cel.bind(a, 2, SUM(x * a))", over: items, direction: to_crm}
  lists: {crm_field: lists, formula: "SUM(items, x) + SUM(others, x)", direction: to_crm}
  timed: {crm_field: timed, formula: "COUNT(at < now)", over: items, direction: to_crm}
  none: {crm_field: none, formula: "score + 1", direction: to_crm}
  direct: {crm_field: direct, penguinmails_field: direct}
)yaml";

crmsync::Mapping& mapping() {
  static const std::unique_ptr<crmsync::Mapping> compiled = [] {
    std::string diagnostics;
    auto made = crmsync::compile(file, "parts.yaml", diagnostics);
    INFO(diagnostics);
    REQUIRE(made);
    return made;
  }();
  return *compiled;
}

/// The same mapping from its bytes, which must answer alike.
crmsync::Mapping& loaded() {
  static const std::unique_ptr<crmsync::Mapping> loaded = [] {
    std::string bytes, problem;
    REQUIRE(mapping().to_bytes(bytes));
    return crmsync::load(bytes, problem);
  }();
  REQUIRE(loaded);
  return *loaded;
}

std::string done(Step step, const std::string& entry, const std::string& first, const std::string& second = {}) {
  std::string out;
  const bool ok = mapping().aggregate(step, entry, first, second, out);
  INFO(entry << " " << first << " " << second << "\n" << out);
  REQUIRE(ok);
  std::string same;
  CHECK(loaded().aggregate(step, entry, first, second, same));
  CHECK(same == out);
  return out;
}

nlohmann::json refused(Step step, const std::string& entry, const std::string& first, const std::string& second = {}) {
  std::string out;
  CHECK_FALSE(mapping().aggregate(step, entry, first, second, out));
  std::string same;
  CHECK_FALSE(loaded().aggregate(step, entry, first, second, same));
  CHECK(same == out);
  return nlohmann::json::parse(out);
}

std::string joined(const std::vector<std::string>& rows, std::size_t from, std::size_t to) {
  std::string text = "[";
  for (std::size_t i = from; i < to; ++i) text += (i == from ? "" : ",") + rows[i];
  return text + ']';
}

/// What `map` writes into the field for a record that holds the rows; null where it writes none.
std::string mapped(const std::string& field, const std::string& record) {
  std::string out;
  REQUIRE(mapping().map(crmsync::MapDirection::to_crm, record, {}, out));
  const nlohmann::json result = nlohmann::json::parse(out)["record"];
  return result.contains(field) ? result[field].dump() : "null";
}

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}
  std::size_t below(std::size_t end) { return random_() % end; }

  std::string number() {
    std::string text;
    switch (below(6)) {
      case 0: return "null";
      case 1: return std::to_string(static_cast<int>(below(200)) - 100);
      case 2: return "0.1";
      case 3: return std::string(below(2) ? "-" : "") + "1e" + std::to_string(below(280));
      case 4: return std::to_string(below(1000)) + "e-" + std::to_string(below(320));
      default:
        crmsync::json::append_value(text, crmsync::Value::of_number(std::ldexp(double(random_()), 9 - int(below(99)))));
    }
    return text;
  }
  std::string row() {
    std::string text = "{\"n\":" + std::to_string(below(2) ? random_() : below(9)) + ",\"x\":" + number();
    if (below(2)) text += ",\"y\":" + number();
    if (below(2)) text += std::string(",\"flag\":") + (below(9) ? "false" : "true");
    text += ",\"at\":\"2026-03-" + std::to_string(10 + below(20)) + "T00:00:00Z\"";
    return text + ",\"opens\":" + std::to_string(below(9)) + ",\"clicks\":[1," + std::to_string(below(9)) + "]}";
  }

 private:
  std::mt19937 random_;
};

TEST_CASE("rows in any split give what all rows give at once", "[aggregate]") {
  const std::pair<const char*, const char*> entries[] = {
      {"sum", "sum"},       {"sum_of_two", "sum2"}, {"ints", "ints"},       {"count", "count"},
      {"average", "avg"},   {"least", "min"},       {"greatest", "max"},    {"any", "any"},
      {"all", "all"},       {"several", "several"}, {"guarded", "guarded"}, {"distinct", "distinct"},
      {"kinds", "kinds"},   {"first", "first"},     {"last", "last"},       {"earliest", "earliest"},
      {"latest", "latest"}, {"both", "both"}};
  Generator generate(7);
  for (unsigned round = 0; round < 60; ++round) {
    std::vector<std::string> rows;
    for (std::size_t i = generate.below(12); i > 0; --i) rows.push_back(generate.row());
    const std::size_t first = generate.below(rows.size() + 1);
    const std::size_t second = first + generate.below(rows.size() - first + 1);
    const std::string all = joined(rows, 0, rows.size());
    INFO(all << " split at " << first << ", " << second);
    for (const auto& [entry, field] : entries) {
      INFO(entry);
      const std::string whole = done(Step::accumulate, entry, {}, all);
      CHECK(done(Step::finish, entry, whole) == mapped(field, "{\"items\":" + all + "}"));

      const std::string a = done(Step::accumulate, entry, "null", joined(rows, 0, first));
      const std::string b = done(Step::accumulate, entry, {}, joined(rows, first, second));
      const std::string c = done(Step::accumulate, entry, {}, joined(rows, second, rows.size()));
      // Merging is associative, to the byte, and accumulating is merging.
      const std::string left = done(Step::merge, entry, done(Step::merge, entry, a, b), c);
      CHECK(left == whole);
      CHECK(done(Step::merge, entry, a, done(Step::merge, entry, b, c)) == whole);
      CHECK(done(Step::accumulate, entry, done(Step::accumulate, entry, a, joined(rows, first, second)),
                 joined(rows, second, rows.size())) == whole);
      // No rows change nothing.
      CHECK(done(Step::merge, entry, whole, {}) == whole);
      CHECK(done(Step::merge, entry, "null", whole) == whole);
    }
  }
}

TEST_CASE("without a list each row is a record", "[aggregate]") {
  const std::string a = done(Step::accumulate, "of_records", {}, R"([{"opens":1,"clicks":[1,2]},{"opens":null}])");
  const std::string b = done(Step::accumulate, "of_records", a, R"([{"opens":4,"clicks":3}])");
  // opens holds for each click: (1+1) + (1+2), nothing, 4+3.
  CHECK(b == R"({"aggregates":[{"count":3,"sum":[12],"double":true}]})");
  CHECK(done(Step::finish, "of_records", b) == "\"12\"");
}

TEST_CASE("a state says what it holds", "[aggregate]") {
  const std::string rows = R"([{"x":0.1,"n":"1"},{"x":0.2},{"x":-0.3,"n":"9007199254740993"}])";
  CHECK(done(Step::accumulate, "sum", {}, rows) ==
        R"({"aggregates":[{"count":3,"sum":[2.7755575615628914e-17],"double":true}]})");
  CHECK(done(Step::accumulate, "count", {}, rows) == R"({"aggregates":[{"count":2}]})");
  CHECK(done(Step::accumulate, "least", {}, rows) == R"({"aggregates":[{"count":3,"min":{"t":"double","v":-0.3}}]})");
  CHECK(done(Step::accumulate, "all", {}, R"([{"x":-95}])") ==
        R"({"aggregates":[{"count":1,"all":{"t":"bool","v":false}}]})");
  CHECK(done(Step::accumulate, "ints", {}, R"([{"n":9223372036854775807},{"n":9223372036854775807}])") ==
        R"({"aggregates":[{"count":2,"sum":[18446744073709552000,-2]}]})");
  CHECK(done(Step::accumulate, "distinct", {}, R"([{"n":1,"x":1},{"n":"a"},{"n":1.0},{"n":null},{"n":2,"x":3}])") ==
        R"({"aggregates":[{"count":3,"distinct":[{"t":"double","v":1},{"t":"string","v":"a"}]}]})");
  CHECK(done(Step::accumulate, "distinct", {}, "[]") == R"({"aggregates":[{"count":0,"distinct":[]}]})");
  CHECK(done(Step::accumulate, "first", {}, R"([{"x":null},{"x":2},{"x":1}])") ==
        R"({"aggregates":[{"count":2,"first":{"t":"double","v":2}}]})");
  CHECK(
      done(Step::accumulate, "latest", {}, R"([{"x":2,"at":"2026-03-02T00:00:00+01:00"},{"x":1}])") ==
      R"({"aggregates":[{"count":2,"last":{"t":"double","v":2},"key":{"t":"timestamp","v":"2026-03-01T23:00:00Z"}}]})");
  CHECK(done(Step::accumulate, "greatest", {}, R"([{}])") == R"({"aggregates":[{"count":0}]})");
  // What was merged beyond an int's range may come back into it.
  const std::string big = done(Step::accumulate, "ints", {}, R"([{"n":9223372036854775807},{"n":1}])");
  CHECK(refused(Step::finish, "ints", big)["code"] == "EXP006");
  CHECK(done(Step::finish, "ints", done(Step::accumulate, "ints", big, R"([{"n":-1}])")) == "\"9223372036854775807\"");
}

TEST_CASE("what cannot be computed in parts is said", "[aggregate]") {
  const auto obstacle = [](const char* entry) {
    const nlohmann::json said = refused(Step::accumulate, entry, {}, "[]");
    CHECK(said["code"] == "API004");
    return said["message"].get<std::string>();
  };
  CHECK(obstacle("beside") ==
        "the entry cannot be computed in parts: it reads the record beside the rows of its aggregates");
  CHECK_THAT(obstacle("within"), Catch::Contains("beside the rows of its aggregates"));
  CHECK_THAT(obstacle("bound"), Catch::Contains("variable from outside"));
  CHECK_THAT(obstacle("lists"), Catch::Contains("one list of the record"));
  CHECK_THAT(obstacle("timed"), Catch::Contains("present time"));
  CHECK_THAT(obstacle("none"), Catch::Contains("no aggregate"));
  CHECK_THAT(obstacle("direct"), Catch::Contains("no formula"));
  const nlohmann::json unknown = refused(Step::finish, "averag", {});
  CHECK(unknown["message"] == "no entry is called \"averag\"");
  CHECK(unknown["suggestion"] == "average");
}

TEST_CASE("rows and states that are none are refused", "[aggregate]") {
  for (const char* const rows : {"{}", "1", "null", "\"x\""})
    CHECK(refused(Step::accumulate, "sum", {}, rows)["message"] == "the rows must be a JSON array");
  CHECK(refused(Step::accumulate, "sum", {}, "[{]")["code"] == "JSN001");
  CHECK(refused(Step::accumulate, "of_records", {}, "[1]")["message"] == "each row must be a JSON object");
  CHECK(refused(Step::accumulate, "of_records", {}, "[{},")["code"] == "JSN003");
  for (const char* const state :
       {"1", "[]", "{}", R"({"aggregates":[]})", R"({"aggregates":[{}]})", R"({"aggregates":[{"count":1}]})",
        R"({"aggregates":[{"count":-1,"sum":[]}]})", R"({"aggregates":[{"count":1.5,"sum":[]}]})",
        R"({"aggregates":[{"count":1,"min":{"t":"double","v":1}}]})", R"({"aggregates":[{"count":1,"sum":["1"]}]})",
        R"({"aggregates":[{"count":1,"sum":[1e300]}]})", R"({"aggregates":[{"count":1,"sum":[1],"more":1}]})",
        R"({"aggregates":[{"count":1,"sum":[1]},{"count":1,"sum":[1]}]})",
        R"({"aggregates":[{"count":1,"sum":[],"infinite":{"t":"int","v":"1"}}]})"}) {
    INFO(state);
    CHECK(refused(Step::merge, "sum", state, state)["message"] == "this is no state of the aggregates of \"sum\"");
  }
  CHECK(refused(Step::finish, "least", R"({"aggregates":[{"count":1}]})")["code"] == "API004");
  CHECK(refused(Step::finish, "any", R"({"aggregates":[{"count":1,"any":{"t":"bool","v":false}}]})")["code"] ==
        "API004");
  CHECK(refused(Step::finish, "sum", "{")["code"] == "JSN003");
  for (const char* const state :
       {R"({"aggregates":[{"count":1}]})", R"({"aggregates":[{"count":1,"distinct":[]}]})",
        R"({"aggregates":[{"count":0,"distinct":[{"t":"int","v":"1"}]}]})",
        R"({"aggregates":[{"count":1,"distinct":{"t":"int","v":"1"}}]})",
        R"({"aggregates":[{"count":2,"distinct":[{"t":"int","v":"1"},{"t":"double","v":1}]}]})",
        R"({"aggregates":[{"count":2,"distinct":[{"t":"null"},{"t":"double","v":1}]}]})",
        R"({"aggregates":[{"count":1,"distinct":[1]}]})"}) {
    INFO(state);
    CHECK(refused(Step::finish, "distinct", state)["code"] == "API004");
  }
  for (const char* const state :
       {R"({"aggregates":[{"count":1}]})", R"({"aggregates":[{"count":0,"last":{"t":"int","v":"1"}}]})",
        R"({"aggregates":[{"count":1,"last":{"t":"int","v":"1"},"key":{"t":"null"}}]})",
        R"({"aggregates":[{"count":1,"last":{"t":"int","v":"1"},"key":{"t":"double","v":"NaN"}}]})",
        R"({"aggregates":[{"count":1,"last":{"t":"int","v":"1"},"key":{"t":"list","v":[]}}]})",
        R"({"aggregates":[{"count":1,"key":{"t":"int","v":"1"}}]})",
        R"({"aggregates":[{"count":1,"first":{"t":"int","v":"1"}}]})"}) {
    INFO(state);
    CHECK(refused(Step::finish, "latest", state)["code"] == "API004");
  }
  // Keys without a common order, in one part and in two, stand in the order's text.
  const nlohmann::json mixed = refused(Step::accumulate, "both", {}, R"([{"n":1,"y":1},{"n":2,"y":"a"}])");
  CHECK(mixed["code"] == "EXP004");
  CHECK(mixed["message"] == "order_by does not take (string, double)");
  CHECK(mixed["line"] == 18);
  CHECK(mixed["column"] == 112);
  CHECK(refused(Step::merge, "both", done(Step::accumulate, "both", {}, R"([{"n":1,"y":1}])"),
                done(Step::accumulate, "both", {}, R"([{"n":2,"y":"a"}])"))["code"] == "EXP004");
  // A row that fails stands at its operator in the mapping file.
  const nlohmann::json failed = refused(Step::accumulate, "sum", {}, R"([{"x":"1"}])");
  CHECK(failed["code"] == "EXP004");
  CHECK(failed["message"] == "SUM does not take (string)");
  CHECK(failed["line"] == 5);
  CHECK(failed["column"] == 35);
  CHECK(refused(Step::accumulate, "sum", {}, R"([{"x":1e290}])")["code"] == "EXP006");
  CHECK(refused(Step::merge, "least", R"({"aggregates":[{"count":1,"min":{"t":"string","v":"a"}}]})",
                R"({"aggregates":[{"count":1,"min":{"t":"double","v":1}}]})")["code"] == "EXP004");
  std::string many = "[";
  for (int i = 0; i < 400'000; ++i) many += i == 0 ? "{\"x\":1}" : ",{\"x\":1}";
  const nlohmann::json costly = refused(Step::accumulate, "sum", {}, many + "]");
  CHECK(costly["code"] == "EXP010");
  CHECK(costly["hint"] == "accumulate fewer rows at a time");
}

TEST_CASE("sums are exact", "[aggregate]") {
  using crmsync::expression::ExactSum;
  const auto sum_of = [](std::vector<double> terms) {
    ExactSum sum;
    for (const double term : terms) sum.add(term);
    return sum.rounded();
  };
  CHECK(sum_of({}) == 0);
  CHECK(sum_of({0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}) == 1);
  CHECK(sum_of({1e16, 1, 1e-16}) == 1e16 + 2);  // above half way
  CHECK(sum_of({1e16, 1}) == 1e16);             // half way, to even
  CHECK(sum_of({1e16, 1, -1e-16}) == 1e16);
  CHECK(sum_of({0x1p960, 5e-324, -0x1p960}) == 5e-324);
  // Against integers of 128 bits, in shuffled order; and from its own parts.
  std::mt19937_64 random(3);
  for (int round = 0; round < 200; ++round) {
    __int128 exact = 0;
    ExactSum sum, reverse;
    std::vector<double> terms;
    for (int i = 0; i < 40; ++i) {
      const auto term = static_cast<std::int64_t>(random() >> (random() % 60));
      exact += term % 2 ? term : -term;
      terms.push_back(0);
      const std::int64_t signed_term = term % 2 ? term : -term;
      sum.add(signed_term);
      terms.back() = static_cast<double>(signed_term >> 11) * 2048.0;
      reverse.add(static_cast<std::int64_t>(signed_term & 2047));
    }
    for (auto term = terms.rbegin(); term != terms.rend(); ++term) reverse.add(*term);
    CHECK(sum.rounded() == static_cast<double>(exact));
    CHECK(reverse.rounded() == sum.rounded());
    std::int64_t integer = 0;
    const bool fits = exact >= INT64_MIN && exact <= INT64_MAX;
    CHECK(sum.to_integer(integer) == fits);
    if (fits) CHECK(integer == static_cast<std::int64_t>(exact));
  }
  // Parts over the whole range of exponents crowd; nothing is lost.
  ExactSum wide;
  std::vector<double> terms;
  for (int i = 0; i < 4000; ++i) {
    terms.push_back(
        std::ldexp(1 + static_cast<double>(random() % 1000) / 1000, static_cast<int>(random() % 2000) - 1050));
    if (random() % 2) terms.back() = -terms.back();
    wide.add(terms.back());
  }
  double parts[ExactSum::most_parts];
  const std::uint32_t count = wide.split(parts);
  CHECK(count > 1);
  for (std::uint32_t i = 0; i < count; ++i) wide.add(-parts[i]);
  CHECK(wide.rounded() == 0);
  for (std::uint32_t i = 0; i < count; ++i) wide.add(parts[i]);
  for (const double term : terms) wide.add(-term);
  CHECK(wide.split(parts) == 0);
}

}  // namespace
