#pragma once
#include <string>
#include <string_view>

#include "mapping/catalog_field.h"

/// What the engine knows about fields without being told, as texts: one line a field, with its path, its type, and
/// where it has them its length and the words of `builtin_words`. A line `@Name` begins the fields of one kind of
/// record; those before the first belong to all. docs/catalogs.md is generated from the same texts.
namespace crmsync::mapping {

extern const std::string_view penguinmails_catalog;
extern const std::string_view hubspot_catalog;
extern const std::string_view salesforce_catalog;

/// The catalog of a CRM; empty for one without.
std::string_view builtin_catalog(Wire wire);

/// The fields of a catalog for one kind of record. Of a kind that the catalog does not tell apart, all fields, none of
/// them required: what one kind requires another may not even have, or leave empty.
CatalogFields builtin_fields(std::string_view catalog, std::string_view object, Arena& arena);

/// Appends a catalog in the shape that mapping files use (`{path: {type, …}}`). `camel_case` lists the names of the
/// camelCase that TypeScript would use as aliases.
void write_builtin_catalog(std::string_view catalog, std::string_view object, bool camel_case, std::string& out);

}  // namespace crmsync::mapping
