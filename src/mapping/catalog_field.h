#pragma once
#include <cstdint>
#include <string_view>

#include "mapping/configuration.h"

namespace crmsync::mapping {

/// What one catalog says about one field. Its texts outlive it: they are built in, or lie in the configuration's arena.
struct CatalogField {
  std::string_view path;         // as `to_string` writes it; `list[].field` for rows; `name_*` for all that begin so
  Type type = Type::any;         // any: not said
  std::uint32_t max_length = 0;  // in UTF-16 units, as both CRMs count; 0: not said
  Facts facts;
  Texts values;   // of enumerations; empty: not said
  Texts aliases;  // other paths that mapping files may write for it
};

/// Fields that lie in an arena.
struct CatalogFields {
  const CatalogField* first = nullptr;
  std::uint32_t count = 0;

  const CatalogField* begin() const { return first; }
  const CatalogField* end() const { return first + count; }
};

}  // namespace crmsync::mapping
