#pragma once
#include <cstdint>

#include "expression/context.h"

namespace crmsync::expression {

/// Values no two of which are equal in CEL (1 and 1.0 are), in the order in which they first came. A hash table; what
/// is compared, also with values that only share the hash, is paid for, so none can be written that makes it slow.
class DistinctValues {
 public:
  /// Adds the value unless there is an equal one. Gives an error, or nothing. Costs 1, 0.1 per byte of a text, and what
  /// the comparisons cost.
  Value add(const Value& value, Context& context);
  const Value* begin() const { return values_; }
  const Value* end() const { return values_ + size_; }
  std::uint32_t size() const { return size_; }

 private:
  struct Bucket {
    std::uint32_t hash = 0;
    std::uint32_t number = 0;  // of the value, plus 1; 0: free
  };
  bool grow(Context& context);
  Bucket& free_bucket(std::uint32_t hash);

  Value* values_ = nullptr;
  Bucket* buckets_ = nullptr;  // twice as many as there is room for values, a power of two
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;
};

}  // namespace crmsync::expression
