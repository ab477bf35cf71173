#pragma once
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "json/arena.h"

namespace crmsync {

struct Member;
struct Failure;

/// What a `Value` holds. The kinds above `map` come from expressions only, never from a record's text.
enum class Kind : std::uint8_t {
  absent,  // the field is not there at all
  null,    // JSON null
  boolean,
  numeral,  // a JSON number as it was written: `text` is its exact spelling
  string,
  list,
  map,
  integer,           // CEL int
  unsigned_integer,  // CEL uint
  number,            // CEL double
  bytes,
  timestamp,  // `integer` is seconds since 1970-01-01T00:00:00Z, `size` the nanoseconds within the second
  duration,   // `integer` is nanoseconds
  type,       // `text` is the type's name
  optional,   // `elements` points to the one value, `size` is 1; null and 0 where it is empty
  error,      // `failure` says what went wrong; errors are values because CEL's && and || absorb them
};

/// A view of one value: 16 bytes, owns nothing. Texts lie in the input, the mapping or the call's arena.
struct Value {
  /// Flags of strings and containers that still lie in the input as they were written.
  static constexpr std::uint8_t escaped = 1;  // string: `text` holds JSON escapes; `decoded` resolves them
  static constexpr std::uint8_t raw = 2;      // list, map: `text` is validated JSON, from bracket to bracket
  static constexpr std::uint8_t entry = 4;    // optional: an entry of a literal, while the literal is being made

  Kind kind = Kind::absent;
  std::uint8_t flags = 0;
  bool plain = false;        // string: `text` is known to hold no escapes and to need none
  std::uint8_t columns = 0;  // list: other than 0, `elements` are the cells of `size` rows of so many (RowStore)
  std::uint32_t size = 0;    // bytes of `text`, or how many `elements` or `members`
  union {
    std::uint64_t natural = 0;  // the whole word
    const char* text;           // numeral, string, bytes, type, raw list and map
    bool boolean;
    std::int64_t integer;
    double number;
    const Value* elements;   // list, optional
    const Member* members;   // map, in insertion order
    const Failure* failure;  // error
  };

  bool is(Kind k) const { return kind == k; }
  bool is_absent() const { return kind == Kind::absent; }
  /// Absent or null.
  bool is_nothing() const { return kind == Kind::absent || kind == Kind::null; }
  bool is_raw() const { return flags & raw; }
  std::string_view view() const { return {text, size}; }
  /// Of a string: whether its JSON is `text` between quotes.
  bool is_written() const { return plain || flags & escaped; }
  /// What counts of an optional outside of expressions: the value it holds, null where it is empty.
  Value held() const {
    Value v = *this;
    while (v.kind == Kind::optional) v = v.size ? *v.elements : null();
    return v;
  }

  static Value null() { return made(Kind::null, 0, 0); }
  static Value of(bool b) { return made(Kind::boolean, 0, b); }
  static Value of_integer(std::int64_t i) { return made(Kind::integer, 0, static_cast<std::uint64_t>(i)); }
  static Value of_unsigned(std::uint64_t u) { return made(Kind::unsigned_integer, 0, u); }
  static Value of_number(double d) {
    Value v = made(Kind::number, 0, 0);
    v.number = d;
    return v;
  }
  static Value of_string(std::string_view s) { return of_text(Kind::string, s); }
  static Value of_text(Kind kind, std::string_view s) { return made(kind, s.size(), address(s.data())); }
  static Value of_list(const Value* elements, std::size_t count) { return made(Kind::list, count, address(elements)); }
  static Value of_map(const Member* members, std::size_t count) { return made(Kind::map, count, address(members)); }
  static Value of_failure(const Failure* failure) { return made(Kind::error, 0, address(failure)); }
  /// Empty where `value` is null.
  static Value of_optional(const Value* value) { return made(Kind::optional, value != nullptr, address(value)); }

 private:
  /// Two whole words, as a copy reads them.
  static Value made(Kind kind, std::size_t size, std::uint64_t word) {
    const std::uint64_t head = static_cast<std::uint64_t>(kind) | static_cast<std::uint64_t>(size) << 32;
    const std::uint64_t words[] = {head, word};
    Value value;
    std::memcpy(&value, words, sizeof value);
    return value;
  }
  static std::uint64_t address(const void* pointer) { return reinterpret_cast<std::uintptr_t>(pointer); }
};
static_assert(sizeof(Value) == 16 && std::endian::native == std::endian::little);

struct Member {
  Value key;
  Value value;
};

/// The same value with nothing left in its written form: escapes resolved, raw lists and maps parsed (of duplicate
/// keys the last wins, at the place of the first, as in JavaScript). Numerals stay numerals.
/// The value must come from validated text. Only what must be new lies in the arena.
Value decoded(const Value& value, Arena& arena);

/// The value of a key of a decoded map; absent when it has no such key, or is no map.
inline Value member(const Value& map, std::string_view key) {
  for (std::uint32_t i = 0; map.kind == Kind::map && i < map.size; ++i) {
    if (map.members[i].key.view() == key) return map.members[i].value;
  }
  return {};
}

/// The text of a string without escapes.
std::string_view decoded_text(const Value& string, Arena& arena);

}  // namespace crmsync
