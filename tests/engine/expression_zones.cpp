/// Time zones from tables that were handed in.
#include "expression/zones.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "crmsync.h"
#include "json/time.h"

namespace {

using nlohmann::json;

/// Berlin's from 1970 to the summer of 2026, cut down; St. John's in winter; a name that is misspelt.
const char* const zones = R"({
  "Europe/Berlin": [3600, 1743296400, 7200, 1761440400, 3600, 1774746000, 7200],
  "America/St_Johns": [-12600],
  "Europe/Berlni": ["Europe/Berlin", "Europe/Paris"]
})";

json evaluated(const std::string& expression, const std::string& dialect = "crm", const std::string& timezone = "UTC",
               const std::string& tables = zones, const char* variables = R"({"zone": "Europe/Berlin"})") {
  std::string out;
  const json options = {{"dialect", dialect}, {"timezone", timezone}, {"zones", json::parse(tables)}};
  crmsync::evaluate(expression, variables, options.dump(), out);
  return json::parse(out);
}

TEST_CASE("the hour in a zone changes at its transitions", "[expression]") {
  const auto hour = [](const char* at) {
    return evaluated("timestamp('" + std::string(at) + "').getHours('Europe/Berlin')");
  };
  CHECK(hour("1969-01-01T12:00:00Z") == 13);  // before the first transition
  CHECK(hour("2025-03-30T00:59:59Z") == 1);   // the gap: 02:00 is skipped
  CHECK(hour("2025-03-30T01:00:00Z") == 3);
  CHECK(hour("2025-10-26T00:59:59Z") == 2);  // the overlap: 02:00 comes twice
  CHECK(hour("2025-10-26T01:00:00Z") == 2);
  CHECK(hour("2025-10-26T02:00:00Z") == 3);
  CHECK(hour("9999-12-31T21:59:59Z") == 23);  // behind the last
}

TEST_CASE("what the clocks show is a moment", "[expression]") {
  const std::int64_t table[] = {3600, 1743296400, 7200, 1761440400, 3600, 1774746000, 7200};
  crmsync::expression::Zone berlin;
  berlin.table = table;
  berlin.size = 7;
  const auto moment = [&](const char* shown) {
    crmsync::Value time = crmsync::json::parse_timestamp(shown).value();
    time.integer = berlin.moment_of(time.integer);
    std::string text;
    crmsync::json::append_timestamp(text, time);
    return text;
  };
  CHECK(moment("2025-01-01T00:00:00Z") == "2024-12-31T23:00:00Z");
  CHECK(moment("2025-07-01T00:00:00Z") == "2025-06-30T22:00:00Z");
  CHECK(moment("2025-03-30T01:59:59Z") == "2025-03-30T00:59:59Z");
  CHECK(moment("2025-03-30T02:30:00Z") == "2025-03-30T01:30:00Z");  // there is no 02:30: it is 03:30
  CHECK(moment("2025-03-30T03:00:00Z") == "2025-03-30T01:00:00Z");
  CHECK(moment("2025-10-26T01:59:59Z") == "2025-10-25T23:59:59Z");
  CHECK(moment("2025-10-26T02:30:00Z") == "2025-10-26T00:30:00Z");  // the first of two
  CHECK(moment("2025-10-26T03:00:00Z") == "2025-10-26T02:00:00Z");
  CHECK(moment("1969-01-01T12:00:00Z") == "1969-01-01T11:00:00Z");
  CHECK(moment("2150-07-01T12:00:00Z") == "2150-07-01T10:00:00Z");
  CHECK(crmsync::expression::Zone{}.moment_of(7) == 7);
}

TEST_CASE("day, month and year follow the zone too", "[expression]") {
  CHECK(evaluated("timestamp('2025-12-31T23:30:00Z').getFullYear('Europe/Berlin')") == 2026);
  CHECK(evaluated("timestamp('2025-12-31T23:30:00Z').getDayOfYear('Europe/Berlin')") == 0);
  CHECK(evaluated("timestamp('2026-01-01T03:15:00Z').getMonth('America/St_Johns')") == 11);
  CHECK(evaluated("timestamp('2026-01-01T03:15:00Z').getMinutes('America/St_Johns')") == 45);
  CHECK(evaluated("timestamp('9999-12-31T23:59:59Z').getHours('Europe/Berlin')")["code"] == "EXP006");
}

