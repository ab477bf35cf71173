#include "expression/logic.h"

namespace crmsync::expression {

Value combine(Operator op, const Value& left, const Value& right, Context& context) {
  const bool decides = op == Operator::or_;  // true settles ||, false settles &&
  for (const Value* value : {&left, &right}) {
    if (value->kind == Kind::boolean && value->boolean == decides) return *value;
  }
  for (const Value* value : {&left, &right}) {
    if (value->kind == Kind::error) return *value;
  }
  bool unknown = false;
  for (const Value* value : {&left, &right}) {
    if (value->kind == Kind::boolean) continue;
    if (!context.lenient || !value->is_nothing()) {
      const Value operands[] = {left, right};
      return context.no_overload(op == Operator::or_ ? "'||'" : "'&&'", operands, 2);
    }
    unknown = true;
  }
  return unknown ? Value::null() : Value::of(!decides);
}

Value not_(const Value& value, Context& context) {
  if (value.kind == Kind::boolean) return Value::of(!value.boolean);
  if (context.lenient && value.is_nothing()) return Value::null();
  return context.no_overload("'!'", &value, 1);
}

}  // namespace crmsync::expression
