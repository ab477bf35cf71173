#include <cstdint>
#include <optional>

#include "conflict/strategy.h"
#include "json/number.h"
#include "json/time.h"

namespace crmsync::conflict {
namespace {

int sign(bool less, bool greater) {
  return less ? -1 : greater ? 1 : 0;
}

/// Which of two numbers, dates or moments is less; nothing for other values, and for numbers that only differ beyond
/// what a double holds.
std::optional<int> order_of(const Value& a, const Value& b) {
  if (a.kind != b.kind) return std::nullopt;
  switch (a.kind) {
    case Kind::numeral: {
      const auto x = json::to_int64(a.view()), y = json::to_int64(b.view());
      if (x && y) return sign(*x<*y, *x> * y);
      const double p = json::to_double(a.view()), q = json::to_double(b.view());
      return p == q ? std::nullopt : std::optional(sign(p<q, p> q));
    }
    case Kind::integer: return sign(a.integer<b.integer, a.integer> b.integer);
    case Kind::timestamp: return json::compare_timestamps(a, b);
    default: return std::nullopt;
  }
}

Verdict by_size(const Contest& contest, bool greater) {
  const Value &local = contest.local.now, &crm = contest.crm.now;
  if (local.is_nothing() || crm.is_nothing())
    return {local.is_nothing() ? Winner::crm : Winner::local, Reason::other_is_blank};
  const std::optional<int> order = order_of(local, crm);
  if (!order) return {Winner::none, Reason::not_comparable};
  return {(*order > 0) == greater ? Winner::local : Winner::crm, greater ? Reason::greater_wins : Reason::smaller_wins};
}

}  // namespace

/// The greater number, the later date. A value that both sides moved away from counts no more.
Verdict max(const Contest& contest) {
  return by_size(contest, true);
}

Verdict min(const Contest& contest) {
  return by_size(contest, false);
}

}  // namespace crmsync::conflict
