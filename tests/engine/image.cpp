/// Compiled mappings as bytes: what is written is read, and what nobody wrote is refused. That a mapping which was
/// loaded answers as the compiled one is asked of every case of tests/cases (golden.h), and of every expression of the
/// tests (expression_support.h).
#include <catch2/catch.hpp>
#include <random>

#include "golden.h"
#include "image/image.h"
#include "mapping/hash.h"

namespace {

using crmsync::MapDirection;

const char* const file = R"yaml(
crm: hubspot
timezone: "+02:00"
conflict_resolution: {default: manual, fields: {email: crm_wins}, groups: [[name, phone]]}
sync: {filters: {to_crm: "email != null"}}
field_mapping:
  email: {crm_field: email, penguinmails_field: email, normalize: [email]}
  name: {crm_field: name, penguinmails_field: name, default: "Ö"}
  phone: {crm_field: phone, penguinmails_field: phone, value_map: {a: [b, c], d: e}}
  full: {crm_field: full, formula: "{{first | default: 'Jo'}} {{last}}", direction: to_crm}
  rank: {crm_field: rank, condition: "score > 10 && name.matches('^A')", value_if_true: Hot, value_if_false: "{{name}}", value_if_unknown: Cold, direction: to_crm}
  best: {crm_field: best, formula: "MAX(opens)", over: items, where: "opens > 0", direction: to_crm}
  few: {crm_field: few, formula: "items.filter(i, i.a > 1 || i.b.exists(x, x == 2)).map(i, [i.a, {'b': i.?c}])", direction: to_crm}
)yaml";

std::string bytes_of(std::string_view text) {
  std::string diagnostics, bytes;
  const auto mapping = crmsync::compile(text, "file.yaml", diagnostics);
  INFO(diagnostics);
  REQUIRE(mapping);
  REQUIRE(mapping->to_bytes(bytes));
  return bytes;
}

nlohmann::json refused(const std::string& bytes) {
  std::string problem;
  CHECK(crmsync::load(bytes, problem) == nullptr);
  return golden::parsed(problem);
}

/// Changed bytes as someone makes them who knows how.
std::string sealed(const std::string& bytes) {
  constexpr std::size_t digest = 8, body = 40;
  return bytes.substr(0, digest) + crmsync::mapping::long_hash(bytes.substr(body)) + bytes.substr(body);
}

}  // namespace

TEST_CASE("the examples are written and read") {
  for (const char* const name : {"hubspot-contacts", "hubspot-realistic", "salesforce-contacts", "salesforce-realistic",
                                 "starter-hubspot", "starter-salesforce", "walkthrough"}) {
    INFO(name);
    std::string diagnostics;
    const auto mapping = crmsync::compile(golden::read_file(std::string("../../examples/") + name + ".yaml"), name,
                                          diagnostics, R"({"zones": {"Europe/Berlin": [3600]}})");
    INFO(diagnostics);
    REQUIRE(mapping);
    golden::loaded(*mapping);
  }
}

TEST_CASE("a mapping that was loaded maps and resolves, but has no tests") {
  std::string problem, out, context;
  const auto mapping = crmsync::load(bytes_of(file), problem);
  REQUIRE(mapping);
  CHECK(mapping->name() == "file");
  CHECK(mapping->map(MapDirection::to_crm, R"({"email": " A@b.c ", "last": "X", "items": [{"opens": 3}]})", {}, out));
  const nlohmann::json record = golden::parsed(out)["record"];
  CHECK(record["email"] == "a@b.c");
  CHECK(record["full"] == "Jo X");
  CHECK(record["best"] == "3");
  out.clear();
  CHECK_FALSE(mapping->test({}, out));
  CHECK(golden::parsed(out)["code"] == "API010");
}

TEST_CASE("a time zone travels with the mapping that needs it, others stay behind") {
  const char* const zoned = R"yaml(
timezone: Europe/Berlin
catalog: {crm: {day: date}, penguinmails: {at: datetime}}
field_mapping:
  day: {penguinmails_field: at, crm_field: day, direction: to_crm}
)yaml";
  std::string diagnostics, bytes, problem, out;
  const auto mapping = crmsync::compile(
      zoned, "zoned.yaml", diagnostics,
      R"({"zones": {"Europe/Berlin": [3600, 1711846800, 7200, 1729990800, 3600], "Asia/Tokyo": [32400]}})");
  INFO(diagnostics);
  REQUIRE(mapping);
  const auto loaded = golden::loaded(*mapping);
  REQUIRE(loaded->to_bytes(bytes));
  CHECK(bytes.find("Europe/Berlin") != std::string::npos);
  CHECK(bytes.find("Asia/Tokyo") == std::string::npos);
  CHECK(loaded->map(MapDirection::to_crm, R"({"at": "2024-07-01T22:30:00Z"})", {}, out));
  CHECK(golden::parsed(out)["record"]["day"] == "2024-07-02");
}

