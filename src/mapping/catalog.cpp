#include "mapping/catalog.h"

#include <utility>

#include "mapping/keys.h"
#include "mapping/section.h"

namespace crmsync::mapping {
namespace {

constexpr Choice<Type> types[] = {
    {"string", Type::string},
    {"number", Type::number},
    {"integer", Type::integer},
    {"boolean", Type::boolean},
    {"date", Type::date},
    {"datetime", Type::datetime},
    {"enum", Type::enumeration},
    {"multi_enum", Type::multi_enum},
    {"email", Type::email},
    {"phone", Type::phone},
    {"url", Type::url},
    {"id", Type::id},
    {"suppression", Type::suppression},
    {"list", Type::list},
    {"map", Type::map},
    {"currency", Type::number, false},
    {"reference", Type::id, false},
};

/// A catalog's key as a path without its rows: `engagements[].at` is `engagements.at` below a list.
struct CatalogPath {
  std::string path;
  bool in_rows = false;
};

std::optional<CatalogPath> read_catalog_path(Reading& reading, const Node& key, const std::string& pointer) {
  std::string text = key.text;
  bool in_rows = false;
  for (std::size_t at = text.find("[]"); at != std::string::npos; at = text.find("[]")) {
    text.erase(at, 2);
    in_rows = true;
  }
  if (in_rows) {
    if (const std::optional<Path> path = parse_path(text)) return CatalogPath{to_string(*path), true};
  }
  const std::optional<FieldPath> path = read_path_key(reading, key, pointer);
  if (!path) return std::nullopt;
  return CatalogPath{to_string(path->path), false};
}

std::vector<std::string> read_values(Reading& reading, const Place& place) {
  std::vector<std::string> values;
  if (!place.is(NodeKind::list)) {
    reading.wrong_type(place, "a list of texts");
    return values;
  }
  for (std::size_t i = 0; i < place.node->elements.size(); ++i) {
    if (std::optional<std::string> value = read_text(reading, place.element(i))) values.push_back(std::move(*value));
  }
  return values;
}

bool is_enumeration(Type type) {
  return type == Type::enumeration || type == Type::multi_enum;
}

bool is_text(Type type) {
  return type == Type::string || type == Type::email || type == Type::phone || type == Type::url || type == Type::id ||
         type == Type::enumeration;
}

}  // namespace

std::string_view spelled_type(Type type) {
  for (const Choice<Type>& choice : types) {
    if (choice.value == type) return choice.name;
  }
  return "any";
}

bool are_compatible(Type a, Type b) {
  if (a == b || a == Type::any || b == Type::any || a == Type::string || b == Type::string) return true;
  const auto both = [&](auto in) { return in(a) && in(b); };
  return both(is_text) || both([](Type t) { return t == Type::number || t == Type::integer; }) ||
         both([](Type t) { return t == Type::date || t == Type::datetime; }) ||
         both([](Type t) { return t == Type::boolean || t == Type::suppression; }) ||
         both([](Type t) { return t == Type::multi_enum || t == Type::list; }) || both(is_enumeration);
}

void Catalog::read(Reading& reading, const Place& place) {
  if (!place.is(NodeKind::map)) {
    reading.wrong_type(place, "a map of fields and their types");
    return;
  }
  for (std::size_t i = 0; i < place.node->members.size(); ++i) {
    const Place field = place.member(i);
    const Node& key = place.node->members[i].key;
    if (key.text == "closed" && field.is(NodeKind::boolean)) {
      reading.not_built({&key, field.pointer}, "`closed`");
      continue;
    }
    const std::optional<CatalogPath> path = read_catalog_path(reading, key, field.pointer);
    Stated stated;
    if (field.is(NodeKind::map)) {
      const Section section(reading, field, SectionKind::catalog_field);
      if (const auto type = section.find("type")) stated.type = read_choice(reading, *type, types);
      if (const auto values = section.find("values")) {
        stated.values = read_values(reading, *values);
        if (!section.has("type")) stated.type = Type::enumeration;
        if (stated.type && !is_enumeration(*stated.type)) {
          reading.report(
              Code::MAP006, *values,
              {"`values` belongs to the types enum and multi_enum, but this field is ", spelled_type(*stated.type)},
              "remove `values`, or make the type enum");
        }
      }
      if (const auto updateable = section.find("updateable")) stated.updateable = read_boolean(reading, *updateable);
    } else {
      stated.type = read_choice(reading, field, types);
    }
    // Rows are read by aggregates only, which take their values as they are.
    if (path && !path->in_rows) stated_.insert_or_assign(path->path, std::move(stated));
  }
}

FieldFacts Catalog::facts(const Path& path) const {
  FieldFacts facts;
  const std::string name = to_string(path);
  const BuiltinField* builtin = find_builtin(builtin_, name);
  if (!builtin) builtin = find_builtin(builtin_, snake_case(name));  // the mission's camelCase names
  if (builtin) {
    facts.type = builtin->type;
    facts.updateable = builtin->updateable;
  }
  const auto stated = stated_.find(name);
  if (stated != stated_.end()) {
    if (stated->second.type) facts.type = *stated->second.type;
    if (stated->second.updateable) facts.updateable = *stated->second.updateable;
    facts.values = stated->second.values;
  }
  return facts;
}

/// Dates and times are texts until timestamp() reads them; a multi-select may be a text or a list.
Kind Catalog::type_of(const Path& path) const {
  const Type type = facts(path).type;
  if (is_text(type) || type == Type::date || type == Type::datetime) return Kind::string;
  switch (type) {
    case Type::number:
    case Type::integer: return Kind::number;
    case Type::boolean:
    case Type::suppression: return Kind::boolean;
    case Type::list: return Kind::list;
    case Type::map: return Kind::map;
    default: return Kind::absent;
  }
}

std::string_view Catalog::near_miss(const Path& path) const {
  const std::string name = to_string(path);
  if (path.segments.size() != 1 || name.size() < 5 || name.ends_with("__c")) return {};
  if (stated_.contains(name) || find_builtin(builtin_, name) || find_builtin(builtin_, snake_case(name))) return {};
  std::vector<std::string_view> names;
  for (const BuiltinField& field : builtin_) names.push_back(field.path);
  // A catalog is open, and most names are not in it: two letters that differ make another field.
  return nearest_name(name, names, 1);
}

}  // namespace crmsync::mapping
