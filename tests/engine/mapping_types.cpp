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
  CHECK(places == std::vector<nlohmann::json>{{"EXP004", "error", 9, 45, 46},
                                              {"EXP004", "error", 10, 48, 53},
                                              {"EXP021", "warning", 11, 88, 90},
                                              {"EXP004", "error", 12, 68, 76},
                                              {"EXP004", "error", 6, 39, 44}});
}

TEST_CASE("a text type is only stated, so what breaks it is a warning") {
  const Compiled result = compiled(R"(field_mapping:
  - {crm_field: a, formula: "created_at < now ? 'old' : 'new'", direction: to_crm}
)");
  CHECK(result.runs);
  REQUIRE(result.diagnostics.size() == 1);
  CHECK(place_of(result.diagnostics[0]) == nlohmann::json{"EXP004", "warning", 2, 41, 42});
}

TEST_CASE("the hash knows the types that expressions read by") {
  const std::string entry = "field_mapping: [{crm_field: a, formula: 'x + 1', direction: to_crm}]\n";
  const std::string filter =
      "sync: {filters: {to_crm: 'x > 1'}}\nfield_mapping: [{crm_field: a, penguinmails_field: a}]\n";
  const std::string number = "catalog: {penguinmails: {x: number}}\n", text = "catalog: {penguinmails: {x: email}}\n";
  for (const std::string& file : {entry, filter}) {
    CHECK(hash_of(file) != hash_of(number + file));
    CHECK(hash_of(file) == hash_of(text + file));  // read as it is
  }
}
