#pragma once
#include "expression/context.h"

namespace crmsync::expression {

enum class LoopKind : std::uint8_t { all, exists, exists_one, map, filter };

/// One comprehension that is under way.
class Loop {
 public:
  /// Over a list's elements or a map's keys; an error if `range` is neither.
  Value begin(LoopKind kind, const Value& range, Context& context);
  /// Moves to the next element; false behind the last.
  bool next(const Context& context);
  const Value& variable() const { return variable_; }
  /// Takes the body's value, which may be an error for all and exists; `leave` once the result is settled.
  Value take(const Value& value, bool& leave, Context& context);
  Value finish() const;

 private:
  Value append(const Value& element, Context& context);

  LoopKind kind_ = LoopKind::all;
  Value variable_;
  Value range_;
  std::uint32_t index_ = 0;
  std::uint32_t taken_ = 0;    // elements of `elements_`; matches of exists_one
  Value* elements_ = nullptr;  // the result of map and filter
  Value result_;               // of all and exists
};

}  // namespace crmsync::expression
