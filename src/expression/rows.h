#pragma once
#include "expression/aggregate.h"
#include "expression/slots.h"

namespace crmsync::expression {

/// Goes over the rows of one aggregate. Where the reader has made a table of the list, they are there; else rows of a
/// list that still is JSON text are read one by one, only the fields that are asked for, and nothing is kept of those
/// before.
class Rows {
 public:
  /// Over `list`, which may be null (then there are no rows). An error if it is no list.
  Value begin_list(const Aggregation& aggregation, const Value& list, const Slots& slots, Context& context);
  /// Over the record itself: fields that are lists are walked together, the others hold for every row.
  void begin_record(const Aggregation& aggregation, Slots& slots, Context& context);

  /// Moves to the next row; false behind the last.
  bool next();
  /// The same in a table; false, and nothing done, without one or behind its last row.
  bool next_plainly() {
    if (!cells_ || index_ == size_) return false;
    row_ = cells_ + std::size_t{columns_in_row_} * index_++;
    return true;
  }
  /// A field of this row, else of the record.
  Value field(std::uint32_t index, Slots& slots, Context& context);
  Value raw_field(std::uint32_t index, Slots& slots) const;
  bool has(std::uint32_t index, Slots& slots) const;
  /// Whether all the fields that the aggregated expression reads are null or absent, and there are any.
  bool is_empty(Slots& slots, Context& context) const;
  /// Whether, in a table, the first of them is certainly neither; or there are none.
  bool is_filled() const {
    if (!cells_ || first_in_body_ == json::Shape::none) return cells_ != nullptr;
    const Kind kind = row_[first_in_body_].kind;
    return kind == Kind::numeral || kind == Kind::boolean;
  }
  /// A field of a row in a table, as it is written; null where it is not in the row, or its type decides what it is.
  const Value* plain_field(std::uint32_t index, bool& is_spelt) const {
    const RowField& field = aggregation_->fields[index];
    if (!cells_ || field.type == Kind::timestamp) return nullptr;
    is_spelt = is_converted(field.type);
    return row_ + field.row_slot;
  }

  AggregateState state;

 private:
  /// Of a field of the record: the list it is spread from, else the one value it has in every row.
  struct Column {
    Value list;
    std::uint32_t consumed = 0;  // segments of the path that lead to the list
    Kind type = Kind::absent;    // of what a row has of it
  };

  bool in_row(const RowField& field) const;
  Kind type(std::uint32_t index) const { return columns_ ? columns_[index].type : aggregation_->fields[index].type; }

  const Aggregation* aggregation_ = nullptr;
  std::string_view text_;  // of a list that is JSON text
  std::size_t position_ = 0;
  const Value* elements_ = nullptr;  // of a list that is not
  Value* cells_ = nullptr;           // of a list that was read as a table
  std::uint32_t columns_in_row_ = 0;
  std::uint32_t first_in_body_ = json::Shape::none;  // column
  std::uint32_t size_ = 0;
  std::uint32_t index_ = 0;
  Value* row_ = nullptr;  // by row slot, or by field without `over`
  Column* columns_ = nullptr;
};

}  // namespace crmsync::expression
