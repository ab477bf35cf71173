/// Values that hold the same part many times over: small in memory, of endless text.
#include <catch2/catch.hpp>

#include "crmsync.h"
#include "golden.h"

namespace {

/// A list in a list in a list, each twice: 2^levels leaves.
std::string doubling(int levels) {
  std::string expression = "[1]";
  for (int i = 0; i < levels; ++i) expression += ".map(a, [a, a])";
  return expression;
}

}  // namespace

TEST_CASE("a result of endless text is an error, not endless memory") {
  std::string out;
  CHECK(crmsync::evaluate(doubling(3), "", "", out));
  CHECK(out == "[[[[1,1],[1,1]],[[1,1],[1,1]]]]");
  for (const auto evaluate : {crmsync::evaluate, crmsync::evaluate_typed}) {
    out.clear();
    CHECK_FALSE(evaluate(doubling(60), "", "", out));
    CHECK(golden::parsed(out)["code"] == "EXP010");
  }
}

TEST_CASE("a field of endless text fails alone") {
  const std::string file = R"({"field_mapping": [{"crm_field": "A", "formula": ")" + doubling(60) +
                           R"(", "direction": "to_crm"}, {"crm_field": "B", "penguinmails_field": "b"}]})";
  std::string out;
  const auto mapping = crmsync::compile(file, "", out);
  INFO(out);
  REQUIRE(mapping);
  out.clear();
  REQUIRE(mapping->map(crmsync::MapDirection::to_crm, R"({"b": 1})", "", out));
  const nlohmann::json mapped = golden::parsed(out);
  CHECK(mapped["record"] == nlohmann::json{{"B", 1}});
  CHECK(mapped["fields"][0]["reason"] == "wrong_type");
}
