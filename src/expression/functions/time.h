#pragma once
#include "expression/ast.h"
#include "expression/context.h"

/// Timestamps (from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999999Z, nanoseconds) and durations (64 bits of
/// nanoseconds), as cel-spec has them.
namespace crmsync::expression {

struct Function;

/// Whether the second argument is a time zone, as in `t.getHours('Europe/Berlin')`.
bool takes_zone(const Function& function);

/// Sums and differences of timestamps and durations; EXP006 beyond their ranges.
Value time_arithmetic(Operator op, const Value& left, const Value& right, Context& context);

/// What the trimmed `text` of a record's value says in the datetime field `name`: RFC 3339, without an offset in the
/// context's zone, or milliseconds. EXP009 if it is none.
Value time_of_field(const Value& written, std::string_view text, std::string_view name, Context& context);

/// RFC 3339 in UTC, or seconds with an `s`. Lies in the arena.
std::string_view time_text(const Value& value, Context& context);

}  // namespace crmsync::expression
