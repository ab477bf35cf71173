#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/builtin_catalog.h"
#include "mapping/reading.h"

namespace crmsync::mapping {

struct FieldFacts {
  Type type = Type::any;
  std::vector<std::string> values;  // of enumerations; empty: unknown
  bool updateable = true;
};

/// What is known about the fields of one side: what the file's `catalog` says, else what is built in.
class Catalog : public expression::FieldTypes {
 public:
  explicit Catalog(BuiltinFields builtin, Wire wire = Wire::json) : builtin_(builtin), wire_(wire) {}

  /// Reads `catalog: {penguinmails: …}` or `catalog: {crm: …}`.
  void read(Reading& reading, const Place& place);

  FieldFacts facts(const Path& path) const;
  Kind type_of(const Path& path) const override;
  Kind row_type_of(const Path& list, const Path& field) const override;
  bool has_milliseconds() const override { return wire_ == Wire::hubspot; }
  /// The known name that an unknown one probably meant: one letter off, or in other case. "" when none is near.
  std::string_view near_miss(const Path& path) const;

 private:
  FieldFacts facts_of(const std::string& name) const;

  BuiltinFields builtin_;
  Wire wire_;
  struct Stated {
    std::optional<Type> type;
    std::vector<std::string> values;
    std::optional<bool> updateable;
  };
  std::map<std::string, Stated, std::less<>> stated_;  // by path, as `to_string` writes it; of rows `list[].field`
};

/// "number", "enum", …: a type as mapping files spell it.
std::string_view spelled_type(Type type);

/// Whether values of one type can be written to a field of the other.
bool are_compatible(Type a, Type b);

}  // namespace crmsync::mapping
