#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "diagnostics/diagnostic.h"

using namespace crmsync;

TEST_CASE("a misspelling finds the name that was meant", "[diagnostics]") {
  const std::vector<std::string_view> keys{
      "crm_field", "penguinmails_field", "direction", "normalize", "formula", "where", "write"};
  CHECK(nearest_name("crm_feild", keys) == "crm_field");   // two letters swapped
  CHECK(nearest_name("crm_fild", keys) == "crm_field");    // one missing
  CHECK(nearest_name("crm_fieldd", keys) == "crm_field");  // one too many
  CHECK(nearest_name("dirextion", keys) == "direction");   // another letter
  CHECK(nearest_name("CRM-Field", keys) == "crm_field");   // other spelling
  CHECK(nearest_name("normalise", keys) == "normalize");
  CHECK(nearest_name("wrte", keys) == "write");
}

TEST_CASE("another word is no misspelling", "[diagnostics]") {
  const std::vector<std::string_view> keys{"crm_field", "direction", "max", "min", "tie"};
  CHECK(nearest_name("colour", keys).empty());
  CHECK(nearest_name("", keys).empty());
  CHECK(nearest_name("ab", keys).empty());
  CHECK(nearest_name("xyz", keys).empty());
  CHECK(nearest_name("direction", keys).empty());  // the name itself is no suggestion
  CHECK(nearest_name(std::string(10'000, 'd'), keys).empty());
  CHECK(nearest_name("mxa", keys) == "max");
}

TEST_CASE("the distance can be limited", "[diagnostics]") {
  const std::vector<std::string_view> names{"Email", "FirstName"};
  CHECK(nearest_name("email", names, 0) == "Email");
  CHECK(nearest_name("emial", names, 0).empty());
  CHECK(nearest_name("emial", names, 1) == "Email");
  CHECK(nearest_name("FristNaem", names, 1).empty());
  CHECK(nearest_name("FristNaem", names, 2) == "FirstName");
}

TEST_CASE("every code has a name of its own, a title and a severity", "[diagnostics]") {
  std::set<std::string_view> names;
  for (unsigned i = 1; i < static_cast<unsigned>(Code::count_); ++i) {
    const Code code = static_cast<Code>(i);
    CHECK(code_name(code).size() == 6);
    CHECK(names.insert(code_name(code)).second);
    CHECK(!code_title(code).empty());
  }
  CHECK(code_name(Code::MAP001) == "MAP001");
  CHECK(code_name(Code::none).empty());
  CHECK(code_severity(Code::MAP012) == Severity::warning);
  CHECK(code_severity(Code::MAP001) == Severity::error);
  CHECK(severity_name(Severity::info) == "info");
}
