#include "world.h"

#include <algorithm>

namespace laws {
namespace {

std::string swapped(const std::string& name) {
  constexpr const char* pairs[][2] = {{"crm_wins", "penguinmails_wins"},
                                      {"always_crm", "always_penguinmails"},
                                      {"prefer_crm_unless_blank", "prefer_penguinmails_unless_blank"},
                                      {"crm", "penguinmails"},
                                      {"to_crm", "from_crm"}};
  for (const auto& pair : pairs) {
    if (name == pair[0]) return pair[1];
    if (name == pair[1]) return pair[0];
  }
  return name;
}

/// The file with its sides swapped. Its expressions must not care which side is which.
json mirrored(json file) {
  json& rules = file["conflict_resolution"];
  rules["first_contact"] = swapped(rules.value("first_contact", "strategy"));
  rules["tie"] = swapped(rules.value("tie", "crm_wins"));
  std::swap(file["catalog"]["crm"], file["catalog"]["penguinmails"]);
  for (json& entry : file["field_mapping"]) {
    entry["direction"] = swapped(entry.value("direction", "bidirectional"));
    if (at(entry, "conflict").is_string()) entry["conflict"] = swapped(entry["conflict"]);
  }
  return file;
}

}  // namespace

json Field::meaning(const json& value) const {
  if (value.is_array()) {
    std::vector<std::string> elements = value;
    std::sort(elements.begin(), elements.end());
    elements.erase(std::unique(elements.begin(), elements.end()), elements.end());
    return elements.empty() ? json() : json(elements);
  }
  return value == "" && !keeps_blanks ? json() : value;
}

Rules::Rules(json given) : file(std::move(given)) {
  std::string diagnostics;
  mapping_ = crmsync::compile(file.dump(), "laws.json", diagnostics);
  if (!mapping_) throw Broken(file.dump() + "\n" + diagnostics);
  for (const json& entry : file["field_mapping"]) {
    Field field;
    field.index = fields.size();
    field.name = entry["penguinmails_field"];
    const json type = at(file["catalog"]["penguinmails"], field.name);
    field.type = type.is_object() ? type["type"] : type;
    const json conflict = at(entry, "conflict");
    field.strategy = conflict.is_object() ? "expression" : conflict.is_string() ? conflict : json("newest_wins");
    field.suppression = field.type == "suppression";
    field.bidirectional = !field.suppression && entry.value("direction", "bidirectional") == "bidirectional";
    field.keeps_blanks = entry.value("on_blank", "") == "keep";
    for (const json& group : at(file["conflict_resolution"], "groups")) {
      if (std::find(group.begin(), group.end(), field.name) != group.end()) field.group = group;
    }
    fields.push_back(field);
  }
  alone_.resize(fields.size());
}

std::string Rules::resolve(const std::string& input) {
  std::string out;
  expect(mapping_->resolve(input, out), "it is refused: " + out);
  return out;
}

json Rules::written(const json& input, const json& decision, const json& patch) {
  json next = input, read_back;
  next["local"]["record"].merge_patch(decision["local"]);
  next["crm"]["record"].merge_patch(patch);
  for (const char* const side : sides) read_back[side] = next[side]["record"];
  std::string out;
  expect(mapping_->acknowledge(decision.dump(), read_back.dump(), out), "it cannot be acknowledged: " + out);
  next["base"] = json::parse(out)["base"];
  next["reviews"] = decision["reviews"];
  return next;
}

Rules& Rules::mirror() {
  if (!mirror_) mirror_ = std::make_unique<Rules>(mirrored(file));
  return *mirror_;
}

Rules& Rules::alone(const Field& field) {
  std::unique_ptr<Rules>& rules = alone_[field.index];
  if (!rules) {
    json one = file;
    one["conflict_resolution"].erase("groups");
    one["field_mapping"] = json::array({file["field_mapping"][field.index]});
    rules = std::make_unique<Rules>(std::move(one));
  }
  return *rules;
}

bool World::known(const Field& field) const {
  for (const char* const side : sides) {
    const json fetched = at(input[side], "fetched");
    if (fetched.is_array() && std::find(fetched.begin(), fetched.end(), field.name) == fetched.end()) return false;
  }
  return true;
}

bool World::has_base(const Field& field) const {
  const json& base = input["base"];
  return base.is_object() && base["local"].contains(field.name) && base["crm"].contains(field.name);
}

bool World::in_conflict(const Field& field) const {
  return field.bidirectional && known(field) && has_base(field) && !same(field) && changed(field, "local") &&
         changed(field, "crm");
}

const char* World::only_changed_by(const Field& field) const {
  bool by[2] = {false, false};
  for (const Field& one : rules.fields) {
    const bool counts = field.group.empty()
                            ? one.index == field.index
                            : std::find(field.group.begin(), field.group.end(), one.name) != field.group.end();
    if (!counts) continue;
    if (!one.bidirectional || !known(one) || !has_base(one)) return nullptr;
    for (int side = 0; side < 2; ++side) by[side] = by[side] || changed(one, sides[side]);
  }
  return by[0] == by[1] ? nullptr : sides[by[1]];
}

void try_all(World& world, std::vector<Result>& results) {
  results.resize(all().size());
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (!results[i].failure.empty()) continue;
    try {
      results[i].times += all()[i].holds(world);
    } catch (const std::exception& broken) {
      results[i].failure = broken.what() + std::string("\n") + world.rules.file.dump() + "\n" + world.input.dump();
    }
  }
}

}  // namespace laws
