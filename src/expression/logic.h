#pragma once
#include "expression/ast.h"
#include "expression/context.h"

/// CEL's logic: && and || absorb errors, in either order; in `crm` null is unknown (three-valued, as in SQL).
namespace crmsync::expression {

/// Both operands are there, errors as values. `op` is and_ or or_.
Value combine(Operator op, const Value& left, const Value& right, Context& context);

Value not_(const Value& value, Context& context);

enum class Condition : std::uint8_t { met, unmet, no_condition };

/// A condition that is unknown is not met.
inline Condition judge(const Value& value, bool lenient) {
  if (value.kind == Kind::boolean) return value.boolean ? Condition::met : Condition::unmet;
  return lenient && value.is_nothing() ? Condition::unmet : Condition::no_condition;
}

}  // namespace crmsync::expression
