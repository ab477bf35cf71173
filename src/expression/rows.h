#pragma once
#include "expression/aggregate.h"
#include "expression/slots.h"

namespace crmsync::expression {

/// Goes over the rows of one aggregate. Rows of a list that still is JSON text are read one by one, only the fields
/// that are asked for; nothing is kept of those before.
class Rows {
 public:
  /// Over `list`, which may be null (then there are no rows). An error if it is no list.
  Value begin_list(const Aggregation& aggregation, const Value& list, Context& context);
  /// Over the record itself: fields that are lists are walked together, the others hold for every row.
  void begin_record(const Aggregation& aggregation, Slots& slots, Context& context);

  /// Moves to the next row; false behind the last.
  bool next();
  /// A field of this row, else of the record.
  Value field(std::uint32_t index, Slots& slots, Context& context);
  Value raw_field(std::uint32_t index, Slots& slots) const;
  bool has(std::uint32_t index, Slots& slots) const;
  /// Whether all the fields that the aggregated expression reads are null or absent, and there are any.
  bool is_empty(Slots& slots, Context& context) const;

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
  std::uint32_t size_ = 0;
  std::uint32_t index_ = 0;
  Value* row_ = nullptr;  // by row slot, or by field without `over`
  Column* columns_ = nullptr;
};

}  // namespace crmsync::expression
