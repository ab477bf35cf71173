#pragma once
#include <cstdint>
#include <vector>

#include "expression/context.h"
#include "json/shape.h"

/// SUM, COUNT, AVG, MIN, MAX, ANY and ALL over rows.
namespace crmsync::expression {

enum class AggregateFunction : std::uint8_t { sum, count, average, min, max, any, all };

/// What an aggregate has seen so far. Taken in the order of the rows, so that the same rows give the same bytes.
class AggregateState {
 public:
  explicit AggregateState(AggregateFunction function = AggregateFunction::sum) : function_(function) {}

  /// Takes one row's value; null is passed over. Gives an error, or nothing.
  Value take(const Value& value, Context& context);
  /// Of no rows: SUM and COUNT 0, the others null.
  Value result() const;

 private:
  Value add(const Value& value, Context& context);
  Value choose(const Value& value, Context& context);
  Value judge(const Value& value, Context& context);
  std::string_view name() const;

  AggregateFunction function_;
  bool any_double_ = false;
  std::int64_t count_ = 0;    // of values that were not null
  std::int64_t integer_ = 0;  // exact sum of the ints
  double sum_ = 0;            // of the doubles (Neumaier 1974, compensated)
  double compensation_ = 0;
  Value chosen_;  // MIN, MAX; ANY, ALL: what settled it
};

/// A field that rows are asked for.
struct RowField {
  Path path;
  std::uint32_t row_slot = json::Shape::none;   // in the row's shape; `none` without `over`
  std::uint32_t root_slot = json::Shape::none;  // of the path's first segment, where the path is longer
  std::uint32_t record_slot = json::Shape::none;
  std::uint32_t record_ordinal = 0;
  bool in_body = false;  // read by the aggregated expression, not only by `where`
  struct Prefix {
    std::uint32_t slot, ordinal, segments;
  };
  std::vector<Prefix> prefixes;  // without `over`: parents of the path that may turn out to be lists
};

/// One aggregate of a program.
struct Aggregation {
  AggregateFunction function = AggregateFunction::sum;
  bool over_list = false;   // else the record is the one row and its lists are walked together
  bool skips_empty = true;  // rows of which all fields read are null or absent; not where the expression asks for null
  json::Shape shape;        // of a row
  std::vector<RowField> fields;
};

}  // namespace crmsync::expression
