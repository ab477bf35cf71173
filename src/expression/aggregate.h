#pragma once
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "expression/context.h"
#include "expression/distinct_values.h"
#include "expression/exact_sum.h"
#include "json/shape.h"

/// SUM, COUNT, AVG, MIN, MAX, ANY, ALL, COUNT_DISTINCT, FIRST and LAST over rows.
namespace crmsync::expression {

/// What an aggregate has seen so far. The same rows give the same result in whatever parts they are taken: sums are
/// exact, and of values that are equal the first counts.
class AggregateState {
 public:
  explicit AggregateState(AggregateFunction function = AggregateFunction::sum) : function_(function) {}

  /// Takes one row's value; null is passed over. Gives an error, or nothing. FIRST and LAST go by `key`; rows whose key
  /// is null, as all are where there is no order, stand before the others and win only among themselves.
  Value take(const Value& value, const Value& key, Context& context);
  /// The same of SUM, AVG and COUNT for what is usual; false, and nothing done, where it is not.
  bool take_plainly(const Value& value) {
    if (function_ == AggregateFunction::count) {
      if (value.kind != Kind::boolean) return false;
      count_ += value.boolean;
      return true;
    }
    // NaN is not below either.
    if (!is_sum() || value.kind != Kind::number || !(std::fabs(value.number) < ExactSum::largest_term)) return false;
    if (!sum_.add_plainly(value.number)) return false;
    any_double_ = true;
    ++count_;
    return true;
  }
  /// Takes what another has seen of the rows behind these.
  Value merge(const AggregateState& later, Context& context);
  /// Of no rows: SUM, COUNT and COUNT_DISTINCT 0, the others null.
  Value result(Context& context) const;

  /// Appends the state as JSON: `{"count", "sum": [parts, the largest first], "double"}`, `{"count", "min":
  /// TypedValue}`, `{"count", "any": TypedValue}`, `{"count", "distinct": [TypedValue, …]}`, `{"count", "last":
  /// TypedValue, "key": TypedValue}`, only what there is.
  void write(std::string& out) const;
  /// What `write` wrote, decoded; false if it is no state of this function, or with a failure in the context.
  bool read(const Value& state, Context& context);

 private:
  bool is_sum() const { return function_ == AggregateFunction::sum || function_ == AggregateFunction::average; }
  bool is_placed() const { return function_ == AggregateFunction::first || function_ == AggregateFunction::last; }
  bool read_distinct(const Value& list, Context& context);
  std::string_view key() const;
  Value add(const Value& value, Context& context);
  Value choose(const Value& value, Context& context);
  Value judge(const Value& value, Context& context);
  Value place(const Value& value, const Value& key, Context& context);
  std::string_view name() const;

  AggregateFunction function_;
  bool any_double_ = false;
  std::int64_t count_ = 0;  // of values that were not null
  double infinite_ = 0;     // sum of the terms that are not finite
  ExactSum sum_;
  Value chosen_;  // MIN, MAX, FIRST, LAST; ANY, ALL: what settled it
  Value key_;     // FIRST, LAST: of `chosen_`; absent where that has none
  DistinctValues distinct_;
};

/// A field that rows are asked for.
struct RowField {
  Path path;
  Kind type = Kind::absent;                     // in the row, as the catalog has it; without `over`: of its elements
  std::uint32_t row_slot = json::Shape::none;   // in the row's shape, and its column; `none` without `over`
  std::uint32_t root_slot = json::Shape::none;  // of the path's first segment, where the path is longer
  std::uint32_t record_slot = json::Shape::none;
  std::uint32_t record_ordinal = 0;
  bool in_body = false;  // read by the aggregated expression, not only by `where`
  struct Prefix {
    std::uint32_t slot, ordinal, segments;
    Kind type;  // of the field below it, where it is a list
  };
  std::vector<Prefix> prefixes;  // without `over`: parents of the path that may turn out to be lists
};

/// One aggregate of a program.
struct Aggregation {
  AggregateFunction function = AggregateFunction::sum;
  std::uint32_t begin = 0, end = 0;  // its first instruction and its last, rows_end
  std::uint32_t height = 0;          // of the stack before it
  bool over_list = false;            // else the record is the one row and its lists are walked together
  bool skips_empty = true;  // rows of which all fields read are null or absent; not where the expression asks for null
  std::vector<RowField> fields;

  // Worked out by `place_fields`: over a list.
  json::Shape shape;                        // of a row
  std::uint32_t table = json::Shape::none;  // the slot where the list's rows may stand, read together with the record

  /// Gives the fields of rows their slots. Where the list is a slot of the record, those are its columns there, which
  /// all expressions over that list share.
  void place_fields(InputTable& record, std::uint32_t list);
};

}  // namespace crmsync::expression
