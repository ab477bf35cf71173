#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "json/value.h"

namespace crmsync::json {

/// Room for the rows of the lists in one record: of each row the columns that a shape wants (`Shape::Rows`), row behind
/// row. Kept from one record to the next. What does not fit stays in its text, and whoever wants it reads it there, so
/// that a long list takes no more memory than a short one.
class RowStore {
 public:
  static constexpr std::size_t most_columns = 255;  // Value::columns

  void clear() { used_ = 0; }
  /// Where the next row will be.
  Value* end() { return cells_.get() + used_; }
  /// A row of absent values behind the last; null where there is no room.
  Value* add(std::uint32_t columns) {
    if (columns > size - used_) return nullptr;
    if (!cells_) cells_.reset(new Value[size]);
    Value* const row = cells_.get() + used_;
    std::fill_n(row, columns, Value{});
    used_ += columns;
    return row;
  }

 private:
  static constexpr std::size_t size = 4096;
  std::unique_ptr<Value[]> cells_;
  std::size_t used_ = 0;
};

}  // namespace crmsync::json
