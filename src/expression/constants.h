#pragma once
#include <memory>
#include <string_view>
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
  /// Forgets the last constants, down to `size`; their memory stays.
  void shrink(std::uint32_t size) { values_.resize(size); }

 private:
  Value copy(const Value& value);

  std::vector<Value> values_;
  std::vector<std::unique_ptr<char[]>> texts_;
  std::vector<std::unique_ptr<Value[]>> lists_;
  std::vector<std::unique_ptr<Member[]>> maps_;
};

}  // namespace crmsync::expression
