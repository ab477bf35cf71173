/// What expressions cost: cel-go's weights (interpreter/runtimecost.go). `cel_go` is what cel-go counts; where it is
/// not what is counted here, `why` says so.
#include <catch2/catch.hpp>

#include "expression_support.h"

namespace crmsync::expression {
namespace {

struct Priced {
  const char* expression;
  std::uint64_t cost, cel_go;
  const char* why = "";
};

constexpr std::string_view variables =
    R"({"i": 7, "j": 3, "t": true, "s": "abcdefghijklmno", "u": "abcdefghijklmnopqrstuvwxyz", "e": "",)"
    R"( "l": [1, 2, 3], "none": [], "m": {"a": {"b": 1}, "c": 2}})";

constexpr const char* folded = "constants are computed when the expression is compiled, as with cel-go's OptOptimize";

constexpr Priced prices[] = {
    {"i", 1, 1},
    {"42", 0, 0},
    {"m.a.b", 3, 3},
    {"m['a']", 2, 2},
    {"l[0]", 2, 2},
    {"has(m.a)", 1, 1},
    {"has(m.a.b)", 2, 2},
    {"i + j", 3, 3},
    {"i * j - 1.0", 4, 4},
    {"-i", 2, 2},
    {"!t", 2, 2},
    {"i < j", 3, 3},
    {"i == 7.0", 2, 2},
    {"t && t", 2, 2},
    {"t || 1 / 0 > 1", 1, 1},
    {"t ? i : j", 2, 2},
    {"1 < 2", 1, 1},
    {"1 + 1", 0, 1, folded},
    {"[1, 2, 3]", 0, 10, folded},
    {"[i]", 11, 11},
    {"{'a': i}", 31, 31},
    {"2 in [1, 2, 3]", 3, 13, folded},
    {"i in l", 5, 5},
    {"'a' in m", 2, 2},
    {"s == u", 4, 4},
    {"s < u", 4, 4},
    {"s == 'x'", 2, 2},
    {"e == e", 3, 2, "an instruction costs at least 1"},
    {"s + u", 7, 7},
    {"s + ' ' + u", 8, 9, "texts are joined once, cel-go copies the sum so far again"},
    {"l + l", 3, 3},
    {"size(l)", 2, 2},
    {"size(u)", 4, 2, "code points are counted by going over the text"},
    {"s.startsWith('a')", 3, 3},
    {"u.endsWith('z')", 4, 4},
    {"u.contains(s)", 8, 8},
    {"bytes(u)", 4, 4},
    {"string(i)", 2, 2},
    {"int(i)", 2, 2},
    {"none.all(x, true)", 2, 2},
    {"[1, 2, 3].all(x, true)", 10, 20, folded},
    {"l.all(x, x > 0.0)", 17, 17},
    {"l.exists(x, x > 5.0)", 17, 17},
    {"l.exists(x, x > 0.0)", 7, 9, "cel-go asks its condition once more before it leaves"},
    {"l.exists_one(x, x == 1.0)", 13, 13},
    {"l.map(x, x)", 51, 51},
    {"l.map(x, x > 1.0, x)", 45, 45},
    {"l.filter(x, x > 1.0)", 45, 45},
    {"none.map(x, x)", 12, 12},
    {"l.map(x, l.map(y, x))", 201, 201},
    {"m.all(k, m[k] != null)", 16, 16},
};

TEST_CASE("costs are cel-go's", "[expression][cost]") {
  for (const Priced& priced : prices) {
    Setting setting;
    setting.dialect = Dialect::cel;
    setting.variables = variables;
    const Outcome outcome = run(priced.expression, setting);
    INFO(priced.expression << ": " << outcome.message);
    CHECK(outcome.code == Code::none);
    CHECK(outcome.cost == priced.cost);
    CHECK((priced.cost == priced.cel_go) == std::string_view(priced.why).empty());
  }
}

TEST_CASE("the limit is exact", "[expression][cost]") {
  Setting setting;
  setting.dialect = Dialect::cel;
  setting.variables = variables;
  setting.cost = 51;
  CHECK(run("l.map(x, x)", setting).json == "[1,2,3]");
  setting.cost = 50;
  CHECK(run("l.map(x, x)", setting).code == Code::EXP010);
}

}  // namespace
}  // namespace crmsync::expression
