#include <cmath>
#include <string>

#include "conflict/strategy.h"
#include "expression/exact_sum.h"
#include "json/number.h"

namespace crmsync::conflict {
namespace {

/// Adds a numeral, or takes it away; false for what is none, or is too large to be added exactly.
bool add(expression::ExactSum& sum, const Value& numeral, bool take_away, bool& integral) {
  if (!numeral.is(Kind::numeral)) return false;
  if (const auto integer = json::to_int64(numeral.view()); integer && *integer != INT64_MIN) {
    sum.add(take_away ? -*integer : *integer);
    return true;
  }
  const double number = json::to_double(numeral.view());
  if (!(std::fabs(number) <= expression::ExactSum::largest_term)) return false;
  integral = false;
  sum.add(take_away ? -number : number);
  return true;
}

}  // namespace

/// Counters: what both agreed on, plus what either side added since. Exact, so that it does not matter which side is
/// which.
Verdict add_deltas(const Contest& contest) {
  const Verdict impossible{Winner::none, Reason::not_comparable};
  expression::ExactSum sum, bases;
  bool integral = true;
  const Value &local = contest.local.before, &crm = contest.crm.before;
  // Two bases that differ leave no one number to add to.
  if (!add(bases, local, false, integral) || !add(bases, crm, true, integral) || bases.rounded() != 0)
    return impossible;
  if (!add(sum, contest.local.now, false, integral) || !add(sum, contest.crm.now, false, integral) ||
      !add(sum, local, true, integral))
    return impossible;
  std::string text;
  std::int64_t whole = 0;
  if (integral && sum.to_integer(whole)) {
    json::append_integer(text, whole);
  } else if (integral || !std::isfinite(sum.rounded())) {
    return impossible;
  } else {
    json::append_number(text, sum.rounded());
  }
  return {Winner::both, Reason::deltas_added, Value::of_text(Kind::numeral, contest.arena->copy(text))};
}

}  // namespace crmsync::conflict
