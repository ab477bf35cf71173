#pragma once
#include "expression/ast.h"
#include "expression/context.h"
#include "json/short_text.h"

/// Equality and ordering of values (cel-spec, doc/langdef.md, "Equality and Ordering").
namespace crmsync::expression {

enum class Equality : std::uint8_t { different, equal, out_of_budget };

/// Never fails for types: values of different types differ, numbers of all types stand on one line, NaN equals
/// nothing. Costs 0.1 per character or element of the shorter, and of each list or map inside.
Equality compare_equal(const Value& left, const Value& right, Context& context);

enum class Ordering : std::int8_t {
  less = -1,
  equal = 0,
  greater = 1,
  unordered = 2,
  no_overload = 3,
  out_of_budget = 4
};

/// Numbers exactly, whatever their types (2^63-1 is less than 9223372036854775808.0); strings by code point; bytes;
/// false before true; timestamps; durations. Other pairs: `no_overload`; with NaN: `unordered`.
Ordering compare_order(const Value& left, const Value& right, Context& context);

/// Whether a member's key is the string `key`.
inline bool has_key(const Member& member, const Value& key) {
  return member.key.kind == Kind::string && member.key.size == key.size &&
         same_bytes(member.key.text, key.text, key.size);
}

/// The member of `map` whose key equals `key`, or null. Numbers of all types find each other. Costs 1 per 32 members;
/// `out_of_budget` is set when there is not enough left.
const Member* find_member(const Value& map, const Value& key, Context& context, bool& out_of_budget);

/// A boolean, an error, or in `crm` null: the value of `left op right` for the ordering, equality and `in`.
Value compare(Operator op, const Value& left, const Value& right, Context& context);

}  // namespace crmsync::expression
