#include "mapping/builtin_catalog.h"

#include <algorithm>

#include "json/number.h"
#include "json/writer.h"
#include "mapping/typed.h"

namespace crmsync::mapping {
namespace {

/// The part of `text` up to `end`, which is cut off with it.
std::string_view cut(std::string_view& text, char end) {
  const std::size_t at = text.find(end);
  const std::string_view part = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return part;
}

void say(CatalogField& field, std::string_view word) {
  if (word == "read_only" || word == "on_create") {
    field.facts.say(Fact::updateable, false);
    field.facts.say(Fact::createable, word == "on_create");
  } else if (word == "unique") {
    field.facts.say(Fact::unique, true);
  } else {
    field.facts.say(Fact::nullable, false);
    if (word == "required") field.facts.say(Fact::required, true);
  }
}

CatalogField read_line(std::string_view line) {
  CatalogField field;
  field.path = cut(line, ' ');
  field.type = *type_named(cut(line, ' '));
  field.facts.say(Fact::nullable, true);
  while (!line.empty()) {
    const std::string_view word = cut(line, ' ');
    if (word.front() >= '0' && word.front() <= '9') {
      for (const char digit : word) field.max_length = field.max_length * 10 + static_cast<std::uint32_t>(digit - '0');
    } else {
      say(field, word);
    }
  }
  return field;
}

/// `first_name` as `firstName`; the same where there is nothing to join.
std::string camel_case(std::string_view name) {
  std::string camel;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool joins = name[i] == '_' && i + 1 < name.size();
    camel += joins ? static_cast<char>(name[++i] - 'a' + 'A') : name[i];
  }
  return camel;
}

void write_fact(std::string& out, const Facts& facts, Fact fact, std::string_view name) {
  if (facts.is(fact) == Facts{}.is(fact)) return;
  out.append(",\"").append(name).append(facts.is(fact) ? "\":true" : "\":false");
}

}  // namespace

std::string_view builtin_catalog(Wire wire) {
  return wire == Wire::hubspot ? hubspot_catalog : wire == Wire::salesforce ? salesforce_catalog : std::string_view{};
}

CatalogFields builtin_fields(std::string_view catalog, std::string_view object, Arena& arena) {
  CatalogField* const fields =
      arena.array<CatalogField>(static_cast<std::size_t>(std::count(catalog.begin(), catalog.end(), '\n')));
  std::uint32_t count = 0;
  const std::string heading = "\n@" + std::string(object) + '\n';
  const bool tells_apart = catalog.find(heading) != std::string_view::npos;
  std::string_view kind;
  while (!catalog.empty()) {
    const std::string_view line = cut(catalog, '\n');
    if (line.front() == '@') {
      kind = line.substr(1);
    } else if (!tells_apart || kind.empty() || kind == object) {
      fields[count] = read_line(line);
      Facts& facts = fields[count++].facts;
      if (tells_apart || !facts.is(Fact::required)) continue;
      facts.say(Fact::required, false);
      facts.say(Fact::nullable, !kind.empty());
    }
  }
  return {fields, count};
}

void write_builtin_catalog(std::string_view catalog, std::string_view object, bool with_camel_case, std::string& out) {
  Arena arena;
  char separator = '{';
  for (const CatalogField& field : builtin_fields(catalog, object, arena)) {
    out += separator;
    separator = ',';
    json::append_string(out, field.path);
    out.append(":{\"type\":\"").append(type_name(field.type)) += '"';
    if (field.max_length != 0) {
      out += ",\"max_length\":";
      json::append_unsigned(out, field.max_length);
    }
    write_fact(out, field.facts, Fact::nullable, "nullable");
    write_fact(out, field.facts, Fact::createable, "createable");
    write_fact(out, field.facts, Fact::updateable, "updateable");
    write_fact(out, field.facts, Fact::unique, "unique");
    write_fact(out, field.facts, Fact::required, "required");
    const std::string camel = with_camel_case ? camel_case(field.path) : std::string(field.path);
    if (camel != field.path && field.path.find("[]") == std::string::npos) {
      out += ",\"aliases\":[";
      json::append_string(out, camel);
      out += ']';
    }
    out += '}';
  }
  out += separator == '{' ? "{}" : "}";
}

}  // namespace crmsync::mapping
