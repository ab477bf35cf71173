/// What an editor offers while a mapping file is typed. In the files `^` is the cursor.
#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "crmsync.h"
#include "diagnostics/position.h"

using namespace crmsync;

namespace {

struct Typed {
  std::string file;
  Position cursor;
};

Typed typed(std::string file) {
  const std::size_t at = file.find('^');
  REQUIRE(at != std::string::npos);
  file.erase(at, 1);
  return {file, position_at(file, at)};
}

nlohmann::json completions(const Typed& typed) {
  std::string out;
  REQUIRE(complete(typed.file, typed.cursor.line, typed.cursor.column, out));
  return nlohmann::json::parse(out);
}

std::vector<std::string> labels(const std::string& file) {
  std::vector<std::string> all;
  for (const auto& completion : completions(typed(file))) all.push_back(completion["label"]);
  return all;
}

bool offers(const std::string& file, const std::string& label) {
  const std::vector<std::string> all = labels(file);
  return std::find(all.begin(), all.end(), label) != all.end();
}

/// The file once the completion of that label is taken.
std::string taken(const std::string& file, const std::string& label) {
  const Typed at = typed(file);
  for (const auto& completion : completions(at)) {
    if (completion["label"] != label) continue;
    const auto offset = [&](const char* name) {
      return offset_at(at.file, {completion[name]["line"], completion[name]["column"]});
    };
    std::string changed = at.file;
    return changed.replace(offset("from"), offset("to") - offset("from"), completion["insert"].get<std::string>());
  }
  return "no " + label;
}

using Labels = std::vector<std::string>;

}  // namespace

TEST_CASE("keys of the map that the cursor is in, by its indentation", "[editor]") {
  CHECK(labels("^").front() == "version");
  CHECK(offers("version: 1\nna^", "name"));
  CHECK(labels("sync:\n  ^") == Labels{"direction", "frequency", "conflict_resolution", "filters", "create"});
  CHECK(labels("sync:\n  fre^") == Labels{"frequency"});
  CHECK(labels("sync:\n  direction: to_crm\n  ^\n  filters: a\n") ==
        Labels{"frequency", "conflict_resolution", "create"});
  CHECK_FALSE(offers("sync:\n  direction: to_crm\n^", "frequency"));
  CHECK(offers("sync:\n  direction: to_crm\n^", "identity"));
  CHECK(offers("field_mapping:\n  - crm_field: Email\n    ^", "penguinmails_field"));
  CHECK_FALSE(offers("field_mapping:\n  - crm_field: Email\n    ^", "crm_field"));
  CHECK(offers("field_mapping:\n- crm_field: Email\n  ^", "penguinmails_field"));
  CHECK(offers("field_mapping:\n- crm_field: Email\n^", "identity"));
  CHECK(offers("field_mapping:\n  - ^", "crm_field"));
  CHECK(offers("field_mapping:\n  mail:\n    ^", "crm_field"));
  CHECK(offers("field_mapping:\n  mail:\n    to_crm:\n      ^", "on_null"));
  CHECK_FALSE(offers("field_mapping:\n  mail:\n    to_crm:\n      ^", "crm_field"));
  CHECK(labels("field_mapping:\n  - crm_field: Email\n      ^").empty());
}

TEST_CASE("keys in brackets, in quotes and in JSON", "[editor]") {
  CHECK(labels("sync: {^") == Labels{"direction", "frequency", "conflict_resolution", "filters", "create"});
  CHECK(labels("sync: {direction: to_crm, ^}") == Labels{"frequency", "conflict_resolution", "filters", "create"});
  CHECK(labels("sync: {direction: to_crm, fi^}") == Labels{"filters"});
  CHECK(offers("field_mapping:\n  - {crm_field: A,\n     ^", "penguinmails_field"));
  CHECK(offers("field_mapping:\n  - {crm_field: A\nsync:\n  ^", "direction"));
  CHECK(offers(R"({"sync": {"^"}})", "direction"));
  CHECK(taken(R"({"sync": {"dir^"}})", "direction") == R"({"sync": {"direction": }})");
  CHECK(taken(R"({"sync": {dir^}})", "direction") == R"({"sync": {"direction": }})");
  CHECK(taken(R"({"sync": {"dir^": "to_crm"}})", "direction") == R"({"sync": {"direction": "to_crm"}})");
  CHECK(taken(R"({"sync": {"direction": "^"}})", "to_crm") == R"({"sync": {"direction": "to_crm"}})");
  CHECK(taken(R"({"sync": {"direction": ^}})", "to_crm") == R"({"sync": {"direction": "to_crm"}})");
}

