#pragma once
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "../golden.h"

/// A mapping, an input and its decision, with what the laws ask of them, as tests/laws/world.ts has it. Fields have one
/// name on both sides.
namespace laws {

using nlohmann::json;

/// Of so many cases one is tried: with sanitizers and as WASM it takes long, so there a part must do.
#if defined(__SANITIZE_ADDRESS__) || defined(__EMSCRIPTEN__)
constexpr std::size_t step = 17;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr std::size_t step = 17;
#else
constexpr std::size_t step = 1;
#endif
#else
constexpr std::size_t step = 1;
#endif

/// What a law throws that does not hold.
struct Broken : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline void expect(bool holds, const std::string& what) {
  if (!holds) throw Broken(what);
}

constexpr const char* sides[] = {"local", "crm"};
inline const char* other(const std::string& side) {
  return side == "local" ? "crm" : "local";
}

/// The member, or null.
inline json at(const json& object, const std::string& name) {
  return object.is_object() && object.contains(name) ? object[name] : json();
}

struct Field {
  std::string name, type, strategy;
  bool bidirectional = true, keeps_blanks = false, suppression = false;
  std::size_t index = 0;
  std::vector<std::string> group;  // the fields that win or lose with it, itself among them

  /// Equal for values that are one: nothing is nothing however it is spelled, and a selection is a set.
  json meaning(const json& value) const;
  /// Whether it overrules a change of one side alone.
  bool always() const { return strategy.rfind("always_", 0) == 0; }
};

/// A compiled file; its worlds share it.
class Rules {
 public:
  explicit Rules(json file);

  /// The decision's bytes.
  std::string resolve(const std::string& input);
  json decide(const json& input) { return json::parse(resolve(input.dump())); }
  /// The input after a decision was written, with the base and the reviews that are left; `patch` is what the CRM made
  /// of what it was sent.
  json written(const json& input, const json& decision, const json& patch);

  /// With the sides swapped.
  Rules& mirror();
  /// Of one field.
  Rules& alone(const Field& field);

  const json file;
  std::vector<Field> fields;

 private:
  std::unique_ptr<crmsync::Mapping> mapping_;
  std::unique_ptr<Rules> mirror_;
  std::vector<std::unique_ptr<Rules>> alone_;
};

class World {
 public:
  World(Rules& of, json given) : rules(of), input(std::move(given)), bytes(rules.resolve(input.dump())) {
    decision = json::parse(bytes);
  }

  /// Both writes taken as they were sent, and acknowledged; what is decided then.
  const json& after() {
    if (after_.is_null()) after_ = rules.written(input, decision, decision["crm"]);
    return after_;
  }
  const json& again() {
    if (again_.is_null()) again_ = rules.decide(after());
    return again_;
  }

  bool known(const Field& field) const;
  bool has_base(const Field& field) const;
  json meaning(const Field& field, const char* side) const {
    return field.meaning(at(input[side]["record"], field.name));
  }
  bool same(const Field& field) const { return meaning(field, "local") == meaning(field, "crm"); }
  bool changed(const Field& field, const char* side) const {
    return meaning(field, side) != field.meaning(at(at(input["base"], side), field.name));
  }
  /// Both sides changed it, differently, since they agreed.
  bool in_conflict(const Field& field) const;
  /// The one side that changed the field, or any field of its group; null where it is none or both.
  const char* only_changed_by(const Field& field) const;
  bool writes(const json& decided, const Field& field) const {
    return decided["local"].contains(field.name) || decided["crm"].contains(field.name);
  }

  Rules& rules;
  const json input;
  const std::string bytes;
  json decision;

 private:
  json after_, again_;
};

/// A law looks at a world and says how often it had something to say.
struct Law {
  const char* name;
  int (*holds)(World& world);
};
const std::vector<Law>& all();

/// What is decided of a field alone is what is decided of it beside others.
void compare_alone(const Field& field, const json& together, const json& alone);

/// What became of a law.
struct Result {
  int times = 0;
  std::string failure;  // the first; the law was not tried on then
};

/// Tries all laws on a world.
void try_all(World& world, std::vector<Result>& results);

}  // namespace laws
