#pragma once
#include <limits>
#include <vector>

#include "json/value.h"

namespace crmsync::expression {

/// The constants of a program, with the memory that they view.
class Constants {
 public:
  /// Takes a deep copy; at most `max_value_depth` levels.
  std::uint32_t add(const Value& value);
  const Value& operator[](std::uint32_t index) const { return values_[index]; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(values_.size()); }

 private:
  Value copy(const Value& value);

  std::vector<Value> values_;
  Arena memory_{std::numeric_limits<std::size_t>::max(), 128};
};

}  // namespace crmsync::expression
