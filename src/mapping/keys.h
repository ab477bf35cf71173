#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The keys of the mapping language: one table per kind of map in a mapping file, the only place where they stand.
namespace crmsync::mapping {

enum class SectionKind : std::uint8_t {
  file,
  sync,
  filters,
  create,
  identity,
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
  limits
};

struct Key {
  std::string_view name;
  bool built = true;  // false: of the language, but this version does not do it (MAP004)
};

const std::vector<Key>& keys_of(SectionKind section);

/// The key that `name` means, in snake_case or in the camelCase of TypeScript; null where there is none.
const Key* find_key(SectionKind section, std::string_view name);

/// `crmField` as `crm_field`.
std::string snake_case(std::string_view name);

}  // namespace crmsync::mapping
