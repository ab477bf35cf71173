#include "enumeration.h"

#define XXH_INLINE_ALL
#define XXH_NO_XXH3
#include <xxhash.h>

#include <algorithm>
#include <catch2/catch.hpp>

namespace {

/// As tests/enumeration/hash.ts has it.
std::string hash_of(const std::string& bytes) {
  std::string text;
  for (const XXH32_hash_t seed : {0U, 1U}) {
    const XXH32_hash_t hash = XXH32(bytes.data(), bytes.size(), seed);
    for (int shift = 28; shift >= 0; shift -= 4) text += "0123456789abcdef"[(hash >> shift) & 15];
  }
  return text;
}

}  // namespace

TEST_CASE("the bytes of all decisions of one field have the hashes of tests/cases/enumeration/hashes.txt") {
  const std::vector<std::string> expected = golden::read_lines("enumeration/hashes.txt");
  const enumeration::Enumeration& all = enumeration::all();
  INFO(enumeration::how_to_write);
  REQUIRE(all.groups.size() > 0);
  REQUIRE(all.groups.size() == expected.size());
  for (std::size_t i = 0; i < all.groups.size(); ++i) {
    const enumeration::Group& group = all.groups[i];
    std::string parts;
    std::ptrdiff_t decisions = 0;
    for (const enumeration::Part& part : group.parts) {
      std::string diagnostics, out;
      const auto mapping = crmsync::compile(part.mapping, "enumeration.json", diagnostics);
      INFO(part.mapping << "\n" << diagnostics);
      REQUIRE(mapping);
      const enumeration::InputSet& set = all.sets.at(part.set);
      REQUIRE(mapping->resolve_many(group.first_contact_only ? set.first : set.all, out));
      decisions += std::count(out.begin(), out.end(), '\n');
      parts += hash_of(out);
    }
    CHECK(hash_of(parts) + "  " + group.name + ": " + std::to_string(decisions) + " decisions" == expected[i]);
  }
}
