/// CEL's conformance suite, natively and as WASM, in both dialects. tests/conformance/write.ts writes the cases, since
/// the suite is a package of npm's; scripts/test.mjs has it do so.
#include <algorithm>
#include <catch2/catch.hpp>

#include "golden.h"

namespace {

using nlohmann::json;

/// A TypedValue as text that is equal for equal values: type and value exactly, maps in any order.
std::string canonical(const json& value) {
  const std::string type = value.at("t");
  if (type == "null") return type;
  const json& v = value.at("v");
  if (type == "optional") return type + " " + (v.is_null() ? "none" : canonical(v));
  if (type != "list" && type != "map") return type + " " + (v.is_number() ? json(v.get<double>()) : v).dump();
  std::vector<std::string> parts;
  for (const json& part : v) {
    parts.push_back(type == "list" ? canonical(part) : canonical(part.at(0)) + ": " + canonical(part.at(1)));
  }
  if (type == "map") std::sort(parts.begin(), parts.end());
  std::string text = type;
  for (const std::string& part : parts) text += " (" + part + ")";
  return text;
}

/// What a case gives; wrong calls and what is not built are no errors of an expression.
std::string outcome(const json& each) {
  std::string out;
  const bool ok = crmsync::evaluate_typed(each.at("expression").get<std::string>(), each.at("variables").dump(),
                                          each.at("options").dump(), out);
  const json answer = json::parse(out);
  if (ok) return canonical(answer.at("value"));
  const std::string code = answer.at("code");
  return code.rfind("EXP", 0) == 0 && code != "EXP012" ? "error" : code;
}

TEST_CASE("CEL's conformance suite", "[conformance]") {
  const std::vector<std::string> lines = golden::read_lines("../../build/conformance.ndjson");
  INFO(
      "npm test writes build/conformance.ndjson, or: node --import ./scripts/typescript.mjs "
      "tests/conformance/write.ts build/conformance.ndjson");
  REQUIRE(lines.size() == 3200);  // 1,600 cases in two dialects
  for (const std::string& line : lines) {
    const json each = json::parse(line);
    INFO(each.at("id") << " in " << each.at("options").at("dialect") << ": " << each.at("expression"));
    CHECK(outcome(each) == (each.at("expected").is_null() ? "error" : canonical(each.at("expected"))));
  }
}

}  // namespace
