#pragma once
#include <iterator>

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

/// What a round costs beside its body. cel-go: all() and exists() ask a function about the result so far, and combine
/// it; exists_one() counts.
constexpr std::uint8_t round_cost(LoopKind kind) {
  return kind <= LoopKind::exists ? 3 : kind == LoopKind::exists_one ? 1 : 0;
}
constexpr std::uint8_t result_cost(LoopKind kind) {
  return kind == LoopKind::exists_one ? 2 : 1;
}

/// One comprehension that is under way, or the variable of cel.bind() and optMap().
class Loop {
 public:
  /// Over a list's elements or a map's keys; an error if `range` is neither.
  Value begin(LoopKind kind, const Value& range, Context& context);
  /// Whether there is a next element of a list, and it is taken as it is.
  bool next_is_plain() const {
    return range_.kind == Kind::list && index_ < range_.size && range_.elements[index_].kind > Kind::numeral;
  }
  void next_plainly() { variable_ = range_.elements[index_++]; }
  /// Moves to the next element; false behind the last.
  bool next(bool lenient) {
    if (index_ == range_.size) return false;
    const std::uint32_t i = index_++;
    variable_ = range_.kind == Kind::list ? scalar(range_.elements[i], lenient) : range_.members[i].key;
    return true;
  }
  /// The same with two variables: a list's index and element, or a map's key and value.
  bool next_pair(bool lenient);
  const Value& variable() const { return variable_; }
  const Value& second() const { return second_; }
  void bind(const Value& value) { variable_ = value; }
  /// Where a member was found in the variable before; `name` tells the members apart that a body reads.
  std::uint32_t& expected(std::uint32_t name) { return expected_[name % std::size(expected_)]; }
  /// The macro's name.
  std::string_view name() const;
  /// Takes the body's value where that is no more than to append to a list; false, and nothing done, if it is not.
  bool append(const Value& value, std::uint64_t& cost_left) {
    if (kind_ == LoopKind::filter) {
      return value.kind == Kind::boolean && (!value.boolean || append_element(variable_, filter_cost, cost_left));
    }
    return (kind_ == LoopKind::map || kind_ == LoopKind::transform_list) && append_element(value, map_cost, cost_left);
  }
  /// Takes the body's value, which may be an error for all and exists; `leave` once the result is settled.
  Value take(const Value& value, bool& leave, Context& context);
  Value finish() const;

 private:
  // cel-go: a list of one, with filter() its variable, and its joining with the list so far.
  static constexpr std::uint64_t map_cost = 11, filter_cost = 12;
  bool append_element(const Value& element, std::uint64_t cost, std::uint64_t& cost_left) {
    if (cost > cost_left) return false;
    cost_left -= cost;
    elements_[taken_++] = element;
    return true;
  }
  Value insert(const Value& key, const Value& value, Context& context);
  Value insert_all(const Value& map, Context& context);

  LoopKind kind_ = LoopKind::all;
  Value variable_;
  Value second_;
  Value range_;
  std::uint32_t index_ = 0;
  std::uint32_t expected_[4] = {};
  std::uint32_t taken_ = 0;     // elements of `elements_`, members of `members_`, matches of exists_one
  std::uint32_t capacity_ = 0;  // of `members_`
  Value* elements_ = nullptr;   // the result of map, filter and transformList
  Member* members_ = nullptr;   // the result of transformMap and transformMapEntry
  Value result_;                // of all and exists
};

}  // namespace crmsync::expression
