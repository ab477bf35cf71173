#pragma once
#include "expression/ast.h"
#include "expression/context.h"

/// Arithmetic (cel-spec, doc/langdef.md, "Numeric Values", "Arithmetic"), and what `+` joins.
namespace crmsync::expression {

/// Whether it is an int, a uint or a double; and it as a double.
bool is_number(const Value& value);
double to_number(const Value& value);

/// `left op right` for + - * / %. Ints and uints overflow into EXP006; division by zero is EXP005, of doubles it is
/// infinite. In `crm` mixed numbers give a double and null gives null, or counts as 0 with `null_is_zero` (inside
/// aggregates); `+` also joins a string with a number, a boolean or null.
Value arithmetic(Operator op, Value left, Value right, bool null_is_zero, Context& context);

Value negate(const Value& value, bool null_is_zero, Context& context);

/// The text that a value adds to a string; an error if it adds none. In `cel` only strings do.
Value concatenable(const Value& value, Context& context);

/// A number or boolean as text: integral doubles without `.0`, as ECMAScript prints them. Lies in the arena.
std::string_view number_text(const Value& value, Context& context);

}  // namespace crmsync::expression
