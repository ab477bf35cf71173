#include "json/sort.h"

#include <algorithm>
#include <random>
#include <string>

#include <catch2/catch.hpp>

namespace {

struct Item {
  std::uint32_t key;
  std::string text;
};

}  // namespace

TEST_CASE("a sort is stable and gives what std::stable_sort gives, at every length") {
  std::mt19937 random(5);
  for (std::size_t count = 0; count < 70; ++count) {
    for (const std::uint32_t keys : {1U, 3U, 1000U}) {
      std::vector<Item> items;
      for (std::size_t i = 0; i < count + 2; ++i) {
        items.push_back({static_cast<std::uint32_t>(random() % keys), std::to_string(i)});
      }
      const auto before = [](const Item& a, const Item& b) { return a.key < b.key; };
      std::vector<Item> expected = items;
      std::stable_sort(expected.begin() + 2, expected.end(), before);
      crmsync::sort_items(items, 2, before);
      for (std::size_t i = 0; i < items.size(); ++i) REQUIRE(items[i].text == expected[i].text);
    }
  }
}