TEST_CASE("what is not of this map, or no key, is not offered", "[editor]") {
  CHECK(labels("# na^").empty());
  CHECK(labels("name: abc^").empty());
  CHECK(labels("name: \"abc\"^").empty());
  CHECK(labels("description:\n  ^").empty());
  CHECK(labels("field_mapping:\n  ^").empty());
  CHECK_FALSE(offers("fieldMapping: []\nfie^", "field_mapping"));
}

TEST_CASE("a key is written as what may stand behind it wants", "[editor]") {
  CHECK(taken("na^", "name") == "name: ");
  CHECK(taken("sy^", "sync") == "sync:\n  ");
  CHECK(taken("field_mapping:\n  - to^", "to_crm") == "field_mapping:\n  - to_crm:\n      ");
  CHECK(taken("iden^", "identity") == "identity:\n  - ");
  CHECK(taken("na^me: x", "name") == "name: x");
  CHECK(taken("sync:\n  direc^\n  frequency: daily\n", "direction") == "sync:\n  direction: \n  frequency: daily\n");
  CHECK(taken("field_mapping:\n  -^", "crm_field") == "field_mapping:\n  - crm_field: ");
}

TEST_CASE("values of closed lists", "[editor]") {
  CHECK(labels("sync:\n  direction: ^") == Labels{"to_crm", "from_crm", "bidirectional"});
  CHECK(labels("sync:\n  direction: f^") == Labels{"from_crm"});
  CHECK(labels("sync:\n  direction: CRM^") == Labels{"to_crm", "from_crm"});
  CHECK(taken("sync:\n  direction:^", "to_crm") == "sync:\n  direction: to_crm");
  CHECK(taken("sync:\n  direction: \"to^\"", "to_crm") == "sync:\n  direction: \"to_crm\"");
  CHECK(taken("sync: {direction: ^}", "to_crm") == "sync: {direction: to_crm}");
  CHECK(labels("sync:\n  create:\n    crm: ^") == Labels{"true", "false"});
  CHECK(offers("identity:\n  - normalize: [trim, ^]", "email"));
  CHECK(taken("identity:\n  - normalize: ^", "trim") == "identity:\n  - normalize: [trim]");
  CHECK(taken("identity:\n  - normalize:\n      - ^", "trim") == "identity:\n  - normalize:\n      - trim");
  CHECK(labels("crm: ^") == Labels{"salesforce", "hubspot"});
  CHECK(offers("catalog:\n  crm: {Lead__c: ^}", "enum"));
  CHECK(offers("catalog:\n  crm: {Lead__c: {^}}", "values"));
  CHECK(offers("conflict_resolution:\n  fields:\n    email: ^", "newest_wins"));
  CHECK(labels("conflict_resolution:\n  evidence: ^") == Labels{"best", "certain"});
  CHECK(offers("conflict_resolution:\n  fields:\n    email: {^}", "expression"));
  CHECK(offers("sync:\n  conflict_resolution: ^", "field_level"));
}

TEST_CASE("fields of the built-in catalog, of the file's own, and of other entries", "[editor]") {
  const std::string file =
      "crm: hubspot\ncatalog: {crm: {score__c: {type: enum, values: [Hot, Warm]}}}\n"
      "field_mapping:\n  - {crm_field: custom_x, penguinmails_field: custom_fields.x}\n  - crm_field: ^\n";
  CHECK(offers(file, "firstname"));
  CHECK(offers(file, "score__c"));
  CHECK(offers(file, "custom_x"));
  CHECK_FALSE(offers(file, "FirstName"));
  CHECK(offers("field_mapping:\n  - penguinmails_field: add^", "address.city"));
  CHECK(taken("field_mapping:\n  - penguinmails_field: address.c^", "address.city") ==
        "field_mapping:\n  - penguinmails_field: address.city");
  CHECK(offers("conflict_resolution:\n  fields:\n    em^", "email"));
  CHECK(offers("crm: salesforce\nidentity:\n  - {crm_field: [Em^", "Email"));
  const auto found =
      completions(typed("crm: hubspot\ncatalog: {crm: {a: {type: enum, values: [Hot, Warm]}}}\n"
                        "field_mapping: [{crm_field: ^"));
  const auto a = std::find_if(found.begin(), found.end(), [](const auto& one) { return one["label"] == "a"; });
  REQUIRE(a != found.end());
  CHECK((*a)["detail"] == "enum: Hot, Warm");
  CHECK((*a)["kind"] == "field");
}

TEST_CASE("names of value maps", "[editor]") {
  CHECK(labels("value_maps:\n  countries: {Germany: DE}\nfield_mapping:\n  - value_map: ^") == Labels{"countries"});
}

