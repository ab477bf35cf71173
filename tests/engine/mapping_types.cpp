/// What the catalog lets a mapping file's expressions be told, and where.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "crmsync.h"

namespace {

struct Compiled {
  bool runs;
  nlohmann::json diagnostics;
};

Compiled compiled(const std::string& file) {
  std::string diagnostics;
  const bool runs = crmsync::compile(file, "types.yaml", diagnostics) != nullptr;
  return {runs, nlohmann::json::parse(diagnostics)};
}

nlohmann::json place_of(const nlohmann::json& diagnostic) {
  return {diagnostic["code"], diagnostic["severity"], diagnostic["line"], diagnostic["column"],
          diagnostic["endColumn"]};
}

std::string hash_of(const std::string& file) {
  std::string diagnostics;
  const auto mapping = crmsync::compile(file, "types.yaml", diagnostics);
  INFO(diagnostics);
  REQUIRE(mapping);
  return std::string(mapping->hash());
}

}  // namespace

TEST_CASE("a number that is compared with a text is found in the mapping file") {
  const Compiled result = compiled(R"(field_mapping:
  - crm_field: Status__c
    condition: 'lead_score >= "75"'
    value_if_true: Hot
    value_if_false: Cold
)");
  CHECK_FALSE(result.runs);
  REQUIRE(result.diagnostics.size() == 1);
  const nlohmann::json& found = result.diagnostics[0];
  CHECK(place_of(found) == nlohmann::json{"EXP004", "error", 3, 28, 30});
  CHECK(found["message"] == "'>=' expects a number beside lead_score, found a string");
  CHECK(found["hint"] == "write 75 without quotes");
  CHECK(found["path"] == "/field_mapping/0");
}

TEST_CASE("each expression of an entry is checked against its own side") {
  const Compiled result = compiled(R"yaml(crm: hubspot
catalog:
  penguinmails: {score: boolean}
  crm: {score: number}
sync:
  filters: {to_crm: score, from_crm: "score"}
field_mapping:
  - {crm_field: a, formula: "score ? 1 : 2", direction: to_crm}
  - {penguinmails_field: b, formula: "score ? 1 : 2", direction: from_crm}
  - {crm_field: c, formula: "Score: {{ score | upper }}", direction: to_crm}
  - {crm_field: d, formula: "SUM(opens)", over: engagements, where: "record.lead_score == '1'", direction: to_crm}
  - {crm_field: e, condition: score, value_if_true: "{{ lead_score.contains('1') }}", value_if_false: "x", direction: to_crm}
)yaml");
  CHECK_FALSE(result.runs);
  std::vector<nlohmann::json> places;
  for (const auto& each : result.diagnostics) places.push_back(place_of(each));
  CHECK(places == std::vector<nlohmann::json>{{"EXP004", "error", 6, 39, 44},
                                              {"EXP004", "error", 9, 45, 46},
                                              {"EXP004", "error", 10, 48, 53},
                                              {"EXP021", "warning", 11, 88, 90},
                                              {"EXP004", "error", 12, 68, 76}});
}

TEST_CASE("a text type is only stated, so what breaks it is a warning") {
  const Compiled result = compiled(R"(catalog: {penguinmails: {birthday: date}}
field_mapping:
  - {crm_field: a, formula: "birthday < now ? 'old' : 'new'", direction: to_crm}
)");
  CHECK(result.runs);
  REQUIRE(result.diagnostics.size() == 1);
  CHECK(place_of(result.diagnostics[0]) == nlohmann::json{"EXP004", "warning", 3, 39, 40});
}

TEST_CASE("a datetime is a timestamp, so what breaks it is an error") {
  const Compiled result = compiled(R"(field_mapping:
  - {crm_field: a, formula: "created_at < '2026-01-01T00:00:00Z' ? 'old' : 'new'", direction: to_crm}
  - {crm_field: b, formula: "created_at < now ? 'old' : 'new'", direction: to_crm}
)");
  CHECK_FALSE(result.runs);
  REQUIRE(result.diagnostics.size() == 1);
  CHECK(place_of(result.diagnostics[0]) == nlohmann::json{"EXP004", "error", 2, 41, 42});
  CHECK(result.diagnostics[0]["hint"] == "write timestamp('2026-01-01T00:00:00Z')");
}

TEST_CASE("fields of rows have the types that the catalog says") {
  const Compiled result = compiled(R"yaml(catalog:
  penguinmails: {"engagements[].at": datetime, "engagements[].`is open`": boolean, "engagements[].note": string, "a.b[].c.d": number, "`x[]`[]": number}
field_mapping:
  - {crm_field: a, formula: "COUNT()", over: engagements, where: "at > '2026'", direction: to_crm}
  - {crm_field: b, formula: "SUM(engagements, at)", direction: to_crm}
  - {crm_field: c, formula: "ANY(`is open` == 'yes')", over: engagements, direction: to_crm}
  - {crm_field: d, formula: "SUM(note)", over: engagements, direction: to_crm}
  - {crm_field: e, formula: "SUM(c.d.startsWith('1') ? 1 : 2)", over: a.b, direction: to_crm}
  - {crm_field: f, formula: "LAST(note)", over: engagements, order_by: "at > 1", direction: to_crm}
  - {crm_field: g, formula: "MAX(at) < now", over: engagements, where: "at > now - duration('1h')", direction: to_crm}
  - {crm_field: h, formula: "SUM(at)", over: others, direction: to_crm}
)yaml");
  CHECK(result.runs);
  std::vector<nlohmann::json> places;
  for (const auto& each : result.diagnostics) places.push_back(place_of(each));
  // `at` and the like might be the record's field where a row lacks them, and of that the catalog knows nothing.
  CHECK(places == std::vector<nlohmann::json>{{"EXP004", "warning", 4, 70, 71},
                                              {"EXP004", "warning", 5, 30, 33},
                                              {"EXP021", "warning", 6, 44, 46},
                                              {"EXP004", "warning", 7, 30, 33},
                                              {"EXP004", "warning", 8, 38, 48},
                                              {"EXP004", "warning", 9, 76, 77}});
}

