#include <yaml-cpp/binary.h>
#include <yaml-cpp/yaml.h>

#include <catch2/catch.hpp>
#include <string>

#include "golden.h"
#include "json/options.h"
#include "mapping/configuration.h"
#include "mapping/plan.h"

using namespace crmsync;

namespace {

std::string text_of(const YAML::Node& node) {
  return node ? node.as<std::string>() : std::string();
}

std::string file_of(const YAML::Node& one) {
  if (one["base64"]) {
    const std::vector<unsigned char> bytes = YAML::DecodeBase64(text_of(one["base64"]));
    return {bytes.begin(), bytes.end()};
  }
  std::string file;
  for (int times = one["times"].as<int>(1); times > 0; --times) file += text_of(one["file"]);
  return file;
}

/// As `compile` finds them.
Diagnostics diagnostics_of(const std::string& file, const std::string& catalogs) {
  Diagnostics diagnostics;
  mapping::Configuration read = mapping::read_configuration(file, "mapping.yaml", diagnostics, catalogs);
  // As the package hands them in: of a name that does not exist, the names that do.
  Arena arena;
  Diagnostic problem;
  json::Options options(R"({"zones": {"Europe/Belin": ["Europe/Berlin"]}})", {"zones"}, arena, problem);
  auto zones = std::make_unique<expression::Zones>();
  REQUIRE(zones->read(options, "zones"));
  mapping::make_plan(std::move(read), std::move(zones), diagnostics);
  sort_by_place(diagnostics);
  return diagnostics;
}

}  // namespace

TEST_CASE("mistakes are reported as tests/cases/diagnostics.yaml says", "[configuration]") {
  const std::string golden = golden::read_file("diagnostics.expected.txt");
  std::size_t read = 0;
  for (const YAML::Node& one : YAML::Load(golden::read_file("diagnostics.yaml"))) {
    const std::string file = file_of(one);
    const Diagnostics diagnostics = diagnostics_of(file, text_of(one["catalogs"]));
    std::string shown = "=== " + text_of(one["name"]) + "\n\n";
    for (const Diagnostic& diagnostic : diagnostics) shown += render(diagnostic, "mapping.yaml", file) + '\n';
    INFO(text_of(one["name"]));
    CHECK(golden.substr(std::min(read, golden.size()), shown.size()) == shown);
    read += shown.size();
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
  CHECK(read == golden.size());
}
