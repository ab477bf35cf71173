#pragma once
#include "expression/context.h"

namespace crmsync::expression {

enum class LoopKind : std::uint8_t {
  all,
  exists,
  exists_one,
  map,
  filter,
  transform_list,
  transform_map,
  transform_map_entry
};

/// One comprehension that is under way, or the variable of cel.bind() and optMap().
class Loop {
 public:
  /// Over a list's elements or a map's keys; an error if `range` is neither.
  Value begin(LoopKind kind, const Value& range, Context& context);
  /// Moves to the next element; false behind the last.
  bool next(const Context& context);
  /// The same with two variables: a list's index and element, or a map's key and value.
  bool next_pair(const Context& context);
  const Value& variable() const { return variable_; }
  const Value& second() const { return second_; }
  void bind(const Value& value) { variable_ = value; }
  /// That what should be a condition is of another type.
  Value no_condition(const Value& value, Context& context) const;
  /// Takes the body's value, which may be an error for all and exists; `leave` once the result is settled.
  Value take(const Value& value, bool& leave, Context& context);
  Value finish() const;

 private:
  Value append(const Value& element, Context& context);
  Value insert(const Value& key, const Value& value, Context& context);
  Value insert_all(const Value& map, Context& context);

  LoopKind kind_ = LoopKind::all;
  Value variable_;
  Value second_;
  Value range_;
  std::uint32_t index_ = 0;
  std::uint32_t taken_ = 0;     // elements of `elements_`, members of `members_`, matches of exists_one
  std::uint32_t capacity_ = 0;  // of `members_`
  Value* elements_ = nullptr;   // the result of map, filter and transformList
  Member* members_ = nullptr;   // the result of transformMap and transformMapEntry
  Value result_;                // of all and exists
};

}  // namespace crmsync::expression