TEST_CASE("a key of the catalog that is no path is said, with rows or without") {
  for (const char* const key : {"a[", "[]", "[].a", "a[]b.", "a[].", "a[].b.", "a[0]", "a..b[]", "`a"}) {
    const Compiled result = compiled("catalog: {penguinmails: {\"" + std::string(key) +
                                     "\": number}}\nfield_mapping: [{crm_field: a, penguinmails_field: a}]\n");
    INFO(key << result.diagnostics);
    CHECK_FALSE(result.runs);
  }
  for (const char* const key : {"a[]", "a[].b", "a[].b[].c", "a.b[].`c d`", "`[]`", "`a[]`[].b"}) {
    const Compiled result = compiled("catalog: {penguinmails: {\"" + std::string(key) +
                                     "\": number}}\nfield_mapping: [{crm_field: a, penguinmails_field: a}]\n");
    INFO(key << result.diagnostics);
    CHECK(result.diagnostics.empty());
  }
}

TEST_CASE("an order of rows is for FIRST and LAST") {
  const Compiled result = compiled(R"yaml(field_mapping:
  - {crm_field: a, formula: "SUM(opens)", over: engagements, order_by: at, direction: to_crm}
  - {crm_field: b, formula: "It's {{ LAST(opens) }}", over: engagements, order_by: at, direction: to_crm}
  - {crm_field: c, formula: "FIRST(engagements, opens)", order_by: at, direction: to_crm}
  - {crm_field: d, condition: "opens > 1", value_if_true: 1, value_if_false: 2, order_by: at, direction: to_crm}
  - {crm_field: e, formula: "opens", order_by: at, direction: to_crm}
  - {crm_field: f, order_by: at, direction: to_crm}
  - {crm_field: g, formula: "'LAST(x)' + LASTS(x)", order_by: at, direction: to_crm}
)yaml");
  CHECK_FALSE(result.runs);
  std::vector<nlohmann::json> places;
  for (const auto& each : result.diagnostics) places.push_back(place_of(each));
  CHECK(places == std::vector<nlohmann::json>{{"MAP006", "error", 2, 62, 70},
                                              {"MAP006", "error", 5, 81, 89},
                                              {"MAP006", "error", 6, 38, 46},
                                              {"MAP005", "error", 7, 5, 52},
                                              {"EXP003", "error", 8, 42, 47},
                                              {"MAP006", "error", 8, 53, 61}});
  CHECK(result.diagnostics[0]["message"] == "`order_by` orders rows for FIRST and LAST, and the formula calls neither");
  CHECK(result.diagnostics[0]["hint"] == "remove it; every other aggregate gives the same in any order");
  CHECK(result.diagnostics[0]["path"] == "/field_mapping/0/order_by");
}

TEST_CASE("mistakes in the order of rows are marked in its text") {
  const Compiled result = compiled(R"yaml(field_mapping:
  - {crm_field: a, formula: "LAST(opens)", over: engagements, order_by: "at +", direction: to_crm}
  - {crm_field: b, formula: "FIRST(opens) + LAST(opens)", over: engagements, order_by: "tiemstamp(at)", direction: to_crm}
)yaml");
  CHECK_FALSE(result.runs);
  std::vector<nlohmann::json> places;
  for (const auto& each : result.diagnostics) places.push_back(place_of(each));
  CHECK(places == std::vector<nlohmann::json>{{"EXP001", "error", 2, 78, 78}, {"EXP003", "error", 3, 89, 98}});
  CHECK(result.diagnostics[1]["suggestion"] == "timestamp");
}

TEST_CASE("the hash knows the types that expressions read by") {
  const std::string entry = "field_mapping: [{crm_field: a, formula: 'x + 1', direction: to_crm}]\n";
  const std::string filter =
      "sync: {filters: {to_crm: 'x > 1'}}\nfield_mapping: [{crm_field: a, penguinmails_field: a}]\n";
  const std::string filter_of_now =
      "sync: {filters: {to_crm: 'x != null'}}\nfield_mapping: [{crm_field: a, penguinmails_field: a}]\n";
  const std::string number = "catalog: {penguinmails: {x: number}}\n", text = "catalog: {penguinmails: {x: email}}\n";
  for (const std::string& file : {entry, filter}) {
    CHECK(hash_of(file) != hash_of(number + file));
    CHECK(hash_of(file) == hash_of(text + file));  // read as it is
  }
  CHECK(hash_of(filter_of_now) != hash_of("catalog: {penguinmails: {x: datetime}}\n" + filter_of_now));
  const std::string rows = "field_mapping: [{crm_field: a, formula: 'LAST(x)', over: items, direction: to_crm}]\n";
  const std::string ordered =
      "field_mapping: [{crm_field: a, formula: 'LAST(x)', over: items, order_by: y, direction: to_crm}]\n";
  const std::string of_rows = "catalog: {penguinmails: {\"items[].x\": number, \"others[].x\": number}}\n";
  CHECK(hash_of(rows) != hash_of(ordered));
  CHECK(hash_of(rows) != hash_of(of_rows + rows));
  CHECK(hash_of(rows) == hash_of("catalog: {penguinmails: {\"others[].x\": number}}\n" + rows));
}
