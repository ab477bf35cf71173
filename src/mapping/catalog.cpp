#include "mapping/catalog.h"

#include <algorithm>
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

/// A catalog's key in the spelling of `to_string`, whatever backticks it has; `[]` stands behind a list whose rows have
/// the field.
std::optional<std::string> read_catalog_path(Reading& reading, const Node& key, const std::string& pointer) {
  std::string path;
  std::string_view rest = key.text;
  for (bool is_quoted = false, is_row = false; !rest.empty();) {
    std::size_t end = 0;
    for (; end < rest.size() && (is_quoted || !rest.substr(end).starts_with("[]")); ++end) {
      if (rest[end] == '`') is_quoted = !is_quoted;
    }
    std::string_view names = rest.substr(0, end);
    const bool is_row_itself = is_row && names.empty();
    if (is_row && !is_row_itself) {
      if (!names.starts_with('.')) break;
      names.remove_prefix(1);
    }
    const bool follows = end < rest.size();
    rest.remove_prefix(std::min(end + 2, rest.size()));
    if (const std::optional<Path> parsed = parse_path(names)) {
      if (is_row) path += '.';
      path += to_string(*parsed);
    } else if (!is_row_itself) {
      break;
    }
    if (follows) path += "[]";
    is_row = true;
    if (rest.empty()) return path;
  }
  // What is no path is said as of any other.
  const std::optional<FieldPath> plain = read_path_key(reading, key, pointer);
  return plain ? std::optional<std::string>(to_string(plain->path)) : std::nullopt;
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

/// As what expressions see fields. Dates are texts until timestamp() reads them; a multi-select may be a text or a
/// list.
Kind kind_of(Type type) {
  if (is_text(type) || type == Type::date) return Kind::string;
  switch (type) {
    case Type::number:
    case Type::integer: return Kind::number;
    case Type::boolean:
    case Type::suppression: return Kind::boolean;
    case Type::datetime: return Kind::timestamp;
    case Type::list: return Kind::list;
    case Type::map: return Kind::map;
    default: return Kind::absent;
  }
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
    const std::optional<std::string> path = read_catalog_path(reading, key, field.pointer);
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
    if (path) stated_.insert_or_assign(*path, std::move(stated));
  }
}

FieldFacts Catalog::facts(const Path& path) const {
  return facts_of(to_string(path));
}

FieldFacts Catalog::facts_of(const std::string& name) const {
  FieldFacts facts;
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

Kind Catalog::type_of(const Path& path) const {
  return kind_of(facts(path).type);
}

Kind Catalog::row_type_of(const Path& list, const Path& field) const {
  std::string name = to_string(list) + "[]";
  if (!field.segments.empty()) name.append(1, '.').append(to_string(field));
  return kind_of(facts_of(name).type);
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