TEST_CASE("a zone without a table is asked for, one that does not exist gets a suggestion", "[expression]") {
  const json lacking = evaluated(
      "timestamp('2026-01-01T00:00:00Z').getHours('Asia/Tokyo') + "
      "timestamp('2026-01-01T00:00:00Z').getHours('Asia/Seoul')",
      "cel");
  CHECK(lacking["code"] == "EXP023");
  CHECK(lacking["zones"] == json{"Asia/Tokyo", "Asia/Seoul"});
  CHECK(lacking["column"] == 44);
  const json unknown = evaluated("timestamp('2026-01-01T00:00:00Z').getHours('Europe/Berlni')");
  CHECK(unknown["code"] == "EXP023");
  CHECK(unknown["suggestion"] == "Europe/Berlin");
  CHECK_FALSE(unknown.contains("zones"));
  // Asked for even where the error would be absorbed: the value must not depend on who handed in what.
  CHECK(evaluated("true || timestamp('2026-01-01T00:00:00Z').getHours('Asia/Tokyo') == 9", "cel")["code"] == "EXP023");
  CHECK(evaluated("true || timestamp('2026-01-01T00:00:00Z').getHours('Europe/Berlni') == 9", "cel") == true);
}

TEST_CASE("a computed zone is an error in crm, and one of those handed in for cel", "[expression]") {
  const std::string computed = "timestamp('2026-01-01T00:00:00Z').getHours(zone)";
  CHECK(evaluated(computed)["code"] == "EXP023");
  CHECK(evaluated(computed)["column"] == 44);
  CHECK(evaluated(computed, "cel") == 1);
  CHECK(evaluated(computed, "cel", "UTC", "{}")["code"] == "EXP023");
  CHECK(evaluated("timestamp('2026-01-01T00:00:00Z').getHours('Europe/' + 'Berlin')") == 1);
  CHECK(evaluated("timestamp('2026-01-01T00:00:00Z').getHours(1)")["code"] == "EXP004");
}

TEST_CASE("without a zone crm reads the file's, cel UTC", "[expression]") {
  const std::string expression = "timestamp('2026-01-01T00:00:00Z').getHours()";
  CHECK(evaluated(expression, "crm", "Europe/Berlin") == 1);
  CHECK(evaluated(expression, "crm", "-02:30") == 21);
  CHECK(evaluated(expression, "crm", "UTC") == 0);
  CHECK(evaluated(expression, "cel", "Europe/Berlin") == 0);
  CHECK(evaluated("duration('90m').getHours()", "crm", "Europe/Berlin") == 1);
  CHECK(evaluated(expression, "crm", "Europe/Berlni")["suggestion"] == "Europe/Berlin");
  CHECK(evaluated(expression, "crm", "Asia/Tokyo")["zones"] == json{"Asia/Tokyo"});
  CHECK(evaluated(expression, "crm", "Asia/Tokyo")["path"] == "/timezone");
}

TEST_CASE("malformed tables are refused", "[expression]") {
  for (const char* table : {"1", "{}", "[]", "[0, 1]", "[86400]", "[-86400]", "[0, 1.5, 0]", "[0, 5, 0, 5, 0]",
                            "[0, 5, 0, 4, 0]", "[null]", "[0, \"x\", 0]", "[0, 99999999999999999999, 0]"}) {
    INFO(table);
    CHECK(evaluated("1", "crm", "UTC", R"({"X/Y": )" + std::string(table) + "}")["code"] == "API004");
  }
  std::string out;
  CHECK_FALSE(crmsync::evaluate("1", "", R"({"zones": 1})", out));
  out.clear();
  CHECK(crmsync::compile("name: a", "", out, R"({"zones": {"X/Y": 1}})") == nullptr);
  CHECK(json::parse(out)[0]["code"] == "API004");
}

/// The hash of a mapping with such a formula; empty if it does not compile.
std::string hash_of(const std::string& formula, const std::string& timezone, const std::string& tables) {
  const std::string file = "timezone: " + timezone + "\nfield_mapping:\n  - crm_field: Hour\n    direction: to_crm\n" +
                           "    formula: \"" + formula + "\"\n";
  std::string diagnostics;
  const auto mapping = crmsync::compile(file, "", diagnostics, R"({"zones": )" + tables + "}");
  return mapping == nullptr ? "" : std::string(mapping->hash());
}

TEST_CASE("the tables that a mapping uses are part of its hash", "[expression]") {
  const std::string named = "timestamp(at).getHours('X/Y')", unnamed = "timestamp(at).getHours()";
  const std::string hash = hash_of(named, "UTC", R"({"X/Y": [0]})");
  CHECK_FALSE(hash.empty());
  CHECK(hash_of(named, "UTC", R"({"X/Y": [0], "X/Z": [0]})") == hash);
  CHECK(hash_of(named, "UTC", R"({"X/Y": [3600]})") != hash);
  CHECK(hash_of(named, "UTC", "{}").empty());
  const std::string utc = hash_of(unnamed, "UTC", "{}");
  CHECK(hash_of(unnamed, "X/Y", R"({"X/Y": [3600]})") != utc);
  CHECK(hash_of(unnamed, "X/Y", R"({"X/Y": [3600]})") != hash_of(unnamed, "X/Y", R"({"X/Y": [7200]})"));
  CHECK(hash_of(unnamed, "\"+01:00\"", "{}") != utc);
  CHECK(hash_of(unnamed, "X/Y", "{}").empty());
}

}  // namespace
