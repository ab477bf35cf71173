#include "mapping/nullable_input.h"

namespace crmsync::mapping {
namespace {

/// A value as the field may hold it; a text that is a time too, in case one is read from it.
Value sample(Kind kind, std::string_view number) {
  switch (kind) {
    case Kind::number: return Value::of_text(Kind::numeral, number);
    case Kind::boolean: return Value::of(true);
    case Kind::string:
    case Kind::timestamp: return Value::of_string("2000-01-01T00:00:00Z");
    case Kind::list: return Value::of_list(nullptr, 0);
    default: return {};
  }
}

Kind kind_of(const expression::Program& condition, const Value* record, std::uint64_t cost, Arena& arena) {
  expression::Budget budget{cost};
  expression::Inputs inputs;
  inputs.record = record;
  inputs.now.kind = Kind::timestamp;
  return condition.evaluate(inputs, arena, budget).held().kind;
}

}  // namespace

std::string nullable_input(const expression::Program& condition, const expression::InputTable& table,
                           const Catalog& catalog, std::uint64_t cost, Arena& arena) {
  const std::vector<Path>& paths = table.paths();
  Value* const record = arena.array<Value>(paths.size());
  // Of `lead_score > 50 && x` a low score never asks for `x`, of `lead_score < 50 && x` a high one.
  for (const std::string_view number : {"1", "1000000"}) {
    for (const std::uint32_t slot : condition.reads()) record[slot] = sample(catalog.type_of(paths[slot]), number);
    // Only where the condition says something when all is there, what is left out is what makes it null.
    if (kind_of(condition, record, cost, arena) != Kind::boolean) continue;
    for (const std::uint32_t slot : condition.reads()) {
      if (paths[slot].segments.empty() || !catalog.says_nullable(paths[slot])) continue;
      const Value held = record[slot];
      record[slot] = Value::null();
      if (kind_of(condition, record, cost, arena) == Kind::null) return to_string(paths[slot]);
      record[slot] = held;
    }
  }
  return {};
}

}  // namespace crmsync::mapping
