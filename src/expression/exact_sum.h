#pragma once
#include <cstdint>

namespace crmsync::expression {

/// The exact sum of doubles, so that it is the same in whatever order and in however many parts they are added.
/// Kept as an expansion: doubles that do not overlap, ascending in size (Shewchuk 1997, "Adaptive Precision
/// Floating-Point Arithmetic", Grow-Expansion; Python's math.fsum).
class ExactSum {
 public:
  /// The most parts of `split`: the bits of all doubles, 53 at a time.
  static constexpr std::uint32_t most_parts = 41;
  /// Larger terms are refused: 2^63 rows of this size stay below the largest double, so no part of a sum overflows.
  static constexpr double largest_term = 0x1p960;

  /// `term` is finite, and at most `largest_term` in size.
  void add(double term);
  /// The same where the sum is one double before and after, which is most often; else false, and nothing done.
  bool add_plainly(double term) {
    if (count_ > 1) return false;
    const double before = count_ ? parts_[0] : 0, after = before + term;
    const double added = after - before;  // Knuth's two-sum: what `after` lacks is exactly the next line
    const double lost = (before - (after - added)) + (term - added);
    if (lost != 0) return false;
    parts_[0] = after;
    count_ = after != 0;
    return true;
  }
  void add(std::int64_t term);
  void add(const ExactSum& other);
  /// The double nearest to the sum, ties to even.
  double rounded() const;
  /// The one shortest way to write the sum: the nearest double, then the double nearest to what is left, and so on.
  std::uint32_t split(double (&parts)[most_parts]) const;
  /// The sum of ints as an int; false if it does not fit.
  bool to_integer(std::int64_t& out) const;

 private:
  static constexpr std::uint32_t crowded = 48;

  void grow(double term);

  std::uint32_t count_ = 0;
  double parts_[2 * crowded] = {};  // while a crowded sum is split, each step may leave one part more
};

}  // namespace crmsync::expression
