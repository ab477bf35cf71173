#include "mapping/typed.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "json/number.h"
#include "json/sort.h"
#include "json/time.h"
#include "json/writer.h"
#include "mapping/choices.h"
#include "mapping/text.h"

namespace crmsync::mapping {
namespace {

/// Of a list or map that an expression gives; well above what a record's output may be (`limits.output_bytes`).
constexpr std::size_t max_container_bytes = std::size_t{1} << 20;

Value failure() {
  return Value::of_failure(nullptr);
}

/// The text of a scalar; nothing for lists and maps.
std::optional<std::string_view> scalar_text(const Value& value, Arena& arena) {
  switch (value.kind) {
    case Kind::string: return decoded_text(value, arena);
    case Kind::numeral: return value.view();
    case Kind::boolean: return value.boolean ? "true" : "false";
    default: return std::nullopt;
  }
}

Value as_numeral(const Value& value, bool integral, Arena& arena) {
  Value numeral = value;
  if (value.is(Kind::string)) {
    const std::string_view text = trimmed(decoded_text(value, arena));
    if (!json::is_number(text)) return failure();
    numeral = Value::of_text(Kind::numeral, text);
  }
  if (!numeral.is(Kind::numeral)) return failure();
  if (integral && !json::to_int64(numeral.view())) {
    const double number = json::to_double(numeral.view());
    if (!std::isfinite(number) || number != std::floor(number)) return failure();
    // "80.00" is 80: of what has a point, readers of JSON make a double, which large integers do not survive.
    const std::string_view text = numeral.view();
    const std::size_t point = text.find('.');
    if (point != std::string_view::npos && text.find_first_not_of('0', point + 1) == std::string_view::npos)
      numeral = Value::of_text(Kind::numeral, text.substr(0, point));
  }
  return numeral;
}

Value as_boolean(const Value& value, Arena& arena) {
  if (value.is(Kind::boolean)) return value;
  if (!value.is(Kind::string)) return failure();
  const std::string_view text = lowercase_ascii(trimmed(decoded_text(value, arena)), arena);
  if (text == "true") return Value::of(true);
  if (text == "false") return Value::of(false);
  return failure();
}

/// Milliseconds since 1970, as HubSpot writes dates and times besides ISO 8601.
std::optional<Value> milliseconds(const Value& value, Wire from, Arena& arena) {
  const std::optional<std::string_view> text = from == Wire::hubspot ? scalar_text(value, arena) : std::nullopt;
  return text ? json::parse_milliseconds(*text) : std::nullopt;
}

Value as_timestamp(const Value& value, Wire from, Arena& arena) {
  if (value.is(Kind::timestamp)) return value;
  if (const auto time = milliseconds(value, from, arena)) return *time;
  if (!value.is(Kind::string)) return failure();
  return json::parse_timestamp(trimmed(decoded_text(value, arena))).value_or(failure());
}

/// A date, or a moment at midnight UTC, which is how HubSpot holds dates.
Value as_date(const Value& value, Wire from, Arena& arena) {
  if (value.is(Kind::string)) {
    if (const auto days = json::parse_date(trimmed(decoded_text(value, arena)))) return Value::of_integer(*days);
  }
  const Value time = as_timestamp(value, from, arena);
  constexpr std::int64_t day = 86'400;
  if (!time.is(Kind::timestamp) || time.size != 0 || time.integer % day != 0) return failure();
  return Value::of_integer(time.integer / day);
}

Value as_strings(const Value& value, Arena& arena) {
  if (value.is(Kind::list)) {
    const Value list = decoded(value, arena);
    Value* elements = arena.array<Value>(list.size);
    for (std::uint32_t i = 0; i < list.size; ++i) {
      const auto element = scalar_text(list.elements[i], arena);
      if (!element || element->find(';') != std::string_view::npos) return failure();
      const std::string_view text = trimmed(*element);  // as both CRMs' "a;b" is read
      if (text.empty()) return failure();
      elements[i] = Value::of_string(text);
    }
    return Value::of_list(elements, list.size);
  }
  const auto text = scalar_text(value, arena);
  if (!text) return failure();
  Value* elements = arena.array<Value>(static_cast<std::size_t>(std::count(text->begin(), text->end(), ';')) + 1);
  std::size_t count = 0;
  for (std::size_t from = 0; from <= text->size();) {
    const std::size_t end = std::min(text->find(';', from), text->size());
    const std::string_view element = trimmed(text->substr(from, end - from));
    if (!element.empty()) elements[count++] = Value::of_string(element);
    from = end + 1;
  }
  return Value::of_list(elements, count);
}

std::string_view arena_text(const std::string& text, Arena& arena) {
  return arena.copy(text);
}

Value string_of(std::string text, Arena& arena) {
  return Value::of_string(arena_text(text, arena));
}

/// Of two decoded values; at most as deep as the reader lets a record be.
bool deep_same(const Value& a, const Value& b, Arena& arena) {
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Kind::boolean: return a.boolean == b.boolean;
    case Kind::numeral: return json::same_number(a.view(), b.view());
    case Kind::integer: return a.integer == b.integer;
    case Kind::timestamp: return json::compare_timestamps(a, b) == 0;
    case Kind::string: return a.view() == b.view();
    case Kind::list:
      if (a.size != b.size) return false;
      for (std::uint32_t i = 0; i < a.size; ++i) {
        if (!deep_same(a.elements[i], b.elements[i], arena)) return false;
      }
      return true;
    case Kind::map: {
      if (a.size != b.size) return false;
      const auto by_key = [&](const Value& map) {
        return sorted_positions(map.size, arena, [&](std::uint32_t left, std::uint32_t right) {
          return map.members[left].key.view() < map.members[right].key.view();
        });
      };
      const std::uint32_t* const order_a = by_key(a);
      const std::uint32_t* const order_b = by_key(b);
      for (std::uint32_t i = 0; i < a.size; ++i) {
        const Member& left = a.members[order_a[i]];
        const Member& right = b.members[order_b[i]];
        if (left.key.view() != right.key.view() || !deep_same(left.value, right.value, arena)) return false;
      }
      return true;
    }
    default: return true;  // null
  }
}

}  // namespace

