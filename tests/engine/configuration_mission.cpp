#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>
#include <string>

#include "mapping/configuration.h"
#include "tests_dir.h"

using namespace crmsync;
using namespace crmsync::mapping;

namespace {

std::string mission() {
  std::ifstream file(std::string(tests_dir) + "/cases/mission.yaml", std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string codes(const Diagnostics& diagnostics) {
  std::string codes;
  for (const Diagnostic& diagnostic : diagnostics) codes += std::string(code_name(diagnostic.code)) + " ";
  return codes;
}

void check_entries(const Configuration& configuration) {
  REQUIRE(configuration.entries.size() == 4);
  const Entry& direct = configuration.entries[0];
  CHECK((direct.name == "direct_mapping" && direct.kind == EntryKind::direct &&
         direct.direction == Direction::bidirectional));
  CHECK((direct.crm.at(0).path == Path{{"Email"}} && direct.local.at(0).path == Path{{"email"}} &&
         direct.local_type == Type::email));
  const Entry& formula = configuration.entries[1];
  CHECK((formula.kind == EntryKind::formula && formula.direction == Direction::to_crm &&
         formula.formula.text == "{{first_name}} {{last_name}}"));
  const Entry& conditional = configuration.entries[2];
  CHECK((conditional.kind == EntryKind::conditional && conditional.cases.at(0).when.text == "lead_score >= 75"));
  CHECK((conditional.cases.at(0).value.literal.value.view() == "Hot" &&
         conditional.otherwise.literal.value.view() == "Warm"));
  const Entry& aggregation = configuration.entries[3];
  CHECK((aggregation.kind == EntryKind::aggregation && aggregation.formula.text == "SUM(opens + clicks)" &&
         !aggregation.over));
}

}  // namespace

TEST_CASE("the mission's two blocks load unchanged, together and each alone", "[configuration]") {
  const std::string both = mission();
  const std::size_t second = both.find("conflict_resolution_strategies:");
  REQUIRE(second != std::string::npos);

  Diagnostics diagnostics;
  const Configuration together = read_configuration(both, "mission.yaml", diagnostics);
  CHECK(codes(diagnostics) == "MAP012 MAP012 MAP012 ");  // lead_score, company and custom_fields have no entry
  CHECK(!has_errors(diagnostics));
  check_entries(together);
  REQUIRE(together.conflict.fields.size() == 4);
  CHECK((together.conflict.fields[0].field.text == "email" &&
         together.conflict.fields[0].choice.strategy == Strategy::crm_wins));
  CHECK((together.conflict.fields[3].field.text == "custom_fields" &&
         together.conflict.fields[3].choice.strategy == Strategy::manual));

  diagnostics.clear();
  check_entries(read_configuration(std::string_view(both).substr(0, second), "mission.yaml", diagnostics));
  CHECK(diagnostics.empty());

  diagnostics.clear();
  const Configuration strategies =
      read_configuration(std::string_view(both).substr(second), "mission.yaml", diagnostics);
  CHECK(strategies.conflict.fields.size() == 4);
  CHECK(!has_errors(diagnostics));
}

TEST_CASE("the mission's strategies by themselves name every strategy", "[configuration]") {
  Diagnostics diagnostics;
  read_configuration(
      "conflictResolutionStrategies: {crm_wins: {use_case: x}, newest_win: {}, longest: {}}\nfield_mapping: {examples: "
      "[{crm_field: A, penguinmails_field: a}], mapping_types: [direct, formulas]}",
      "f", diagnostics);
  CHECK(codes(diagnostics) == "MAP001 MAP003 ");
  CHECK(diagnostics.at(0).suggestion == "newest_wins");
  CHECK(diagnostics.at(1).suggestion == "formula");
}
