#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "json_support.h"

using namespace crmsync;
using namespace crmsync::json;

namespace {

const std::vector<std::string> paths = {"",    "a",          "a.b",          "a.b.c",          "b",
                                        "c.a", "properties", "properties.a", "properties.b.c", "other"};

/// What nlohmann's tree holds at a path; null pointer where there is nothing.
const nlohmann::json* pick(const nlohmann::json& document, const std::string& path) {
  const nlohmann::json* at = &document;
  const Path parsed = path.empty() ? Path{} : parse_path(path).value();
  for (const std::string& segment : parsed.segments) {
    if (!at->is_object()) return nullptr;
    const auto found = at->find(segment);
    if (found == at->end()) return nullptr;
    at = &*found;
  }
  return at;
}

void require_same_slots(const Reading& reading, const nlohmann::json& document) {
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const nlohmann::json* const expected = pick(document, paths[i]);
    const std::string ours = plain(reading.slots[i]);
    const bool same = expected ? ours != "absent" && nlohmann::json::parse(ours) == *expected : ours == "absent";
    if (!same) FAIL(paths[i] << " is " << ours << " in " << reading.text());
  }
}

}  // namespace

TEST_CASE("Reading with a shape gives what picking from a parsed tree gives", "[json]") {
  RandomJson random(GENERATE(11U, 12U, 13U));
  for (int i = 0; i < 3000; ++i) {
    const std::string text = random.object(5);
    const Reading reading(text, paths);
    if (!reading.result.ok()) FAIL(code_name(reading.result.code) << " at " << reading.result.offset << " in " << text);
    require_same_slots(reading, nlohmann::json::parse(text));
  }
}

TEST_CASE("Broken texts are rejected exactly when nlohmann/json rejects them", "[json]") {
  RandomJson random(GENERATE(21U, 22U, 23U));
  int accepted = 0;
  int rejected = 0;
  for (int i = 0; i < 6000; ++i) {
    std::string text = random.object(4);
    for (std::uint32_t j = random.below(3) + 1; j > 0; --j) text = random.mutated(text);
    nlohmann::json document;
    bool expected = true;
    try {
      document = nlohmann::json::parse(text);
    } catch (const nlohmann::json::out_of_range&) {
      continue;  // numbers that no double holds: RFC 8259 allows them
    } catch (const nlohmann::json::parse_error&) {
      expected = false;
    }
    const Reading reading(text, paths);
    if (reading.result.ok() != expected)
      FAIL(code_name(reading.result.code) << " at " << reading.result.offset << " in " << text);
    if (expected) {
      require_same_slots(reading, document);
    } else if (reading.result.offset > text.size()) {
      FAIL(text);
    }
    ++(expected ? accepted : rejected);
  }
  CHECK(accepted > 500);
  CHECK(rejected > 500);
}
