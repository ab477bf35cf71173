#include "expression/collections.h"

#include "expression/equality.h"

namespace crmsync::expression {
namespace {

bool is_key(const Value& value) {
  return value.kind == Kind::string || value.kind == Kind::boolean || value.kind == Kind::integer ||
         value.kind == Kind::unsigned_integer;
}

}  // namespace

Value make_map(const Value* pairs, std::size_t count, Context& context) {
  // Every key is compared with those before it.
  if (!context.charge(30 + count * count / 64)) return context.out_of_budget();
  Member* members = context.arena.array<Member>(count);
  for (std::size_t i = 0; i < count; ++i) {
    Value key = pairs[2 * i];
    std::int64_t integer = 0;
    if (context.lenient && key.kind == Kind::number && as_integer(key, true, integer)) key = Value::of_integer(integer);
    if (!is_key(key)) return context.fail(Code::EXP019, {"a map's key cannot be of type ", type_name(key)});
    bool out_of_budget = false;
    if (find_member(Value::of_map(members, i), key, context, out_of_budget)) {
      return context.fail(Code::EXP019, {"a map has the same key twice"});
    }
    if (out_of_budget) return context.out_of_budget();
    members[i].key = key;
    members[i].value = pairs[2 * i + 1];
  }
  return Value::of_map(members, count);
}

namespace {

/// The element of a list or map; absent where it has none.
Value find_element(const Value& container, const Value& key, Context& context) {
  const Value operands[] = {container, key};
  if (container.kind == Kind::list) {
    // CEL's index is a number that is whole, whatever its type.
    std::int64_t index = -1;
    if (key.kind == Kind::unsigned_integer) {
      index = key.natural < container.size ? static_cast<std::int64_t>(key.natural) : -1;
    } else if (!as_integer(key, true, index)) {
      if (key.kind == Kind::number) return context.fail(Code::EXP008, {"the index of a list is not a whole number"});
      return context.no_overload("'[]'", operands, 2);
    }
    if (index < 0 || index >= static_cast<std::int64_t>(container.size)) return {};
    return scalar(container.elements[index], context.lenient);
  }
  if (container.kind != Kind::map) return context.no_overload("'[]'", operands, 2);
  if (!is_key(key) && key.kind != Kind::number) return context.no_overload("'[]'", operands, 2);
  bool out_of_budget = false;
  const Member* member = find_member(container, key, context, out_of_budget);
  if (out_of_budget) return context.out_of_budget();
  return member ? scalar(member->value, context.lenient) : Value{};
}

Value needs_map(std::string_view name, const Value& found, Context& context) {
  return context.fail(Code::EXP004, {"'.", name, "' needs a map, found ", type_name(found)});
}

}  // namespace

Value element_at(const Value& container, const Value& key, bool missing_is_null, Context& context) {
  if (container.kind == Kind::optional) return optional_at(container, key, false, context);
  const Value element = find_element(container, key, context);
  if (!element.is_absent()) return element;
  if (container.kind == Kind::list) return context.fail(Code::EXP008, {"the index is outside the list"});
  return missing_is_null ? Value::null() : context.fail(Code::EXP007, {"the map has no such key"});
}

Value optional_at(const Value& container, const Value& key, bool is_name, Context& context) {
  if (container.kind == Kind::optional) {
    return container.size ? optional_at(*container.elements, key, is_name, context) : container;
  }
  if (context.lenient && container.is_nothing()) return Value::of_optional(nullptr);
  if (is_name && container.kind != Kind::map) return needs_map(key.view(), container, context);
  const Value element = find_element(container, key, context);
  if (element.is(Kind::error)) return element;
  return element.is_absent() ? Value::of_optional(nullptr) : optional_of(element, context);
}

Value optional_of(const Value& value, Context& context) {
  auto* held = context.arena.array<Value>(1);
  *held = value;
  return Value::of_optional(held);
}

std::size_t settle_entries(Value* values, std::size_t count, std::size_t stride) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count; i += stride) {
    Value value = values[i + stride - 1];
    if (value.kind == Kind::optional && value.flags == Value::entry) {
      if (value.size == 0) continue;
      value = *value.elements;
    }
    if (stride == 2) values[kept++] = values[i];
    values[kept++] = value;
  }
  return kept;
}

Value member_of(const Value& map, const Value& name, std::uint32_t& position, Context& context) {
  if (map.kind != Kind::map) {
    if (map.kind == Kind::optional) return optional_at(map, name, true, context);
    if (context.lenient && map.is_nothing()) return Value::null();
    return needs_map(name.view(), map, context);
  }
  bool out_of_budget = false;
  const Member* member = find_member(map, name, context, out_of_budget);
  if (out_of_budget) return context.out_of_budget();
  if (member) {
    position = static_cast<std::uint32_t>(member - map.members);
    return scalar(member->value, context.lenient);
  }
  return context.lenient ? Value::null() : context.fail(Code::EXP007, {"the map has no key '", name.view(), "'"});
}

Value has_member(const Value& map, const Value& name, Context& context) {
  if (map.kind != Kind::map) {
    if (map.kind == Kind::optional && map.size) return has_member(*map.elements, name, context);
    if (map.kind == Kind::optional || (context.lenient && map.is_nothing())) return Value::of(false);
    return context.fail(Code::EXP004, {"has() needs a map, found ", type_name(map)});
  }
  bool out_of_budget = false;
  const Member* member = find_member(map, name, context, out_of_budget);
  return out_of_budget ? context.out_of_budget() : Value::of(member != nullptr);
}

}  // namespace crmsync::expression
