/// The laws that are about more than one decision.
#include <catch2/catch.hpp>
#include <random>

#include "world.h"

namespace {

using laws::json;

class Random {
 public:
  template <class List>
  auto any(const List& list) {
    return list[std::uniform_int_distribution<std::size_t>(0, std::size(list) - 1)(random_)];
  }

 private:
  std::mt19937 random_{20260301};
};

void again(laws::World& world) {
  INFO(world.rules.file.dump() << "\n" << world.input.dump() << "\n" << world.again().dump());
  REQUIRE((world.again()["local"].empty() && world.again()["crm"].empty()));
}

json with(const char* conflict) {
  return {{"conflict_resolution", json::object()},
          {"catalog",
           {{"penguinmails", {{"text", "string"}, {"at", "datetime"}}},
            {"crm", {{"text", {{"type", "string"}, {"max_length", 4}}}, {"at", "date"}}}}},
          {"field_mapping",
           {{{"penguinmails_field", "text"},
             {"crm_field", "text"},
             {"conflict", conflict},
             {"on_too_long", "truncate"},
             {"lossy", "acknowledged"}},
            {{"penguinmails_field", "at"}, {"crm_field", "at"}, {"conflict", conflict}, {"lossy", "acknowledged"}}}}};
}

}  // namespace

TEST_CASE("law 12: ping-pong ends within one round, with lossy pairs too", "[laws]") {
  constexpr const char* texts[] = {"a", "Adam", "Adamant", "Adamantine", "Bert", "Berta", ""};
  constexpr const char* days[] = {"2026-01-01", "2026-01-02", "2026-01-03"};
  Random random;
  for (const char* const conflict :
       {"crm_wins", "penguinmails_wins", "newest_wins", "manual", "always_crm", "always_penguinmails"}) {
    laws::Rules rules(with(conflict));
    const auto local = [&] {
      return json{{"text", random.any(texts)}, {"at", random.any(days) + std::string("T01:30:00Z")}};
    };
    const auto crm = [&] {
      return json{{"text", std::string(random.any(texts)).substr(0, 4)}, {"at", random.any(days)}};
    };
    for (int i = 0; i < 300; ++i) {
      json base;
      if (i % 2) base = {{"local", local()}, {"crm", crm()}, {"agreed_at", "2026-01-01T00:00:00Z"}};
      laws::World world(rules, {{"link", "1"},
                                {"local", {{"record", local()}}},
                                {"crm", {{"record", crm()}}},
                                {"base", base},
                                {"now", "2026-03-01T00:00:00Z"}});
      again(world);
      // The other side's next edit goes its way once, too.
      json next = world.after();
      next[i % 3 ? "crm" : "local"]["record"]["text"] = i % 3 ? "Carl" : "Carlotta";
      laws::World then(rules, next);
      again(then);
    }
  }
}

TEST_CASE("law 15: no sequence of inputs turns suppressed into mailable without the person's own act", "[laws]") {
  laws::Rules rules({{"conflict_resolution", json::object()},
                     {"catalog", {{"penguinmails", {{"value", "suppression"}}}, {"crm", {{"value", "suppression"}}}}},
                     {"field_mapping", {{{"penguinmails_field", "value"}, {"crm_field", "value"}}}}});
  const auto time = [](int minute) {
    return "2026-02-01T00:" + std::string(minute < 10 ? "0" : "") + std::to_string(minute) + ":00Z";
  };
  enum class Kind { says, by_operator, before, unknown, lost, anew };
  constexpr Kind kinds[] = {Kind::says,    Kind::says, Kind::by_operator, Kind::before,
                            Kind::unknown, Kind::lost, Kind::anew};
  static const std::vector<json> words = {json(), json(""), json(false), json("nonsense")};
  Random random;
  int lifted = 0;
  for (int i = 0; i < 500; ++i) {
    const bool by_address = i % 3 == 0;
    json input = {{"link", "1"}, {"base", json()}, {"now", time(2)}};
    for (const char* const side : laws::sides) input[side]["record"] = json::object();
    if (by_address) input["suppressions"] = {{{"topic", "all"}, {"since", time(1)}, {"source", "form"}}};
    json& first = input[laws::sides[i % 2]];
    if (!by_address) first = {{"record", {{"value", true}}}, {"updated_at", time(1)}};
    json state = laws::World(rules, input).after();
    for (int step = 1; step <= 8; ++step) {
      const int minute = 5 * step;
      const Kind kind = random.any(kinds);
      const std::string side = random.any(laws::sides);
      input = state;
      json& one = input[side];
      const json before = one;
      one = {{"record", json::object()}};
      if (kind == Kind::unknown) {
        one["fetched"] = json::array();
      } else {
        one["updated_at"] = time(minute);
        if (kind != Kind::anew) one["record"]["value"] = random.any(words);
        if (kind == Kind::by_operator || kind == Kind::before)
          one["acts"]["value"] = {{"by", kind == Kind::before ? "subject" : "operator"},
                                  {"at", time(kind == Kind::before ? 0 : minute)},
                                  {"source", "form"}};
        // A base is lost, and a record made anew, while the other side still says what it said.
        if (kind == Kind::lost || kind == Kind::anew) input["base"] = nullptr;
      }
      input["now"] = time(minute + 1);
      laws::World world(rules, input);
      state = world.after();
      for (const char* const told : laws::sides) {
        INFO(input.dump() << "\n" << world.bytes);
        if (kind == Kind::unknown && told == side) continue;
        REQUIRE(laws::at(state[told]["record"], "value") == true);
      }
      if (kind == Kind::unknown) state[side] = before;
      for (const char* const told : laws::sides) state[told] = {{"record", state[told]["record"]}};
    }
    // The person's own act does.
    const char* const side = laws::sides[i % 2];
    state[side] = {{"record", {{"value", false}}},
                   {"updated_at", time(50)},
                   {"acts", {{"value", {{"by", "subject"}, {"at", time(50)}, {"source", "form"}}}}}};
    state["now"] = time(51);
    const json after = laws::World(rules, state).after();
    if (laws::at(after["local"]["record"], "value") == false && laws::at(after["crm"]["record"], "value") == false)
      ++lifted;
  }
  CHECK(lifted > 250);
}
