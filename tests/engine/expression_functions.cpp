/// The functions' documentation, and what of them needs more than goldens.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>

#include "expression/decimal.h"
#include "expression/functions.h"
#include "expression_support.h"

namespace crmsync::expression {
namespace {

std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  for (std::size_t at; (at = text.find(separator)) != std::string_view::npos; text.remove_prefix(at + separator.size()))
    parts.push_back(text.substr(0, at));
  parts.push_back(text);
  return parts;
}

Outcome run_in(Dialect dialect, std::string_view source) {
  Setting setting;
  setting.dialect = dialect;
  setting.closed = true;
  setting.is_template = source.starts_with("{{");
  return run(source, setting);
}

void check_examples(const Documentation& documentation, std::initializer_list<Dialect> dialects) {
  CHECK_FALSE(documentation.summary.empty());
  for (const std::string_view example : split(documentation.examples, "\n")) {
    const std::vector<std::string_view> sides = split(example, " => ");
    INFO(example);
    REQUIRE(sides.size() == 2);
    for (const Dialect dialect : dialects) {
      const Outcome outcome = run_in(dialect, sides[0]);
      INFO(outcome.message);
      if (sides[1] == "error") {
        CHECK(outcome.code != Code::none);
        continue;
      }
      const Outcome expected = run_in(dialect, sides[1]);
      CHECK(outcome.code == Code::none);
      CHECK(outcome.type == expected.type);
      CHECK(outcome.json == expected.json);
    }
  }
}

TEST_CASE("every function is documented, and its examples give what they say", "[expression][functions]") {
  std::size_t count = 0;
  for (const FunctionFamily family : function_families()) {
    const bool filters = family.functions == template_filters().functions;
    for (std::size_t i = 0; i < family.count; ++i, ++count) {
      const Function& function = family.functions[i];
      const Documentation& documentation = function.documentation;
      INFO(function.name << ": " << documentation.signature);
      const std::string written(function.name);
      if (filters) {
        CHECK(documentation.signature.find(" | " + written) != std::string_view::npos);
        check_examples(documentation, {Dialect::crm});
      } else {
        CHECK(documentation.signature.find((function.member ? "." : "") + written + "(") !=
              (function.member ? std::string_view::npos : documentation.signature.size()));
        CHECK(documentation.examples.find(written) != std::string_view::npos);
        check_examples(documentation, {Dialect::cel, Dialect::crm});
      }
    }
  }
  CHECK(count > 60);
}

TEST_CASE("operators, macros and aggregates do what their examples say", "[expression][functions]") {
  for (const DocumentedLanguage language : {documented_operators(), documented_macros()}) {
    for (std::size_t i = 0; i < language.count; ++i) {
      INFO(language.entries[i].signature);
      check_examples(language.entries[i], {Dialect::cel, Dialect::crm});
    }
  }
  const DocumentedLanguage aggregates = documented_aggregates();
  for (std::size_t i = 0; i < aggregates.count; ++i) check_examples(aggregates.entries[i], {Dialect::crm});
}

}  // namespace
}  // namespace crmsync::expression
