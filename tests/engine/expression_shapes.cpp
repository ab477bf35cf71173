/// The machine's loop has the plain shapes of values itself and leaves all others to `Machine::step`: the same values
/// in either shape give the same result, for the same cost, and end at the same place where the budget ends.
#include <catch2/catch.hpp>

#include "expression_support.h"

namespace crmsync::expression {
namespace {

/// Numbers of few digits, short texts without escapes; then the same values as no loop takes them.
constexpr std::string_view plain =
    R"({"n": 75, "m": 3, "yes": true, "no": false, "first": "Ada", "last": "Lovelace", "mail": "ada@acme.com",)"
    R"( "code": "DE", "gone": null, "rows": [{"opens": 1, "clicks": 2}, {"opens": 0, "clicks": 4},)"
    R"( {"clicks": 3, "opens": 5}], "texts": ["DE", "FR"]})";
constexpr std::string_view other =
    R"({"n": 75.000000000000, "m": 3.000000000000, "yes": true, "no": false, "first": "\u0041da",)"
    R"( "last": "Love\u006cace", "mail": "ada@acme.co\u006d", "code": "D\u0045", "gone": null,)"
    R"( "rows": [{"opens": 1.000000000000, "clicks": 2.000000000000}, {"opens": 0.000000000000,)"
    R"( "clicks": 4.000000000000}, {"clicks": 3.000000000000, "opens": 5.000000000000}], "texts": ["D\u0045", "FR"]})";

constexpr std::string_view expressions[] = {
    "n",
    "first",
    "n >= 75",
    "n < 75",
    "75 <= n",
    "n != m",
    "n == m",
    "n in [1, 75]",
    "code in ['DE', 'FR']",
    "code in ['AT', 1, null]",
    "code in texts",
    "mail in ['ada@acme.com']",
    "n + m * 2.0 - n / m",
    "n % 2",
    "-n",
    "!yes",
    "yes && no",
    "no || n > m",
    "gone || yes",
    "gone && yes",
    "yes ? first : last",
    "gone ? first : last",
    "has(first) ? first : 'Unknown'",
    "has(nowhere) ? nowhere : 'Unknown'",
    "n > 1 ? 'hot' : 'cold'",
    "first + ' ' + last",
    "'Dear ' + first + ' ' + last + ', of ' + code + '!'",
    "first + ' of age ' + n",
    "first + ' ' + nowhere",
    "first + last",
    "(yes ? first : 'x') + 'y' + last",
    "(no ? 'x' : 'z') + 'y' + last",
    "mail.endsWith('@acme.com')",
    "mail.endsWith('ada@acme.com.example.org')",
    "mail.startsWith('ada')",
    "first.startsWith(first) && last.endsWith('ce')",
    "n >= 75 && code in ['DE', 'FR'] || mail.endsWith('@acme.com')",
    "rows.filter(r, r.opens > 0).map(r, r.opens + r.clicks)",
    "rows.map(r, r.nowhere)",
    "rows.map(r, 'x' + code + 'y')",
    "rows.exists(r, r.opens == 5)",
    "rows.all(r, r.clicks > 1)",
    "rows.filter(r, gone)",
    "texts.filter(t, t == code)",
    "cel.bind(x, n, x + x)",
    "[n, m].map(x, x * x)",
};

TEST_CASE("values of any shape give the same for the same cost", "[expression]") {
  for (const Dialect dialect : {Dialect::crm, Dialect::cel}) {
    for (const std::string_view expression : expressions) {
      INFO(expression);
      const Outcome a = run(expression, {.dialect = dialect, .variables = std::string(plain)});
      const Outcome b = run(expression, {.dialect = dialect, .variables = std::string(other)});
      CHECK(a.code == b.code);
      CHECK(a.offset == b.offset);
      CHECK(a.message == b.message);
      CHECK(a.json == b.json);
      CHECK(a.type == b.type);
      CHECK(a.cost == b.cost);
    }
  }
}

TEST_CASE("a conditional in front of a joined text is one operand", "[expression]") {
  CHECK(run("(true ? b : 'x') + 'y' + 'z'", {.variables = R"({"b": "a"})"}).json == R"("ayz")");
  CHECK(run("(n > 1 ? b : 'x') + 'y'", {.variables = R"({"n": 2, "b": "a"})"}).json == R"("ay")");
}

TEST_CASE("a budget of one less than the cost is too small, in any shape", "[expression]") {
  for (const std::string_view expression : expressions) {
    INFO(expression);
    const Outcome whole = run(expression, {.variables = std::string(plain)});
    if (whole.code != Code::none) continue;
    for (const std::string_view variables : {plain, other}) {
      for (std::uint64_t cost = 0; cost <= whole.cost; ++cost) {
        const Outcome outcome = run(expression, {.variables = std::string(variables), .cost = cost});
        INFO(cost);
        CHECK(outcome.code == (cost < whole.cost ? Code::EXP010 : Code::none));
        if (cost == whole.cost) CHECK(outcome.json == whole.json);
      }
    }
  }
}

}  // namespace
}  // namespace crmsync::expression
