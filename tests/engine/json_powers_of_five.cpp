#include "json/powers_of_five.h"

#include <catch2/catch.hpp>

using crmsync::json::PowersOfFive;

TEST_CASE("the powers of five are fast_float's own, bit by bit") {
  // Its table under another argument than the one that ours stands in for.
  using Original = fast_float::powers_template<int>;
  REQUIRE(PowersOfFive::smallest == -342);
  REQUIRE(PowersOfFive::size == static_cast<std::size_t>(Original::number_of_entries));
  PowersOfFive::prepare();
  const PowersOfFive powers;
  for (int i = 0; i < Original::number_of_entries; ++i) {
    INFO("5^" << PowersOfFive::smallest + i / 2);
    REQUIRE(powers[i] == Original::power_of_five_128[i]);
  }
}
