#include "mapping/catalog.h"

#include <algorithm>

#include "mapping/catalog_reading.h"
#include "mapping/keys.h"
#include "mapping/typed.h"

namespace crmsync::mapping {
namespace {

constexpr std::size_t builtin = 0, imported = 1;

bool holds_more(Type type) {
  return type == Type::map || type == Type::list || type == Type::any;
}

/// Whether `path` is a part of what `whole` holds.
bool is_below(std::string_view whole, std::string_view path) {
  return path.size() > whole.size() && path[whole.size()] == '.' && path.starts_with(whole);
}

/// `name_*` stands for all that begin so.
bool is_in_family(std::string_view family, std::string_view path) {
  return family.back() == '*' && path.size() >= family.size() && path.starts_with(family.substr(0, family.size() - 1));
}

bool is_enumeration(Type type) {
  return type == Type::enumeration || type == Type::multi_enum;
}

bool is_text(Type type) {
  return type == Type::string || type == Type::email || type == Type::phone || type == Type::url || type == Type::id ||
         type == Type::reference || type == Type::enumeration;
}

bool is_number(Type type) {
  return type == Type::number || type == Type::integer || type == Type::currency;
}

/// As what expressions see fields. Dates are texts until timestamp() reads them; a multi-select may be a text or a
/// list.
}  // namespace

Kind kind_of(Type type) {
  if (is_text(type) || type == Type::date) return Kind::string;
  switch (type) {
    case Type::number:
    case Type::integer:
    case Type::currency: return Kind::number;
    case Type::boolean:
    case Type::suppression: return Kind::boolean;
    case Type::datetime: return Kind::timestamp;
    case Type::list: return Kind::list;
    case Type::map: return Kind::map;
    default: return Kind::absent;
  }
}

bool are_compatible(Type a, Type b) {
  if (a == b || a == Type::any || b == Type::any || a == Type::string || b == Type::string) return true;
  const auto both = [&](auto in) { return in(a) && in(b); };
  return both(is_text) || both(is_number) || both([](Type t) { return t == Type::date || t == Type::datetime; }) ||
         both([](Type t) { return t == Type::boolean || t == Type::suppression; }) ||
         both([](Type t) { return t == Type::multi_enum || t == Type::list; }) || both(is_enumeration);
}

void Catalog::read(Reading& reading, const Place& place, Source source) {
  Fields& fields = sources_[static_cast<std::size_t>(source)];
  const CatalogReading read = read_catalog(reading, place);
  fields = read.fields;
  for (const CatalogField& field : fields) has_aliases_ |= !field.aliases.empty();
  has_import_ |= source == Source::imported;
  closed_ = read.closed.value_or(source == Source::imported || closed_);
}

const CatalogField* Catalog::find(const Fields& fields, std::string_view path) {
  const CatalogField* family = nullptr;
  if (path.empty()) return family;
  for (const CatalogField& field : fields) {
    if (field.path.front() != path.front()) continue;  // most of them, at once
    if (field.path == path) return &field;
    if (is_in_family(field.path, path)) family = &field;
  }
  return family;
}

const CatalogField* Catalog::find(std::size_t source, const std::string& path) const {
  const CatalogField* field = find(sources_[source], path);
  if (field || source != builtin) return field;
  const std::string snake = snake_case(path);  // the mission's camelCase
  return snake == path ? nullptr : find(sources_[source], snake);
}

FieldFacts Catalog::facts(const Path& path) const {
  return facts_of(to_string(path));
}

FieldFacts Catalog::facts_of(const std::string& name) const {
  FieldFacts facts;
  for (std::size_t source = builtin; source < std::size(sources_); ++source) {
    const CatalogField* field = find(source, name);
    if (!field) continue;
    if (source == imported) facts.imported_type = field->type;
    // A CRM describes its opt-out as any other checkbox.
    const bool opt_out = facts.type == Type::suppression && source == imported && field->type == Type::boolean;
    if (field->type != Type::any && !opt_out) facts.type = field->type;
    if (field->max_length != 0) facts.max_length = field->max_length;
    if (!field->values.empty() || !is_enumeration(facts.type)) facts.values = field->values;
    facts.facts.override_with(field->facts);
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

bool Catalog::says_nullable(const Path& path) const {
  const Facts facts = this->facts(path).facts;
  return facts.says(Fact::nullable) && facts.is(Fact::nullable);
}

Path Catalog::canonical(const Path& path) const {
  const std::string name = has_aliases_ ? to_string(path) : std::string();
  // A field of its own name is that field, whatever another one is called too.
  if (name.empty() || knows(path)) return path;
  for (const Fields& fields : sources_) {
    for (const CatalogField& field : fields) {
      for (const std::string_view alias : field.aliases) {
        if (name != alias && !is_below(alias, name)) continue;
        if (std::optional<Path> meant = parse_path(std::string(field.path) + name.substr(alias.size())))
          return std::move(*meant);
      }
    }
  }
  return path;
}

bool Catalog::covers(const Fields& fields, std::string_view path) {
  if (path.empty()) return true;  // the record itself
  return std::any_of(fields.begin(), fields.end(), [&](const CatalogField& field) {
    if (field.path.front() != path.front()) return false;  // most of them, at once
    return field.path == path || is_in_family(field.path, path) || is_below(path, field.path) ||
           (is_below(field.path, path) && holds_more(field.type));
  });
}

bool Catalog::knows(const Path& path) const {
  const std::string name = to_string(path);
  return covers(sources_[builtin], snake_case(name)) ||
         std::any_of(std::begin(sources_), std::end(sources_),
                     [&](const Fields& fields) { return covers(fields, name); });
}

bool Catalog::misses(const Path& path) const {
  return closed_ && !(has_import_ ? covers(sources_[imported], to_string(path)) : knows(path));
}

std::string_view Catalog::near_miss(const Path& path) const {
  const std::string name = to_string(path);
  if (closed_ ? !misses(path) : (path.segments.size() != 1 || name.size() < 5 || name.ends_with("__c") || knows(path)))
    return {};
  std::vector<std::string_view> names;
  for (std::size_t source = builtin; source < std::size(sources_); ++source) {
    // Before an imported catalog only what it lists is there; an open file's own names are no better than this one.
    if (closed_ ? has_import_ && source != imported : source != builtin) continue;
    for (const CatalogField& field : sources_[source]) {
      // One letter more or less is all that an open catalog's names may differ in.
      if (closed_ || field.path.size() + 1 - name.size() <= 2) names.push_back(field.path);
    }
  }
  return closed_ ? nearest_name(name, names) : nearest_name(name, names, 1);
}

std::vector<std::string_view> Catalog::required() const {
  std::vector<std::string_view> paths;
  for (std::size_t source = is_import() ? imported : builtin; source < std::size(sources_); ++source) {
    for (const CatalogField& field : sources_[source]) {
      const std::optional<Path> path = parse_path(field.path);  // none of rows and families
      if (!path || std::find(paths.begin(), paths.end(), field.path) != paths.end()) continue;
      if (facts(*path).is(Fact::required)) paths.push_back(field.path);
    }
  }
  return paths;
}

}  // namespace crmsync::mapping
