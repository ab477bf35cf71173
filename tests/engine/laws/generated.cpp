/// The laws over random mappings and inputs.
#include <catch2/catch.hpp>
#include <random>

#include "world.h"

namespace {

using laws::json;

class Random {
 public:
  explicit Random(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_); }
  bool one_of(std::size_t many) { return below(many) == 0; }
  template <class List>
  auto any(const List& list) {
    return list[below(std::size(list))];
  }

  json file() {
    static const json by_sides = json::parse(
        R"(["crm_wins", "penguinmails_wins", "newest_wins", "newest_wins", "newest_wins", "newest_wins", "manual", "manual", "manual", "manual",
            "always_crm", "always_penguinmails"])");
    static const json own = json::parse(
        R"({"string": ["prefer_crm_unless_blank", "prefer_penguinmails_unless_blank", "longest",
              {"expression": "local == null ? crm : crm == null || local > crm ? local : crm"}],
            "number": ["max", "min", "add_deltas"], "multi_enum": ["union"]})");
    json file = {{"field_mapping", json::array()}};
    json catalog;
    for (std::size_t i = 1 + below(6); i > 0; --i) {
      const std::string name(1, static_cast<char>('a' + i));
      const std::string type = one_of(10) ? "suppression" : any(std::vector{"string", "number", "multi_enum"});
      json entry = {{"penguinmails_field", name}, {"crm_field", name}};
      if (type != "suppression") {
        entry["conflict"] = !one_of(3) ? any(by_sides) : any(own[type]);
        entry["direction"] = any(std::vector{"bidirectional", "bidirectional", "bidirectional", "to_crm", "from_crm"});
      }
      if (type == "string" && one_of(3)) entry["on_blank"] = "keep";
      catalog[name] =
          type == "multi_enum" && one_of(2) ? json{{"type", type}, {"values", {"z", "c", "b", "a"}}} : json(type);
      file["field_mapping"].push_back(entry);
    }
    json& rules = file["conflict_resolution"];
    rules["first_contact"] = any(std::vector{"strategy", "strategy", "crm", "penguinmails", "fill_blanks_only"});
    rules["tie"] = any(std::vector{"crm_wins", "penguinmails_wins", "manual"});
    rules["evidence"] = any(std::vector{"best", "certain"});
    if (one_of(2)) {
      const json strategy = any(by_sides);
      rules["groups"] = json::parse(R"([["street", "city"]])");
      for (const char* const name : {"street", "city"}) {
        catalog[name] = "string";
        file["field_mapping"].push_back({{"penguinmails_field", name}, {"crm_field", name}, {"conflict", strategy}});
      }
    }
    file["catalog"] = {{"penguinmails", catalog}, {"crm", catalog}};
    return file;
  }

  json input(const laws::Rules& rules) {
    const std::size_t kind = below(6);
    json input = {{"link", "1"}, {"now", "2026-03-01T00:00:00Z"}};
    json base = {{"local", record(rules)}, {"agreed_at", "2026-01-01T00:00:00Z"}};
    base["crm"] = base["local"];
    if (one_of(4)) base["crm"].update(record(rules));  // of a CRM that has re-spelt some of it
    for (const char* const side : laws::sides) {
      json& of = input[side];
      // Edits of some fields, conflicts of all, or anything.
      of["record"] = kind < 4 ? base[side] : json::object();
      const json edits = record(rules);
      for (const auto& [name, value] : edits.items()) {
        if (kind >= 2 || one_of(2)) of["record"][name] = value;
      }
      if (!one_of(4)) of["updated_at"] = time();
      for (const laws::Field& field : rules.fields) {
        if (one_of(3)) of["field_times"][field.name] = time();
        if (field.suppression && one_of(3))
          of["acts"][field.name] = {{"by", any(std::vector{"operator", "import"})}, {"at", time()}, {"source", "form"}};
      }
      if (!one_of(4)) continue;
      of["fetched"] = json::array();
      for (const laws::Field& field : rules.fields) {
        if (!one_of(3)) of["fetched"].push_back(field.name);
      }
    }
    input["base"] = kind == 5 ? json() : base;
    if (one_of(5)) input["suppressions"] = {{{"topic", "all"}, {"since", time()}, {"source", "form"}}};
    return input;
  }

 private:
  json value(const std::string& type) {
    static const json texts = json::parse(R"(["a", "bb", "Ada", "😀", "two words", "\"\\", ""])");
    static const json numbers = json::parse(R"([0, 1, -3, 7, 2.5, 1099511627776, ""])");
    static const json lists = json::parse(R"([[], ["a"], ["b"], ["c", "a"], ["b", "z"], ["a", "b", "c"], ""])");
    static const json consents = json::parse(R"([true, false, ""])");
    if (one_of(7)) return nullptr;
    return any(type == "number" ? numbers : type == "multi_enum" ? lists : type == "suppression" ? consents : texts);
  }

  json record(const laws::Rules& rules) {
    json record = json::object();
    for (const laws::Field& field : rules.fields) {
      if (!one_of(5)) record[field.name] = value(field.type);
    }
    return record;
  }

  /// Around noon, many of them within the skew.
  std::string time() {
    const std::size_t seconds = one_of(2) ? below(7) : below(50'000);
    const auto two = [](std::size_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    return "2026-02-10T" + two(seconds / 3600) + ":" + two(seconds / 60 % 60) + ":" + two(seconds % 60) + "Z";
  }

  std::mt19937 random_;
};

constexpr std::size_t files = 1000 / laws::step, inputs_each = 4;

const std::vector<laws::Result>& results() {
  static const std::vector<laws::Result> tried = [] {
    std::vector<laws::Result> results;
    Random random(20260301);
    for (std::size_t i = 0; i < files; ++i) {
      laws::Rules rules(random.file());
      for (std::size_t k = 0; k < inputs_each; ++k) {
        laws::World world(rules, random.input(rules));
        laws::try_all(world, results);
      }
    }
    return results;
  }();
  return tried;
}

}  // namespace

TEST_CASE("the laws of resolve over generated records", "[laws]") {
  for (std::size_t i = 0; i < laws::all().size(); ++i) {
    DYNAMIC_SECTION("law " << laws::all()[i].name) {
      CHECK(results()[i].failure == "");
      CHECK(results()[i].times >= 200 / static_cast<int>(laws::step));
    }
  }
}
