/// The compiled machine against the tree-walking evaluator of tests/reference, on expressions made from a fixed seed.
#include <catch2/catch.hpp>
#include <random>

#include "agreement.h"

namespace crmsync::reference {
namespace {

TEST_CASE("the machine agrees with a tree-walking evaluator", "[expression][agreement]") {
  constexpr unsigned expressions = 6'000;
  std::mt19937 random(20261124);
  unsigned compiled = 0, errors = 0;
  for (unsigned i = 0; i < expressions; ++i) {
    std::vector<std::uint8_t> bytes(200 + random() % 400);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
    const Comparison comparison = compare_generated(bytes.data(), bytes.size());
    INFO(comparison.explanation);
    REQUIRE(comparison.agreement != Agreement::different);
    compiled += comparison.agreement == Agreement::agreed;
    errors += comparison.agreement == Agreement::agreed && comparison.is_error;
  }
  // Otherwise the generator makes nothing that tells the two apart.
  CHECK(compiled > expressions * 9 / 10);
  CHECK(compiled - errors > expressions / 3);
  CHECK(errors > expressions / 20);
}

}  // namespace
}  // namespace crmsync::reference
