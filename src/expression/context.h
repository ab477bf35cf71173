#pragma once
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "expression/expression.h"
#include "expression/limits.h"

namespace crmsync::expression {

class Patterns;
struct UsedPattern;

/// What operators and functions need of the evaluation they run in.
struct Context {
  Arena& arena;
  std::uint64_t cost_left;
  bool lenient;  // dialect crm
  const Zones* zones = nullptr;
  bool has_milliseconds = false;  // FieldTypes
  Failure* unplaced = nullptr;    // the last failure, until the machine has written its offset
  std::size_t memory_end = arena.taken() + max_evaluation_bytes;
  // functions/matches.cpp
  const Patterns* patterns = nullptr;    // that the program holds compiled
  UsedPattern* used_patterns = nullptr;  // in this evaluation

  /// Spends; false when the budget is used up.
  bool charge(std::uint64_t cost) {
    if (cost > cost_left) {
      cost_left = 0;
      return false;
    }
    cost_left -= cost;
    return true;
  }
  /// What going over a text or list costs: 0.1 per byte or element, rounded up (cel-go: per character). The instruction
  /// has paid 1 of it already.
  bool charge_text(std::size_t size) { return charge(size ? (size - 1) / 10 : 0); }
  /// Whether so many bytes more are within the limit of one evaluation; where values grow.
  bool has_room(std::size_t bytes = 0) const { return arena.taken() + bytes <= memory_end; }

  /// A value of kind error; `parts` joined are its message.
  Value fail(Code code, std::initializer_list<std::string_view> parts);
  /// EXP010.
  Value out_of_budget();
  Value out_of_memory();
  /// EXP004: "`name` does not take (string, int)".
  Value no_overload(std::string_view name, const Value* arguments, std::size_t count);
};

/// Most numbers of records are short integers: read here, exactly, without a general parser. False if it is none.
inline bool read_short(const Value& numeral, Value& number) {
  std::int32_t integer = 0;
  if (numeral.size > 9) return false;
  for (std::uint32_t i = 0; i < numeral.size; ++i) {
    const auto digit = static_cast<unsigned>(numeral.text[i] - '0');
    if (digit > 9) return false;
    integer = integer * 10 + static_cast<std::int32_t>(digit);
  }
  number = Value::of_number(integer);
  return true;
}

/// The value of a JSON number: a double; in `crm` an int where it is written as an integer beyond ±2^53 that fits.
Value number_of(const Value& numeral, bool lenient);

/// A value as expressions see it, when it comes out of a list or map of the record.
inline Value scalar(const Value& value, bool lenient) {
  if (value.kind == Kind::numeral) return number_of(value, lenient);
  return value.kind == Kind::absent ? Value::null() : value;
}

/// A value that stands where an int is required: an int, or in `crm` an integral double. False if it is none.
bool as_integer(const Value& value, bool lenient, std::int64_t& out);

}  // namespace crmsync::expression
