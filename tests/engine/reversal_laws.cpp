#include <catch2/catch.hpp>
#include <random>

#include "golden.h"

/// The laws of a round trip in small; tests/package/reversal.test.ts and its neighbours try them on far more.
namespace {

using golden::Json;

std::string compiled_from(const std::string& wire) {
  return R"({"crm": ")" + wire + R"(", "timezone": "+02:00", "field_mapping": [
    {"crm_field": "Text", "penguinmails_field": "text"},
    {"crm_field": "Email__x", "penguinmails_field": "mail", "normalize": ["trim", "email"]},
    {"crm_field": "Number", "penguinmails_field": "number"},
    {"crm_field": "Whole", "penguinmails_field": "whole"},
    {"crm_field": "Yes", "penguinmails_field": "yes"},
    {"crm_field": "Day", "penguinmails_field": "day"},
    {"crm_field": "Time", "penguinmails_field": "time"},
    {"crm_field": "Choices", "penguinmails_field": "deep.choices", "value_map": {"news": ["Newsletter", "News"], "beta": "Beta"}},
    {"crm_field": "Day_Text", "penguinmails_field": "day_text", "format": "d.M.yyyy HH:mm"},
    {"crm_field": "Time_Text", "penguinmails_field": "time_text", "format": "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"},
    {"crm_field": "Whole_Text", "penguinmails_field": "whole_text", "format": {"decimals": 2, "thousands": "."}},
    {"crm_field": "Owner", "penguinmails_field": "owner", "lookup": {"object": "User", "by": "Email"}},
    {"crm_field": "Greeting", "formula": "Dear {{name}}!", "direction": "bidirectional"},
    {"crm_field": "Points", "formula": "5 - level * 10", "direction": "bidirectional"}],
   "catalog": {
    "penguinmails": {"text": "string", "mail": "email", "number": "number", "whole": "integer", "yes": "boolean", "day": "date",
      "time": "datetime", "deep.choices": "multi_enum", "day_text": "date", "time_text": "datetime", "whole_text": "integer",
      "level": "integer"},
    "crm": {"Day_Text": "string", "Time_Text": "string", "Whole_Text": "string", "Points": "number"}}})";
}

class Values {
 public:
  explicit Values(unsigned seed) : random_(seed) {}

  /// A record with values as the engine writes them to PenguinMails, so that they must come back to the letter.
  Json record() {
    Json record;
    record["text"] = text();
    record["mail"] = "a" + std::to_string(below(100)) + "@example.org";
    record["number"] = static_cast<double>(below(2'000'001) - 1'000'000) / 1024;
    record["whole"] = whole();
    record["yes"] = below(2) == 0;
    record["day"] = day();
    record["time"] = time();
    for (const char* const choice : {"beta", "news"}) {
      if (below(3) != 0) record["deep"]["choices"].push_back(choice);
    }
    record["day_text"] = day();
    record["time_text"] = time();
    record["whole_text"] = whole();
    record["owner"] = below(2) == 0 ? "ada@example.org" : "eve@example.org";
    record["name"] = text();
    record["level"] = below(2'000'001) - 1'000'000;
    return record;
  }

 private:
  std::int64_t below(std::int64_t end) { return std::uniform_int_distribution<std::int64_t>(0, end - 1)(random_); }
  std::int64_t whole() { return below(1'000'000'000'000'000'000) - 500'000'000'000'000'000; }
  std::string text() {
    constexpr const char* parts[] = {"a", "Z", "0", "é", "😀", "\"", "\\", " ", ";", "\t", "Dear ", "!", "{{", "-"};
    std::string text = "x";
    for (std::int64_t i = below(8); i > 0; --i) text += parts[below(std::size(parts))];
    return text;
  }
  std::string two(std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); }
  std::string day() { return std::to_string(1000 + below(9000)) + "-" + two(1 + below(12)) + "-" + two(1 + below(28)); }
  std::string time() {
    const std::string fraction = below(2) == 0 ? "" : "." + std::to_string(1 + below(9));
    return day() + "T" + two(below(24)) + ":" + two(below(60)) + ":" + two(below(60)) + fraction + "Z";
  }

  std::mt19937 random_;
};

const std::string context = R"({"operation": "update", "lookups": {"User": {"Email":
  {"ada@example.org": "005000000000001AAA", "eve@example.org": "005000000000002AAA"}}}})";

Json mapped(crmsync::Mapping& mapping, crmsync::MapDirection direction, const Json& record) {
  std::string out;
  const bool ok = mapping.map(direction, record.dump(), context, out);
  INFO(record.dump() << "\n" << out);
  REQUIRE(ok);
  return Json::parse(out)["record"];
}

}  // namespace

TEST_CASE("what goes to a CRM and back is what it was", "[reversal]") {
  for (const char* const wire : {"hubspot", "salesforce", "another"}) {
    std::string diagnostics, fields;
    const auto mapping = crmsync::compile(compiled_from(wire), "laws.json", diagnostics);
    INFO(wire << "\n" << diagnostics);
    REQUIRE(mapping);
    REQUIRE(mapping->describe(fields));
    for (const auto& field : golden::parsed(fields)) {
      if (field["direction"] == "bidirectional") CHECK(field["verdict"] == "lossless");
    }
    Values values(20260301);
    for (int i = 0; i < 2000; ++i) {
      const Json record = values.record();
      const Json there = mapped(*mapping, crmsync::MapDirection::to_crm, record);
      const Json back = mapped(*mapping, crmsync::MapDirection::from_crm, there);
      INFO(there.dump());
      // Without regard to the order of keys.
      REQUIRE(golden::parsed(back.dump()) == golden::parsed(record.dump()));
      REQUIRE(mapped(*mapping, crmsync::MapDirection::to_crm, back) == there);
    }
  }
}