Value as_record_value(const Value& value, Arena& arena) {
  switch (value.kind) {
    case Kind::number: {
      if (!std::isfinite(value.number)) return failure();
      std::string text;
      json::append_number(text, value.number);
      return Value::of_text(Kind::numeral, arena_text(text, arena));
    }
    case Kind::integer:
    case Kind::unsigned_integer: {
      std::string text;
      json::append_value(text, value);
      return Value::of_text(Kind::numeral, arena_text(text, arena));
    }
    case Kind::timestamp:
    case Kind::duration:
    case Kind::bytes:
    case Kind::type: {
      std::string text;
      json::append_value(text, value);
      return Value::of_string(arena_text(text, arena).substr(1, text.size() - 2));  // without the quotes
    }
    case Kind::list:
    case Kind::map: {
      if (value.is_raw()) return value;
      // What an expression builds may hold the same part many times over: its text can be far larger than itself.
      std::string text;
      if (!json::append_value(text, value, max_container_bytes)) return failure();
      Value raw = Value::of_text(value.kind, arena_text(text, arena));
      raw.flags = Value::raw;
      return raw;
    }
    default: return value;
  }
}

Value typed(Type type, Wire from, const Value& given, Arena& arena) {
  if (given.is_nothing()) return Value::null();
  if (given.is(Kind::error)) return failure();
  const Value value = as_record_value(given, arena);
  switch (type) {
    case Type::any: return value;
    case Type::string:
    case Type::email:
    case Type::phone:
    case Type::url:
    case Type::id:
    case Type::reference:
    case Type::enumeration: {
      if (value.is(Kind::string)) return value;
      const auto text = scalar_text(value, arena);
      return text ? Value::of_string(*text) : failure();
    }
    case Type::number:
    case Type::currency: return as_numeral(value, false, arena);
    case Type::integer: return as_numeral(value, true, arena);
    case Type::boolean:
    case Type::suppression: return as_boolean(value, arena);
    case Type::multi_enum: return as_strings(value, arena);
    case Type::datetime: return as_timestamp(value, from, arena);
    case Type::date: return as_date(value, from, arena);
    case Type::list: return value.is(Kind::list) ? value : failure();
    case Type::map: return value.is(Kind::map) ? value : failure();
  }
  return failure();
}

