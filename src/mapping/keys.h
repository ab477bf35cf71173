#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// The keys of the mapping language: one table per kind of map in a mapping file, the only place where they stand. What
/// is read checks keys against them; completion, the JSON Schema and the documentation have them from here too.
namespace crmsync::mapping {

enum class SectionKind : std::uint8_t {
  file,
  sync,
  filters,
  create,
  identity,
  merge_expression,
  conflict_resolution,
  strategies,
  strategy_description,
  field_mapping_examples,
  entry,
  direction_rules,
  lookup,
  number_format,
  one_case,
  required,
  catalogs,
  catalog_field,
  test,
  test_given,
  limits,
  none  // no map of known keys
};

/// The closed lists of words of choices.h.
enum class ValueList : std::uint8_t {
  none,
  crms,
  directions,
  frequencies,
  entry_kinds,
  strategies,
  sync_strategies,
  ties,
  evidences,
  first_contacts,
  deletes,
  drifts,
  normalizers,
  writes,
  write_at_most_periods,
  on_missing,
  on_absent,
  on_null,
  on_blank,
  on_error,
  on_unmapped,
  on_too_long,
  acknowledgements,
  types,
  operations
};

/// What a value may be that is neither a list nor a map of known keys.
enum class Form : std::uint8_t {
  none,
  text,
  boolean,
  number,
  literal,     // whatever JSON can hold
  version,     // the number 1
  word,        // one of a closed list
  suggestion,  // any text; some are known
  local_path,  // a field of PenguinMails
  crm_path,
  value_map,   // a map of values, or the name of one
  expression,  // a condition
  formula,     // a template, or an expression
  reverse,     // an expression, or a pattern with named groups
  branch       // a literal, or a template where it holds `{{`
};

/// What stands around such values.
enum class Around : std::uint8_t {
  nothing,
  list,
  lists,  // a list of lists
  one_or_list,
  entries,       // a list, or a map from names
  local_fields,  // a map from fields of PenguinMails
  crm_fields,
  names  // a map from names that the file makes up
};

/// What may stand behind a key.
struct Shape {
  Form form = Form::none;
  ValueList list = ValueList::none;
  SectionKind section = SectionKind::none;
  Around around = Around::nothing;

  constexpr Shape or_map(SectionKind map) const { return {form, list, map, around}; }
};

/// A sentence without its full stop. `scripts/language-tables.mjs` reads it from the source, so the package's module
/// holds none of them.
struct Sentence {
#ifdef CRMSYNC_MODULE
  constexpr Sentence(const char*) {}
#else
  std::string_view text;
  constexpr Sentence(const char* sentence) : text(sentence) {}
#endif
};

struct Key {
  std::string_view name;
  Shape shape;
  [[no_unique_address]] Sentence sentence;
};

struct Keys {
  const Key* keys = nullptr;
  std::size_t count = 0;
  const Key* begin() const { return keys; }
  const Key* end() const { return keys + count; }
  std::size_t size() const { return count; }
};

Keys keys_of(SectionKind section);

/// The key that `name` means, in snake_case or in the camelCase of TypeScript; null where there is none.
const Key* find_key(SectionKind section, std::string_view name);

/// `crmField` as `crm_field`.
std::string snake_case(std::string_view name);

}  // namespace crmsync::mapping
