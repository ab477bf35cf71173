#include <yaml-cpp/yaml.h>

#include <catch2/catch.hpp>
#include <string>

#include "golden.h"
#include "mapping/configuration.h"
#include "mapping/plan.h"

using namespace crmsync;

namespace {

std::string text_of(const YAML::Node& node) {
  return node ? node.as<std::string>() : std::string();
}

}  // namespace

TEST_CASE("mistakes are reported as tests/cases/diagnostics.yaml says", "[configuration]") {
  for (const YAML::Node& one : YAML::Load(golden::read_file("diagnostics.yaml"))) {
    const std::string file = one["file"].as<std::string>();
    Diagnostics diagnostics;
    mapping::Configuration read =
        mapping::read_configuration(file, "mapping.yaml", diagnostics, text_of(one["catalogs"]));
    if (!has_errors(diagnostics))
      mapping::make_plan(std::move(read), std::make_unique<expression::Zones>(), diagnostics);
    std::string shown;
    for (const Diagnostic& diagnostic : diagnostics) shown += render(diagnostic, "mapping.yaml", file);
    INFO(one["name"].as<std::string>() << "\n" << shown);
    CHECK(diagnostics.size() == one["expect"].size());
    for (std::size_t i = 0; i < std::min(diagnostics.size(), one["expect"].size()); ++i) {
      const YAML::Node expected = one["expect"][i];
      const Diagnostic& diagnostic = diagnostics[i];
      INFO("expected: " << expected["code"].as<std::string>() << " " << text_of(expected["message"]));
      CHECK(code_name(diagnostic.code) == expected["code"].as<std::string>());
      if (expected["severity"]) CHECK(severity_name(diagnostic.severity) == expected["severity"].as<std::string>());
      if (expected["path"]) CHECK(diagnostic.path == expected["path"].as<std::string>());
      CHECK(diagnostic.range.begin.line == expected["line"].as<std::uint32_t>());
      CHECK(diagnostic.range.begin.column == expected["column"].as<std::uint32_t>());
      CHECK_THAT(diagnostic.message, Catch::Contains(text_of(expected["message"])));
      CHECK_THAT(diagnostic.hint, Catch::Contains(text_of(expected["hint"])));
      if (expected["suggestion"]) CHECK(diagnostic.suggestion == expected["suggestion"].as<std::string>());
      CHECK(diagnostic.message.find("yaml-cpp") == std::string::npos);
    }
  }
}
