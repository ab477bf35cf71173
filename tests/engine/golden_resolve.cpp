#include <yaml-cpp/yaml.h>

#include <catch2/catch.hpp>

#include "golden.h"

namespace {

/// "status reason" of every field, by entry.
nlohmann::json told(const nlohmann::json& decision) {
  nlohmann::json fields = nlohmann::json::object();
  for (const auto& field : decision["fields"]) {
    fields[field["id"].get<std::string>()] =
        field["status"].get<std::string>() + " " + field["reason"].get<std::string>();
  }
  return fields;
}

void compare(const nlohmann::json& decision, const nlohmann::json& expected) {
  for (const char* part : {"outcome", "local", "crm", "expect"}) {
    if (expected.contains(part)) CHECK(decision[part] == expected[part]);
  }
  if (expected.contains("base")) {
    nlohmann::json base = decision["base"];
    if (base.is_object()) base.erase("mapping");
    CHECK(base == expected["base"]);
  }
  if (expected.contains("fields")) {
    const nlohmann::json fields = told(decision);
    for (const auto& [id, story] : expected["fields"].items())
      CHECK(id + ": " + fields.value(id, "-") == id + ": " + story.get<std::string>());
  }
  if (!expected.contains("reviews")) return;
  REQUIRE(decision["reviews"].size() == expected["reviews"].size());
  for (std::size_t i = 0; i < expected["reviews"].size(); ++i) {
    for (const auto& [key, value] : expected["reviews"][i].items()) CHECK(decision["reviews"][i][key] == value);
  }
}

}  // namespace

TEST_CASE("resolve decides as tests/cases/resolve.yaml says") {
  const std::vector<std::string> exact = golden::read_lines("resolve.expected.ndjson");
  std::size_t line = 0;
  for (const YAML::Node& group : YAML::Load(golden::read_file("resolve.yaml"))) {
    std::string diagnostics;
    const auto mapping = crmsync::compile(group["mapping"].as<std::string>(), "case.yaml", diagnostics,
                                          golden::compile_options(group["catalogs"].as<std::string>("")));
    INFO(group["name"].as<std::string>() << "\n" << diagnostics);
    REQUIRE(mapping);
    const auto loaded = golden::loaded(*mapping);
    for (const YAML::Node& one : group["cases"]) {
      std::string out;
      const bool ok = mapping->resolve(one["input"].as<std::string>(), out);
      INFO(one["name"].as<std::string>() << "\n" << out);
      const nlohmann::json expected = golden::parsed(one["expect"].as<std::string>());
      CHECK(ok == !expected.contains("error"));
      if (expected.contains("error")) {
        CHECK(golden::parsed(out)["code"] == expected["error"]);
      } else {
        compare(golden::parsed(out), expected);
      }
      std::string bytes;
      CHECK(mapping->resolve_many("[" + one["input"].as<std::string>() + "]", bytes));
      CHECK(bytes == (line < exact.size() ? exact[line] + "\n" : "no line in resolve.expected.ndjson"));
      std::string same;
      CHECK(loaded->resolve_many("[" + one["input"].as<std::string>() + "]", same));
      CHECK(same == bytes);
      golden::check_wanted(*mapping, *loaded);
      ++line;
    }
  }
  CHECK(line == exact.size());
}

TEST_CASE("what was written is acknowledged as tests/cases/acknowledge.yaml says") {
  for (const YAML::Node& group : YAML::Load(golden::read_file("acknowledge.yaml"))) {
    std::string diagnostics;
    const auto mapping = crmsync::compile(group["mapping"].as<std::string>(), "case.yaml", diagnostics);
    REQUIRE(mapping);
    for (const YAML::Node& one : group["cases"]) {
      std::string decision, out;
      REQUIRE(mapping->resolve(one["input"].as<std::string>(), decision));
      const bool ok = mapping->acknowledge(decision, one["read_back"].as<std::string>(), out);
      INFO(one["name"].as<std::string>() << "\n" << out);
      const nlohmann::json expected = golden::parsed(one["expect"].as<std::string>());
      nlohmann::json result = golden::parsed(out);
      CHECK(ok == !expected.contains("error"));
      if (!ok) {
        CHECK(result["code"] == expected["error"]);
        continue;
      }
      if (result["base"].is_object()) result["base"].erase("mapping");
      CHECK(result == expected);
    }
  }
}

TEST_CASE("only a decision of the same mapping is acknowledged") {
  std::string diagnostics, decision, out;
  const auto one = crmsync::compile("field_mapping: [{crm_field: A, penguinmails_field: a}]", "one.yaml", diagnostics);
  const auto other = crmsync::compile("field_mapping: [{crm_field: B, penguinmails_field: b}]", "b.yaml", diagnostics);
  REQUIRE((one && other));
  REQUIRE(one->resolve(R"({"local": {"record": {"a": 1}}, "crm": null, "base": null, "now": "2026-03-01T00:00:00Z"})",
                       decision));
  CHECK(one->acknowledge(decision, "{}", out));
  for (const std::string& wrong : {std::string("{}"), std::string("[]"), std::string("7"), std::string("{"),
                                   decision.substr(0, decision.find(",\"fields\"")) + "}"}) {
    out.clear();
    CHECK_FALSE(one->acknowledge(wrong, "{}", out));
  }
  out.clear();
  CHECK_FALSE(other->acknowledge(decision, "{}", out));
  CHECK(golden::parsed(out)["code"] == "CNF003");
}
