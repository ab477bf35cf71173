#pragma once
#include <cstddef>
#include <cstdint>

#include <fast_float/float_common.h>  // the table needs it and does not say so

#include <fast_float/fast_table.h>

namespace crmsync::json {

/// The 128 leading bits of 5^-342 … 5^308, high words first, rounded as fast_float wants them. Its own table is the
/// same numbers as data that no compression makes smaller: 10 KB of the module, against 60 µs when the first one is
/// needed.
class PowersOfFive {
 public:
  static constexpr int smallest = fast_float::binary_format<double>::smallest_power_of_ten();
  static constexpr int largest = fast_float::binary_format<double>::largest_power_of_ten();
  static constexpr std::size_t size = 2 * (largest - smallest + 1);

  /// Before the first use; quick when that was done.
  static void prepare();
  std::uint64_t operator[](int index) const { return words_[index]; }

 private:
  static void fill();

  static inline std::uint64_t words_[size];
};

}  // namespace crmsync::json

/// Stands in for fast_float's table, so it comes before its other headers.
template <>
struct fast_float::powers_template<void> {
  static constexpr int smallest_power_of_five = crmsync::json::PowersOfFive::smallest;
  static constexpr int largest_power_of_five = crmsync::json::PowersOfFive::largest;
  static constexpr crmsync::json::PowersOfFive power_of_five_128{};
};
