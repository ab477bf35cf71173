#include <yaml-cpp/yaml.h>

#include <catch2/catch.hpp>

#include "golden.h"

namespace {

nlohmann::json told(const nlohmann::json& fields) {
  nlohmann::json stories = nlohmann::json::object();
  for (const auto& field : fields) {
    stories[field["id"].get<std::string>()] =
        field["intent"].get<std::string>() + " " + field["reason"].get<std::string>();
  }
  return stories;
}

std::string text_of(const YAML::Node& node) {
  return node ? node.as<std::string>() : std::string();
}

std::string traced(const std::string& context) {
  nlohmann::json options = context.empty() ? nlohmann::json::object() : golden::parsed(context);
  options["trace"] = true;
  return options.dump();
}

/// The mapping stands in the group, or in a file of the repository.
std::string mapping_of(const YAML::Node& group) {
  return group["file"] ? golden::read_file("../../" + group["file"].as<std::string>())
                       : group["mapping"].as<std::string>();
}

void map_cases(const std::string& name) {
  const std::vector<std::string> exact = golden::read_lines(name + ".expected.ndjson");
  std::size_t line = 0;
  for (const YAML::Node& group : YAML::Load(golden::read_file(name + ".yaml"))) {
    std::string diagnostics;
    const std::string options =
        golden::compile_options(group["catalogs"].as<std::string>(""), group["zones"].as<std::string>(""));
    const auto mapping = crmsync::compile(mapping_of(group), "case.yaml", diagnostics, options);
    INFO(group["name"].as<std::string>() << "\n" << diagnostics);
    REQUIRE(mapping);
    const auto loaded = golden::loaded(*mapping);
    for (const YAML::Node& one : group["cases"]) {
      const auto direction = one["to_crm"] ? crmsync::MapDirection::to_crm : crmsync::MapDirection::from_crm;
      const std::string record = text_of(one["to_crm"] ? one["to_crm"] : one["from_crm"]);
      std::string out;
      const bool ok = mapping->map(direction, record, text_of(one["context"]), out);
      INFO(one["name"].as<std::string>() << "\n" << out);
      CHECK(ok == !one["error"]);
      const nlohmann::json result = golden::parsed(out);
      if (one["error"]) CHECK(result["code"] == one["error"].as<std::string>());
      if (one["record"]) CHECK(result["record"] == golden::parsed(text_of(one["record"])));
      if (one["reasons"]) {
        const nlohmann::json stories = told(result["fields"]);
        const nlohmann::json expected = golden::parsed(text_of(one["reasons"]));
        for (const auto& [id, story] : expected.items()) {
          CHECK(id + ": " + stories.value(id, "-") == id + ": " + story.get<std::string>());
        }
      }
      std::string bytes;
      CHECK(mapping->map_many(direction, "[" + record + "]", traced(text_of(one["context"])), bytes));
      CHECK(bytes == (line < exact.size() ? exact[line] + "\n" : "no line in " + name + ".expected.ndjson"));
      std::string same;
      CHECK(loaded->map(direction, record, text_of(one["context"]), same) == ok);
      CHECK(same == out);
      same.clear();
      CHECK(loaded->map_many(direction, "[" + record + "]", traced(text_of(one["context"])), same));
      CHECK(same == bytes);
      golden::check_wanted(*mapping, *loaded);
      ++line;
    }
  }
  CHECK(line == exact.size());
}

}  // namespace

TEST_CASE("records map as tests/cases/mapping.yaml says") {
  map_cases("mapping");
}

TEST_CASE("records map through the realistic files of examples/ as tests/cases/samples.yaml says") {
  map_cases("samples");
}

TEST_CASE("the pains of other mapping engines end as tests/cases/pains.yaml says") {
  map_cases("pains");
}
