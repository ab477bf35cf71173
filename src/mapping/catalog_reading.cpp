#include "mapping/catalog_reading.h"

#include <algorithm>
#include <string>
#include <utility>

#include "mapping/choices.h"
#include "mapping/section.h"
#include "mapping/typed.h"

namespace crmsync::mapping {
namespace {

constexpr std::pair<std::string_view, Fact> fact_keys[] = {{"nullable", Fact::nullable},
                                                           {"createable", Fact::createable},
                                                           {"updateable", Fact::updateable},
                                                           {"unique", Fact::unique},
                                                           {"required", Fact::required}};

Type read_type(Reading& reading, const Place& place) {
  return read_choice(reading, place, types).value_or(Type::any);
}

/// A catalog's key in the spelling of `to_string`, whatever backticks it has; `[]` stands behind a list whose rows have
/// the field, and `*` at the end for a family of names.
std::optional<std::string> read_catalog_path(Reading& reading, const Node& key, const std::string& pointer) {
  std::string path;
  std::string_view rest = key.text;
  const bool family = rest.size() > 1 && rest.back() == '*';
  if (family) rest.remove_suffix(1);
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
    if (rest.empty()) return family ? path + '*' : path;
  }
  // What is no path is said as of any other.
  const std::optional<FieldPath> plain = read_path_key(reading, key, pointer);
  return plain ? std::optional<std::string>(to_string(plain->path)) : std::nullopt;
}

/// As many texts in the arena as `text_of` gives for 0, 1, and so on.
template <class TextOf>
Texts texts(Arena& arena, std::size_t count, TextOf text_of) {
  std::string_view* const first = arena.array<std::string_view>(count);
  Texts texts{first, 0};
  for (std::size_t i = 0; i < count; ++i) {
    if (const std::optional<std::string> text = text_of(i)) first[texts.count++] = arena.copy(*text);
  }
  return texts;
}

Texts read_values(Reading& reading, const Place& place) {
  if (place.is(NodeKind::list)) {
    return texts(reading.arena(), place.node->elements.size(),
                 [&](std::size_t i) { return read_text(reading, place.element(i)); });
  }
  reading.wrong_type(place, "a list of texts");
  return {};
}

void read_facts(Reading& reading, const Section& section, Facts& facts) {
  for (const auto& [key, fact] : fact_keys) {
    const std::optional<Place> place = section.find(key);
    if (!place) continue;
    if (const std::optional<bool> value = read_boolean(reading, *place)) facts.say(fact, *value);
  }
  // What cannot be updated cannot be created either, unless that is said; what is required is never null.
  if (facts.says(Fact::updateable) && !facts.says(Fact::createable))
    facts.say(Fact::createable, facts.is(Fact::updateable));
  if (facts.is(Fact::required) && !facts.says(Fact::nullable)) facts.say(Fact::nullable, false);
}

void read_field(Reading& reading, const Section& section, CatalogField& field) {
  if (const auto type = section.find("type")) field.type = read_type(reading, *type);
  if (const auto values = section.find("values")) {
    field.values = read_values(reading, *values);
    if (!section.has("type")) field.type = Type::enumeration;
    const bool lists = field.type == Type::enumeration || field.type == Type::multi_enum || field.type == Type::any;
    if (!lists) {
      reading.report(Code::MAP006, *values,
                     {"`values` belongs to the types enum and multi_enum, but this field is ", type_name(field.type)},
                     "remove `values`, or make the type enum");
    }
  }
  if (const auto length = section.find("max_length"))
    field.max_length = static_cast<std::uint32_t>(read_natural(reading, *length, 0xFFFF'FFFF).value_or(0));
  if (const auto aliases = section.find("aliases")) {
    const std::vector<FieldPath> paths = read_paths(reading, *aliases);
    field.aliases = texts(reading.arena(), paths.size(),
                          [&](std::size_t i) { return std::optional<std::string>(to_string(paths[i].path)); });
  }
  read_facts(reading, section, field.facts);
}

}  // namespace

CatalogReading read_catalog(Reading& reading, const Place& place) {
  CatalogReading read;
  if (!place.is(NodeKind::map)) {
    reading.wrong_type(place, "a map of fields and their types");
    return read;
  }
  CatalogField* const fields = reading.arena().array<CatalogField>(place.node->members.size());
  read.fields.first = fields;
  for (std::size_t i = 0; i < place.node->members.size(); ++i) {
    const Place member = place.member(i);
    const Node& key = place.node->members[i].key;
    if (key.text == "closed" && member.is(NodeKind::boolean)) {
      read.closed = member.node->boolean;
      continue;
    }
    CatalogField& field = fields[read.fields.count];
    field = {};
    const std::optional<std::string> path = read_catalog_path(reading, key, member.pointer);
    if (member.is(NodeKind::map)) {
      read_field(reading, Section(reading, member, SectionKind::catalog_field), field);
    } else {
      field.type = read_type(reading, member);
    }
    if (!path) continue;
    field.path = reading.arena().copy(*path);
    ++read.fields.count;
  }
  return read;
}

}  // namespace crmsync::mapping
