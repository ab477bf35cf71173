/// The laws over all conflicts of one field.
#include "../enumeration.h"

#include <catch2/catch.hpp>

#include "world.h"

namespace {

using laws::json;

std::vector<json> inputs_of(const std::string& set) {
  std::vector<json> inputs;
  std::istringstream lines(enumeration::all().sets.at(set).all);
  std::size_t line_number = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line_number++ % laws::step == 0) inputs.push_back(json::parse(line));
  }
  return inputs;
}

json file_of_two(json file) {
  for (json& side : file["catalog"]) side["other"] = side["value"];
  json entry = file["field_mapping"][0];
  entry["penguinmails_field"] = entry["crm_field"] = "other";
  file["field_mapping"].push_back(entry);
  return file;
}

void add(json& members, const json& given) {
  if (given.contains("value")) members["other"] = given["value"];
}

/// Both inputs' field as one input. What is known of the records, their times, is the same of both.
json together(json one, const json& another) {
  for (const char* const side : laws::sides) {
    json& of = one[side];
    const json& from = another[side];
    add(of["record"], from["record"]);
    if (of.contains("fetched") && !from["fetched"].empty()) of["fetched"].push_back("other");
    for (const char* const part : {"field_times", "acts"}) {
      if (of.contains(part)) add(of[part], from[part]);
    }
    if (!one["base"].is_object()) one["base"] = {{"agreed_at", "2026-01-01T00:00:00Z"}};
    json& base = one["base"][side];
    if (!base.is_object()) base = json::object();
    add(base, laws::at(another["base"], side));
  }
  return one;
}

/// The eighth law: each field beside another one.
void try_pairs(const json& file, const std::vector<json>& inputs, laws::Rules& alone, laws::Result& result) {
  laws::Rules rules(file_of_two(file));
  for (std::size_t i = 0; i < inputs.size() && result.failure.empty(); ++i) {
    const json input = together(inputs[i], inputs[(i * 37 + 11) % inputs.size()]);
    try {
      laws::compare_alone(rules.fields[0], rules.decide(input), alone.decide(inputs[i]));
      ++result.times;
    } catch (const std::exception& broken) {
      result.failure = broken.what() + std::string("\n") + input.dump();
    }
  }
}

const std::vector<laws::Result>& results() {
  static const std::vector<laws::Result> tried = [] {
    std::vector<laws::Result> results(laws::all().size());
    for (const enumeration::Group& group : enumeration::all().groups) {
      for (const enumeration::Part& part : group.parts) {
        if (!part.laws) continue;
        const json file = json::parse(part.mapping);
        laws::Rules rules(file);
        const std::vector<json> inputs = inputs_of(part.set);
        for (const json& input : inputs) {
          laws::World world(rules, input);
          laws::try_all(world, results);
        }
        try_pairs(file, inputs, rules, results[7]);
      }
    }
    return results;
  }();
  return tried;
}

}  // namespace

TEST_CASE("the laws of resolve over all conflicts of one field", "[laws]") {
  INFO(enumeration::how_to_write);
  REQUIRE(enumeration::all().groups.size() > 0);
  for (std::size_t i = 0; i < laws::all().size(); ++i) {
    DYNAMIC_SECTION("law " << laws::all()[i].name) {
      CHECK(results()[i].failure == "");
      CHECK(results()[i].times >= 50 / static_cast<int>(laws::step));
    }
  }
}
