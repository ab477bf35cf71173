#pragma once
#include <cstddef>
#include <string_view>

#include "mapping/configuration.h"

/// What the engine knows about fields without being told: those whose type changes what it does, not all there are.
namespace crmsync::mapping {

struct BuiltinField {
  std::string_view path;
  Type type;
  bool updateable = true;
};

struct BuiltinFields {
  const BuiltinField* fields = nullptr;
  std::size_t count = 0;
  const BuiltinField* begin() const { return fields; }
  const BuiltinField* end() const { return fields + count; }
};

/// PenguinMails' contact.
BuiltinFields penguinmails_fields();
/// Contact and lead fields of a CRM; empty for a CRM without a built-in catalog.
BuiltinFields crm_fields(Wire wire);

/// The built-in field of that path, or null.
const BuiltinField* find_builtin(BuiltinFields fields, std::string_view path);

}  // namespace crmsync::mapping
