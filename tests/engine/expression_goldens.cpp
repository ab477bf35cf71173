/// Runs tests/cases/expressions.yaml and templates.yaml.
#include <yaml-cpp/yaml.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "diagnostics/codes.h"
#include "expression_support.h"
#include "tests_dir.h"

namespace crmsync::expression {
namespace {

bool is_numeral(const std::string& text) {
  const std::size_t start = text[0] == '-' ? 1 : 0;
  return text.size() > start && text[start] >= '0' && text[start] <= '9' &&
         text.find_first_not_of("+-.0123456789eE", start) == std::string::npos;
}

/// A YAML node as compact JSON text; plain scalars keep their spelling, so numbers stay exact.
std::string to_json(const YAML::Node& node) {
  std::string json;
  switch (node.Type()) {
    case YAML::NodeType::Sequence:
      for (const YAML::Node& item : node) json += (json.empty() ? "" : ",") + to_json(item);
      return '[' + json + ']';
    case YAML::NodeType::Map:
      for (const auto& pair : node) {
        if (!json.empty()) json += ',';
        json::append_string(json, pair.first.Scalar());
        json += ':' + to_json(pair.second);
      }
      return '{' + json + '}';
    case YAML::NodeType::Scalar: {
      const std::string& text = node.Scalar();
      const bool plain = node.Tag() == "?";
      if (plain && (text == "true" || text == "false" || is_numeral(text))) return text;
      json::append_string(json, text);
      return json;
    }
    default: return "null";
  }
}

Setting setting_of(const YAML::Node& test) {
  Setting setting;
  setting.is_template = test["template"].IsDefined();
  if (test["dialect"]) setting.dialect = test["dialect"].Scalar() == "cel" ? Dialect::cel : Dialect::crm;
  if (test["variables"]) setting.variables = to_json(test["variables"]);
  setting.closed = !setting.is_template && !test["open"];
  for (const auto& variable : test["variables"]) setting.closed_names.push_back(variable.first.Scalar());
  if (test["now"]) setting.now = test["now"].Scalar();
  if (test["over"]) setting.over = test["over"].Scalar();
  if (test["container"]) setting.container = test["container"].Scalar();
  if (test["order_by"]) setting.order_by = test["order_by"].Scalar();
  if (test["where"]) setting.where = test["where"].Scalar();
  return setting;
}

constexpr const char* origins[] = {"expression", "where", "order_by"};

void run_file(const std::string& name, const char* key) {
  const YAML::Node tests = YAML::LoadFile(std::string(tests_dir) + "/cases/" + name);
  REQUIRE(tests.size() > 50);
  for (const YAML::Node& test : tests) {
    const std::string source = test[key].Scalar();
    INFO(test["name"].Scalar() << ": " << source);
    const Outcome outcome = run(source, setting_of(test));
    INFO(outcome.message);
    if (const YAML::Node error = test["error"]) {
      CHECK(std::string(code_name(outcome.code)) == error["code"].Scalar());
      const std::string in = error["in"] ? error["in"].Scalar() : "expression";
      CHECK(in == origins[static_cast<std::size_t>(outcome.origin)]);
      const std::string& text = test[in] ? test[in].Scalar() : source;
      CHECK(position_at(text, outcome.offset).column == error["column"].as<unsigned>());
      CHECK(!outcome.message.empty());
    } else {
      CHECK(std::string(code_name(outcome.code)) == "");
      CHECK(outcome.json == to_json(test["result"]));
      if (test["type"]) CHECK(outcome.type == test["type"].Scalar());
    }
  }
}

TEST_CASE("expressions.yaml", "[expression]") {
  run_file("expressions.yaml", "expression");
}
TEST_CASE("templates.yaml", "[expression]") {
  run_file("templates.yaml", "template");
}

}  // namespace
}  // namespace crmsync::expression