TEST_CASE("expressions: fields of the side that is read, functions, aggregates, members and filters", "[editor]") {
  const std::string entry = "crm: salesforce\nfield_mapping:\n  - crm_field: Full_Name__c\n    formula: ";
  CHECK(offers(entry + "\"{{fir^", "first_name"));
  CHECK(taken(entry + "\"{{fir^}}\"", "first_name") == entry + "\"{{first_name}}\"");
  CHECK_FALSE(offers(entry + "\"{{Fir^", "FirstName"));
  CHECK(labels(entry + "\"Hello {{first_name}} fir^").empty());
  CHECK(labels(entry + "\"{{first_name | up^") == Labels{"upper"});
  CHECK_FALSE(offers(entry + "a || ^", "upper"));
  CHECK(offers(entry + "a || ^", "first_name"));
  CHECK(taken(entry + "SU^", "SUM") == entry + "SUM(");
  CHECK(taken(entry + "first_name.starts^", "startsWith") == entry + "first_name.startsWith(");
  CHECK(taken(entry + "trim(a).starts^With(b)", "startsWith") == entry + "trim(a).startsWith(b)");
  CHECK(taken(entry + "math.gr^", "math.greatest") == entry + "math.greatest(");
  CHECK(taken(entry + "great^", "math.greatest") == entry + "math.greatest(");
  CHECK(offers(entry + "address.c^", "address.city"));
  CHECK(labels(entry + "\"'fir^").empty());
  CHECK(labels(entry + "'''fir^").empty());
  CHECK(offers(entry + "'''x'' + fir^", "first_name"));
  CHECK(offers(entry + "|\n      first_name + la^", "last_name"));
  CHECK(offers("crm: salesforce\nfield_mapping:\n  - penguinmails_field: a\n    direction: from_crm\n    formula: Fir^",
               "FirstName"));
  CHECK(offers("sync: {filters: {to_crm: em^", "email"));
  CHECK_FALSE(offers("crm: salesforce\nsync: {filters: {from_crm: last_n^", "last_name"));
  CHECK(
      offers("catalog: {penguinmails: {\"engagements[].at\": datetime}}\nfield_mapping:\n"
             "  - {crm_field: a, over: engagements, formula: MAX(a^",
             "at"));
}

TEST_CASE("a conditional's values are those of the field that it writes", "[editor]") {
  CHECK(labels("catalog: {crm: {a: {type: enum, values: [Hot, Warm]}}}\nfield_mapping:\n"
               "  - crm_field: a\n    value_if_true: ^") == Labels{"Hot", "Warm"});
}

TEST_CASE("what stands at a place", "[editor]") {
  const auto hovered = [](const std::string& file) {
    const Typed at = typed(file);
    std::string out;
    REQUIRE(hover(at.file, at.cursor.line, at.cursor.column, out));
    return nlohmann::json::parse(out);
  };
  const auto key = hovered("sync:\n  ^direction: to_crm\n");
  CHECK(key["kind"] == "key");
  CHECK(key["label"] == "direction");
  CHECK(key["detail"] == "to_crm | from_crm | bidirectional");
  CHECK(key["from"] == nlohmann::json{{"line", 2}, {"column", 3}});
  CHECK(key["to"] == nlohmann::json{{"line", 2}, {"column", 12}});
  CHECK(hovered("sync: {fieldMa^pping: x}").is_null());
  CHECK(hovered("fieldMa^pping: x")["label"] == "field_mapping");
  CHECK(hovered("sync: {direction: to^_crm}")["kind"] == "value");
  const auto field = hovered("field_mapping: [{penguinmails_field: lead_^score}]");
  CHECK(field["kind"] == "field");
  CHECK(field["detail"] == "number, read-only");
  CHECK(hovered("field_mapping: [{crm_field: a, formula: \"{{first_^name}}\"}]")["detail"] == "string");
  CHECK(hovered("field_mapping: [{crm_field: a, formula: \"{{first_name | up^per}}\"}]")["kind"] == "filter");
  CHECK(hovered("field_mapping: [{crm_field: a, formula: \"SU^M(opens)\"}]")["kind"] == "function");
  CHECK(hovered("field_mapping: [{crm_field: a, formula: \"SUM(o^pens)\"}]")["label"] == "opens");
  CHECK(hovered("name: ^x").is_null());
  CHECK(hovered("^").is_null());
}

TEST_CASE("columns count UTF-16 units", "[editor]") {
  const auto found = completions({"sync: {\"\xF0\x9F\x90\xA7\": 1, dire", {1, 21}});
  REQUIRE(found.size() == 1);
  CHECK(found[0]["from"]["column"] == 17);
  CHECK(found[0]["to"]["column"] == 21);
}