Value comparable(Type type, Wire from, const Value& given, Arena& arena) {
  Value value = typed(type, from, given, arena);
  if (value.is(Kind::string)) {
    std::string_view text = decoded_text(value, arena);
    if (type == Type::email) text = lowercase_ascii(trimmed(text), arena);
    if (type == Type::phone) {
      const std::string_view digits = digits_of(text, arena);
      if (!digits.empty()) text = digits;  // "ask at the desk" has none, and is not "unknown" all the same
    }
    return Value::of_string(text);
  }
  if (type == Type::multi_enum && value.is(Kind::list)) {
    if (value.size == 0) return Value::null();  // the CRMs have one spelling for both
    const std::uint32_t* const order = sorted_positions(value.size, arena, [&](std::uint32_t a, std::uint32_t b) {
      return value.elements[a].view() < value.elements[b].view();
    });
    Value* const elements = arena.array<Value>(value.size);
    std::size_t count = 0;
    for (std::uint32_t i = 0; i < value.size; ++i) {
      const Value& element = value.elements[order[i]];
      if (count == 0 || elements[count - 1].view() != element.view()) elements[count++] = element;
    }
    return Value::of_list(elements, count);
  }
  if (type == Type::any && from == Wire::hubspot && (value.is(Kind::numeral) || value.is(Kind::boolean))) {
    return Value::of_string(*scalar_text(value, arena));  // HubSpot will give it back as a string
  }
  return decoded(value, arena);
}

bool same_value(const Value& a, const Value& b, Arena& arena) {
  if (a.is_nothing() || b.is_nothing()) return a.is_nothing() && b.is_nothing();
  if (a.is(Kind::error) || b.is(Kind::error)) return false;
  return deep_same(a, b, arena);
}

Value spelled(Type type, Wire to, const Value& value, Arena& arena) {
  if (value.is(Kind::error)) return value;
  if (value.is_nothing()) return to == Wire::hubspot ? Value::of_string("") : Value::null();
  Value plain = value;
  if (type == Type::date) {
    std::string text;
    json::append_date(text, value.integer);
    plain = string_of(std::move(text), arena);
  } else if (type == Type::datetime) {
    std::string text;
    json::append_timestamp(text, value);
    plain = string_of(std::move(text), arena);
  } else if (type == Type::multi_enum && to != Wire::json) {
    std::size_t size = value.size == 0 ? 0 : value.size - 1;
    for (std::uint32_t i = 0; i < value.size; ++i) size += value.elements[i].size;
    char* text = arena.characters(size);
    char* end = text;
    for (std::uint32_t i = 0; i < value.size; ++i) {
      if (i != 0) *end++ = ';';
      end = std::copy_n(value.elements[i].text, value.elements[i].size, end);
    }
    if (size == 0) return spelled(Type::any, to, Value::null(), arena);  // an empty multi-select is a clear
    return Value::of_string({text, size});
  }
  if (to != Wire::hubspot || plain.is(Kind::string)) return plain;
  const auto text = scalar_text(plain, arena);
  return text ? Value::of_string(*text) : failure();
}

std::string_view type_name(Type type) {
  for (const Word& word : WordList(types)) {
    if (word.value == static_cast<std::uint8_t>(type)) return word.name;
  }
  return "any";
}

std::optional<Type> type_named(std::string_view name) {
  for (const Word& word : WordList(types)) {
    if (word.name == name) return static_cast<Type>(word.value);
  }
  return std::nullopt;
}

}  // namespace crmsync::mapping
