#include <algorithm>

#include "conflict/strategy.h"

namespace crmsync::conflict {
namespace {

bool holds(const Value& list, std::string_view element) {
  for (std::uint32_t i = 0; list.is(Kind::list) && i < list.size; ++i) {
    if (list.elements[i].view() == element) return true;
  }
  return false;
}

}  // namespace

/// Three-way: what either side has, without what either took away since both agreed. Without a base nothing was taken
/// away. In the catalog's order, else by code points, so that it does not depend on which side is which.
Verdict union_of(const Contest& contest) {
  const Change &local = contest.local, &crm = contest.crm;
  const auto count = [](const Value& list) { return list.is(Kind::list) ? list.size : 0; };
  Value* const united = contest.arena->array<Value>(count(local.now) + count(crm.now));
  std::uint32_t size = 0;
  const auto add = [&](std::string_view element) {
    const bool taken_away = (holds(local.before, element) && !holds(local.now, element)) ||
                            (holds(crm.before, element) && !holds(crm.now, element));
    if (!taken_away && !holds(Value::of_list(united, size), element)) united[size++] = Value::of_string(element);
  };
  for (const std::string_view element : *contest.catalog) {
    if (holds(local.now, element) || holds(crm.now, element)) add(element);
  }
  const std::uint32_t in_catalog = size;
  for (const Value& list : {local.now, crm.now}) {
    for (std::uint32_t i = 0; list.is(Kind::list) && i < list.size; ++i) add(list.elements[i].view());
  }
  // Few, and both lists came sorted; an insertion sort needs no memory.
  for (std::uint32_t i = in_catalog + 1; i < size; ++i) {
    for (std::uint32_t j = i; j > in_catalog && united[j].view() < united[j - 1].view(); --j)
      std::swap(united[j], united[j - 1]);
  }
  return {Winner::both, Reason::united, Value::of_list(united, size)};
}

}  // namespace crmsync::conflict