TEST_CASE("literals of every kind are written, also those of a file in JSON") {
  std::string diagnostics, problem, out, same;
  const auto mapping = crmsync::compile(
      R"json({"catalog": {"crm": {"L": "list", "M": "map", "D": "date", "N": "number", "S": "multi_enum"}},
        "field_mapping": [
          {"crm_field": "T", "penguinmails_field": "t", "default": "\u00e9 \"quoted\"\n\ud83d\ude00"},
          {"crm_field": "L", "penguinmails_field": "l", "default": [1, "a\tb", [null, true], {"k": 1e40}]},
          {"crm_field": "M", "penguinmails_field": "m", "default": {"a.b": {"c": []}}},
          {"crm_field": "D", "penguinmails_field": "d", "default": "2026-03-01"},
          {"crm_field": "N", "penguinmails_field": "n", "default": 9007199254740993},
          {"crm_field": "S", "penguinmails_field": "s", "default": ["x", "y"]},
          {"crm_field": "F", "formula": "{'b': b'\\xff', 'u': 1u, 'd': 0.1, 't': type(1), 'o': optional.none()}", "direction": "to_crm"}
        ]})json",
      "file.json", diagnostics);
  INFO(diagnostics);
  REQUIRE(mapping);
  const auto loaded = golden::loaded(*mapping);
  const std::string_view context = R"({"operation": "create", "includeValues": true})";
  REQUIRE(mapping->map(MapDirection::to_crm, "{}", context, out));
  REQUIRE(loaded->map(MapDirection::to_crm, "{}", context, same));
  CHECK(same == out);
  CHECK(out.find("1e40") != std::string::npos);
}

TEST_CASE("what is no compiled mapping of this version is refused") {
  const std::string bytes = bytes_of(file);
  CHECK(refused("")["message"] == "these bytes are no compiled mapping");
  CHECK(refused(file)["message"] == "these bytes are no compiled mapping");
  for (std::size_t size = 8; size < bytes.size(); size += 7) {
    const nlohmann::json problem = refused(bytes.substr(0, size));
    CHECK(problem["code"] == "API009");
    CHECK(problem["message"] == "the compiled mapping is damaged or cut off");
    CHECK(problem["hint"] == "compile the mapping file again, and store what toBytes gives");
  }
  CHECK(refused(bytes + '\0')["code"] == "API009");
  std::string other = bytes;
  REQUIRE(other.substr(42, crmsync::version().size()) == crmsync::version());
  other[42] = '9';
  CHECK(refused(other)["message"] == "the compiled mapping is damaged or cut off");
  const std::string version(crmsync::version());
  CHECK(refused(sealed(other))["message"] ==
        "the mapping was compiled by version 9" + version.substr(1) + ", this is version " + version);
  // Even with the right digest a part is no whole, and more than the whole is too much.
  CHECK(refused(sealed(bytes.substr(0, bytes.size() - 1)))["message"] ==
        "the compiled mapping holds what this engine never writes");
  CHECK(refused(sealed(bytes + '\0'))["code"] == "API009");
}

TEST_CASE("bytes that were made up do no harm") {
  const std::string bytes = bytes_of(file);
  std::mt19937 random(7);
  std::size_t accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string changed = bytes;
    for (unsigned count = 1 + random() % 3; count > 0; --count) {
      const std::size_t at = 48 + random() % (changed.size() - 48);
      changed[at] = static_cast<char>(random() % 3 ? random() % 64 : random());
    }
    std::string problem, out;
    const auto mapping = crmsync::load(sealed(changed), problem);
    if (!mapping) continue;
    ++accepted;
    const char* const record =
        R"({"email": "a@b.c", "score": 12, "name": "Ada", "first": "A", "items": [{"opens": 3, "a": 2, "b": [1, 2]}, {"opens": 1, "c": {}}]})";
    for (const MapDirection direction : {MapDirection::to_crm, MapDirection::from_crm})
      mapping->map(direction, record, R"({"includeValues": true})", out);
    mapping->resolve(R"({"local": {"record": )" + std::string(record) +
                         R"(}, "crm": {"record": {"email": "x"}}, "base": null, "now": "2026-03-01T00:00:00Z"})",
                     out);
  }
  CHECK(accepted > 100);
}
