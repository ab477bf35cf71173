#pragma once
#include "expression/context.h"

/// Lists and maps: what makes them and what takes them apart.
namespace crmsync::expression {

/// A map of `count` pairs of key and value. Keys are strings, booleans, ints and uints, each once (0 and 0u are the
/// same); otherwise EXP019.
Value make_map(const Value* pairs, std::size_t count, Context& context);

/// `container[key]`. A list's index out of range is EXP008, a map's missing key EXP007, or null if `missing_is_null`.
Value element_at(const Value& container, const Value& key, bool missing_is_null, Context& context);

/// `container.?name` or `container[?key]`: an optional, empty where `container` has no such key or index, or is an
/// empty optional itself. Of an optional that holds something the element of that is meant; so chains stay optional.
Value optional_at(const Value& container, const Value& key, bool is_name, Context& context);

Value optional_of(const Value& value, Context& context);

/// Resolves the optional entries (`Value::entry`) among a literal's `values`: each is what it holds, or is left out.
/// With a `stride` of 2 they are pairs of key and value. Returns how many values remain.
std::size_t settle_entries(Value* values, std::size_t count, std::size_t stride);

/// `map.name`. In `crm` a missing key and a member of null are null. `position` becomes the member's.
Value member_of(const Value& map, const Value& name, std::uint32_t& position, Context& context);

/// Whether `map` has the member `name`; null has none in `crm`.
Value has_member(const Value& map, const Value& name, Context& context);

}  // namespace crmsync::expression
