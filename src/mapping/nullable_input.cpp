#include "mapping/nullable_input.h"

#include <vector>

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

}  // namespace

std::string nullable_input(const expression::Program& condition, const expression::InputTable& table,
                           const Catalog& catalog, std::uint64_t cost, Arena& arena) {
  std::vector<Value> record(table.paths().size());
  const auto kind = [&] {
    expression::Budget budget{cost};
    expression::Inputs inputs;
    inputs.record = record.data();
    inputs.now.kind = Kind::timestamp;
    return condition.evaluate(inputs, arena, budget).held().kind;
  };
  // Of `lead_score > 50 && x` a low score never asks for `x`, of `lead_score < 50 && x` a high one.
  for (const std::string_view number : {"1", "1000000"}) {
    for (const std::uint32_t slot : condition.reads())
      record[slot] = sample(catalog.type_of(table.paths()[slot]), number);
    // Only where the condition says something when all is there, what is left out is what makes it null.
    if (kind() != Kind::boolean) continue;
    for (const std::uint32_t slot : condition.reads()) {
      const Path& path = table.paths()[slot];
      if (path.segments.empty() || !catalog.says_nullable(path)) continue;
      const Value held = record[slot];
      record[slot] = Value::null();
      if (kind() == Kind::null) return to_string(path);
      record[slot] = held;
    }
  }
  return {};
}

}  // namespace crmsync::mapping
