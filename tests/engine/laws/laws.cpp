/// What must hold of every decision (docs/conflicts.md, "Proof"); tests/laws/laws.ts has the same for the package.
#include <algorithm>
#include <cstdlib>
#include <set>

#include "json/time.h"
#include "world.h"

namespace laws {
namespace {

const json& of(const json& decision, const Field& field) {
  return decision["fields"][field.index];
}

template <class Check>
int count(World& world, Check check) {
  int times = 0;
  for (const Field& field : world.rules.fields) times += check(field);
  return times;
}

bool writes_nothing(const json& decision) {
  return decision["local"].empty() && decision["crm"].empty();
}

void expect_equal(const json& actual, const json& expected, const std::string& what) {
  if (actual != expected) throw Broken(what + ": " + actual.dump() + " is not " + expected.dump());
}

/// With the members of all objects in the opposite order.
std::string reversed(const json& value) {
  std::string out;
  if (value.is_object()) {
    for (auto it = value.rbegin(); it != value.rend(); ++it) out += "," + json(it.key()).dump() + ":" + reversed(*it);
    return "{" + (out.empty() ? out : out.substr(1)) + "}";
  }
  if (!value.is_array()) return value.dump();
  for (const json& one : value) out += "," + reversed(one);
  return "[" + (out.empty() ? out : out.substr(1)) + "]";
}

/// No state, no order of keys. That every runtime gives the same bytes is compared in tests/enumeration.
int deterministic(World& world) {
  expect(world.rules.resolve(world.input.dump()) == world.bytes, "the same again gives other bytes");
  expect(world.rules.resolve(reversed(world.input)) == world.bytes, "other bytes in another order of keys");
  return 1;
}

int total(World& world) {
  static const std::set<std::string> reasons = [] {
    std::set<std::string> names;
    for (const std::string& line : golden::read_lines("../../docs/reasons.md")) {
      if (line.rfind("| `", 0) == 0) names.insert(line.substr(3, line.find('`', 3) - 3));
    }
    return names;
  }();
  const json& decided = world.decision["fields"];
  expect_equal(decided.size(), world.rules.fields.size(), "so many fields");
  return count(world, [&](const Field& field) {
    expect_equal(decided[field.index]["id"], field.name, "the field's place");
    expect(reasons.count(decided[field.index]["reason"]) == 1, "an unknown reason");
    const json& status = decided[field.index]["status"];
    // Consent is written also where an error or a review stands.
    if (!field.suppression) {
      expect_equal(world.writes(world.decision, field), status == "propagated" || status == "resolved", "is written");
    }
    return true;
  });
}

/// Not of always_*, which say so; not of consent, which follows no change; a group counts as one field.
int one_sided_changes(World& world) {
  return count(world, [&](const Field& field) {
    const char* const by = world.only_changed_by(field);
    if (!by || field.always() || world.same(field) || !world.changed(field, by)) return false;
    const json& decided = of(world.decision, field);
    expect(decided["status"] == "propagated" && decided["winner"] == by, "a one-sided change is not propagated");
    expect_equal(field.meaning(at(world.decision[other(by)], field.name)), world.meaning(field, by), "propagated");
    expect(!world.decision[by].contains(field.name), "the side that has changed is written");
    return true;
  });
}

bool may_be(World& world, const Field& field, const json& value) {
  if (field.suppression) return value.is_boolean();
  std::vector<json> given;
  for (const char* const side : sides) given.push_back(at(world.input[side]["record"], field.name));
  for (const json& one : given) {
    if (field.meaning(one) == field.meaning(value)) return true;
  }
  if (field.strategy == "add_deltas") {
    const json base = at(world.input["base"]["local"], field.name);
    return given[0].is_number() && given[1].is_number() && base.is_number() &&
           value == given[0].get<double>() + given[1].get<double>() - base.get<double>();
  }
  if (field.strategy != "union") return false;
  // What neither side has any more was taken away.
  const auto from_a_side = [&](const json& element) {
    return std::any_of(given.begin(), given.end(), [&](const json& list) {
      return list.is_array() && std::find(list.begin(), list.end(), element) != list.end();
    });
  };
  return value.is_null() || (value.is_array() && std::all_of(value.begin(), value.end(), from_a_side));
}

int no_invention(World& world) {
  return count(world, [&](const Field& field) {
    for (const char* const side : sides) {
      if (!world.decision[side].contains(field.name)) continue;
      const json& value = world.decision[side][field.name];
      expect(may_be(world, field, value), field.name + " is written that nobody held: " + value.dump());
    }
    return world.writes(world.decision, field);
  });
}

int nothing_to_do_again(World& world) {
  expect(writes_nothing(world.again()), "there is more to do: " + world.again().dump());
  return 1;
}

int agreement(World& world) {
  return count(world, [&](const Field& field) {
    const json& status = of(world.decision, field)["status"];
    if (!field.bidirectional || (status != "propagated" && status != "resolved" && status != "converged")) return false;
    const auto held = [&](const char* side) { return field.meaning(at(world.after()[side]["record"], field.name)); };
    expect_equal(held("local"), held("crm"), field.name + " on both sides");
    return true;
  });
}

int mirror(World& world) {
  json swapped = world.input;
  std::swap(swapped["local"], swapped["crm"]);
  if (swapped["base"].is_object()) std::swap(swapped["base"]["local"], swapped["base"]["crm"]);
  const json decision = world.rules.mirror().decide(swapped);
  expect_equal(decision["crm"], world.decision["local"], "the patch for PenguinMails");
  expect_equal(decision["local"], world.decision["crm"], "the patch for the CRM");
  return count(world, [&](const Field& field) {
    const json &one = of(world.decision, field), &another = of(decision, field);
    const json& winner = one["winner"];
    expect_equal(another["status"], one["status"], "the status");
    expect_equal(another["winner"], winner == "crm" ? "local" : winner == "local" ? "crm" : winner, "the winner");
    return true;
  });
}

/// Over the enumeration, whose worlds have one field, each is paired with another in enumeration.cpp.
int independent(World& world) {
  if (world.rules.fields.size() == 1) return 0;
  return count(world, [&](const Field& field) {
    if (!field.group.empty()) return false;
    compare_alone(field, world.decision, world.rules.alone(field).decide(world.input));
    return true;
  });
}

int nothing_stays_apart(World& world) {
  return count(world, [&](const Field& field) {
    const json& decided = of(world.decision, field);
    if (field.bidirectional && !world.known(field)) {
      expect(decided["status"] == "skipped" && decided["reason"] == "not_fetched", "the unknown is decided on");
      return true;
    }
    const std::string winner = decided["winner"];
    if (field.suppression || !world.writes(world.decision, field) || (winner != "local" && winner != "crm"))
      return false;
    const json value = at(world.input[winner]["record"], field.name);
    if (!value.is_null() && value != "" && !(value.is_array() && value.empty())) return false;
    // A clear is null in the patch, not a member that is lacking. A blank that is kept is a blank; so is an empty list.
    const json& patch = world.decision[other(winner)];
    const bool kept = value.is_array() || (field.keeps_blanks && value == "");
    expect(patch.contains(field.name), "a clear is lost");
    expect_equal(patch[field.name], kept ? value : json(), "a clear");
    return true;
  });
}

std::optional<double> seconds_of(const json& time) {
  if (!time.is_string()) return std::nullopt;
  const auto parsed = crmsync::json::parse_timestamp(time.get<std::string>());
  expect(parsed.has_value(), "no time: " + time.dump());
  return static_cast<double>(parsed->integer) + static_cast<double>(parsed->size) / 1e9;
}

/// Every time of the input, a year later. The tests' times are all of 2026, so they all move by as much.
json shifted(const json& value) {
  if (value.is_structured()) {
    json copy = value;
    for (json& one : copy) one = shifted(one);
    return copy;
  }
  if (!value.is_string()) return value;
  std::string time = value;
  if (time.rfind("2026-", 0) == 0) time[3] = '7';
  return time;
}

int clocks(World& world) {
  const auto newest = [](const Field& field) { return field.strategy == "newest_wins"; };
  if (std::none_of(world.rules.fields.begin(), world.rules.fields.end(), newest)) return 0;
  return count(world, [&](const Field& field) {
    if (!newest(field) || !field.group.empty() || !world.in_conflict(field)) return false;
    const auto time = [&](const char* side) {
      const json own = at(at(world.input[side], "field_times"), field.name);
      return own.is_null() ? at(world.input[side], "updated_at") : own;
    };
    const json local = time("local"), crm = time("crm");
    const json later = world.rules.decide(shifted(world.input));
    for (const char* const side : sides) {
      expect_equal(at(later[side], field.name), at(world.decision[side], field.name), "a year later");
    }
    const std::string reason = of(world.decision, field)["reason"];
    expect_equal(of(later, field)["reason"], reason, "the reason a year later");
    const auto local_seconds = seconds_of(local), crm_seconds = seconds_of(crm);
    if (local_seconds && crm_seconds && std::abs(*local_seconds - *crm_seconds) > 2) return true;
    expect(reason == "tie_within_skew" || reason == "tie_unknown_time", "a clock decides inside the skew");
    json swapped = world.input;
    if (!crm.is_null()) swapped["local"]["field_times"][field.name] = crm;
    if (!local.is_null()) swapped["crm"]["field_times"][field.name] = local;
    const json decision = world.rules.decide(swapped);
    for (const char* const side : sides) {
      expect_equal(at(decision[side], field.name), at(world.decision[side], field.name), "the other clock ahead");
    }
    return true;
  });
}

/// Another value of the field's type.
json another(const Field& field, json value) {
  if (field.type == "number") return (value.is_number() ? value.get<double>() : 0) + 1000;
  if (field.type != "multi_enum") return (value.is_string() ? value.get<std::string>() : "") + " stale";
  if (!value.is_array()) value = json::array();
  value.push_back("stale");
  return value;
}

int manual(World& world) {
  return count(world, [&](const Field& field) {
    if (field.strategy != "manual" || !field.group.empty() || !world.in_conflict(field)) return false;
    expect_equal(of(world.decision, field)["status"], "review", "the status");
    expect(!world.writes(world.decision, field), "a manual field is written");
    json input = world.input, answered;
    for (const json& review : world.decision["reviews"]) {
      if (review["field"] == field.name) answered = review;
    }
    expect(!answered.is_null(), "there is no review");
    for (const char* const choice : sides) {
      answered["answer"] = {{"choose", choice}};
      input["reviews"] = json::array({answered});
      const json decision = world.rules.decide(input);
      expect_equal(of(decision, field)["reason"], "answered", "the reason");
      expect_equal(field.meaning(at(decision[other(choice)], field.name)), world.meaning(field, choice), "the answer");
      for (const char* const moved : sides) {
        json late = input;
        late[moved]["record"][field.name] = another(field, at(input[moved]["record"], field.name));
        const json refused = world.rules.decide(late);
        expect_equal(of(refused, field)["reason"], "stale_answer", "the reason");
        expect(!world.writes(refused, field), "a stale answer is written");
      }
    }
    return true;
  });
}

int echo(World& world) {
  // The CRM tells of our own write before it is acknowledged, at its own time.
  json heard = world.after();
  heard["base"] = world.decision["base"];
  for (const char* const side : sides) heard[side]["updated_at"] = "2026-02-28T00:00:00Z";
  expect(writes_nothing(world.rules.decide(heard)), "an echo causes a write");
  // A CRM that makes something else of whatever it takes; of consent and of what is computed it must not.
  json patch = world.decision["crm"];
  for (const Field& field : world.rules.fields) {
    if (field.bidirectional && !at(patch, field.name).is_null()) patch[field.name] = another(field, patch[field.name]);
  }
  const json then = world.rules.decide(world.rules.written(world.input, world.decision, patch));
  expect(writes_nothing(then), "what the CRM made of it comes back: " + then.dump());
  return writes_nothing(world.decision) ? 0 : 1;
}

/// A wake-up is a resolve of what both sides hold. One may come late, with the base from before, or between the two
/// writes of another. There add_deltas is left out: half its write is an edit like any other.
int wake_ups(World& world) {
  const auto ends = [&](json from, const json& decision) {
    json held = json::array();
    for (const char* const side : sides) {
      from[side]["record"].merge_patch(decision[side]);
      for (const Field& field : world.rules.fields) held.push_back(field.meaning(at(from[side]["record"], field.name)));
    }
    return held;
  };
  const json final = ends(world.input, world.decision);
  json late = world.after();
  late["base"] = world.input["base"];
  expect(writes_nothing(world.rules.decide(late)), "a late wake-up writes");
  expect_equal(ends(world.after(), world.decision), final, "the same writes once more");
  for (const Field& field : world.rules.fields) {
    if (field.strategy == "add_deltas") return 1;
  }
  for (const char* const side : sides) {
    json half = world.input;
    half[side]["record"].merge_patch(world.decision[side]);
    expect_equal(ends(half, world.rules.decide(half)), final, "between the two writes");
  }
  return 1;
}

/// Of always_* the other side's edit is lost on purpose.
int no_edit_is_lost(World& world) {
  return count(world, [&](const Field& field) {
    const char* const by = world.only_changed_by(field);
    if (!by || field.always() || !world.changed(field, by)) return false;
    for (const char* const side : sides) {
      expect_equal(field.meaning(at(world.after()[side]["record"], field.name)), world.meaning(field, by), "the edit");
    }
    return true;
  });
}

bool reads(const json& side, const std::string& name) {
  const json fetched = at(side, "fetched");
  return !fetched.is_array() || std::find(fetched.begin(), fetched.end(), name) != fetched.end();
}

/// Whatever stands there afterwards, and whatever either side says next: suppressed it is, also of what is unknown.
int suppression(World& world) {
  return count(world, [&](const Field& field) {
    if (!field.suppression) return false;
    bool opted_out = !at(world.input, "suppressions").empty();
    for (const char* const side : sides) {
      const json& one = world.input[side];
      if (at(at(at(one, "acts"), field.name), "by") == "subject") return false;
      opted_out = opted_out || (reads(one, field.name) && at(one["record"], field.name) == true) ||
                  at(at(world.input["base"], side), field.name) == true;
    }
    if (!opted_out) return false;
    const auto holds = [&](const json& state) {
      for (const char* const side : sides) {
        if (reads(state[side], field.name)) expect_equal(at(state[side]["record"], field.name), true, "mailing stops");
      }
    };
    holds(world.after());
    for (const json& said : {json(), json(""), json(false)}) {
      for (int who = 1; who < 4; ++who) {
        json next = world.after();
        for (int side = 0; side < 2; ++side) {
          if (who & (1 << side)) next[sides[side]]["record"][field.name] = said;
        }
        const json decision = world.rules.decide(next);
        for (const char* const side : sides) next[side]["record"].merge_patch(decision[side]);
        holds(next);
      }
    }
    return true;
  });
}

}  // namespace

void compare_alone(const Field& field, const json& together, const json& alone) {
  expect_equal(of(together, field), alone["fields"][0], "the field alone");
  for (const char* const side : sides) {
    expect_equal(at(together[side], field.name), at(alone[side], field.name), "the patch alone");
    expect_equal(at(together["base"][side], field.name), at(alone["base"][side], field.name), "the base alone");
  }
}

const std::vector<Law>& all() {
  static const std::vector<Law> laws = {
      {"1: deterministic", deterministic},
      {"2: total, with one reason per field", total},
      {"3: a one-sided change propagates whatever the strategy", one_sided_changes},
      {"4: no invention", no_invention},
      {"5: apply, acknowledge, resolve again: nothing to do", nothing_to_do_again},
      {"6: after both patches both sides agree", agreement},
      {"7: mirror", mirror},
      {"8: fields are independent", independent},
      {"9: absent, null and blank stay apart", nothing_stays_apart},
      {"10: newest_wins is unmoved by shifting both clocks", clocks},
      {"11: a manual field writes nothing, and a stale answer is refused", manual},
      {"12: an echo of our own write causes no write", echo},
      {"13: any order and duplication of wake-ups ends in the same state", wake_ups},
      {"14: a merge with base never loses a non-conflicting edit", no_edit_is_lost},
      {"15: nothing but the person's own act turns suppressed into mailable", suppression},
  };
  return laws;
}

}  // namespace laws
