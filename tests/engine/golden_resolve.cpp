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
    base.erase("mapping");
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
