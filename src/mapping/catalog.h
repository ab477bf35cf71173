#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mapping/catalog_field.h"
#include "mapping/reading.h"

namespace crmsync::mapping {

/// What all catalogs of one side together say about a field.
struct FieldFacts : SideFacts {
  Type type = Type::any;
  Type imported_type = Type::any;  // what the imported catalog alone says
};

/// What expressions take a field of the type for; absent where they take it as it is.
Kind kind_of(Type type);

/// What is known about the fields of one side: what the file's `catalog` says, else an imported one, else what is
/// built in. Each of the three may say a part of it.
class Catalog : public expression::FieldTypes {
 public:
  enum class Source : std::uint8_t { builtin, imported, file };

  Catalog(CatalogFields builtin, Wire wire) : wire_(wire), sources_{builtin, {}, {}} {}

  /// Reads `{closed, path: type or {type, …}}`.
  void read(Reading& reading, const Place& place, Source source);

  FieldFacts facts(const Path& path) const;
  Kind type_of(const Path& path) const override;
  Kind row_type_of(const Path& list, const Path& field) const override;
  bool has_milliseconds() const override { return wire_ == Wire::hubspot; }
  /// Whether a catalog says that the field may be empty.
  bool says_nullable(const Path& path) const override;
  /// The path that another name stands for (`aliases`); the path itself where it is no such name.
  Path canonical(const Path& path) const override;
  /// Whether unknown names are mistakes.
  bool closed() const { return closed_; }
  /// Whether the field, the map around it or a part of it is known.
  bool knows(const Path& path) const;
  /// Whether an imported catalog lists all fields that there are.
  bool is_import() const { return has_import_ && closed_; }
  /// Whether a closed catalog does not have the field: an imported one whatever else is known of it.
  bool misses(const Path& path) const;
  /// The known name that an unknown one probably meant. In an open catalog most names are unknown: there only one
  /// letter off, or in other case, is near. "" when none is near.
  std::string_view near_miss(const Path& path) const;
  /// The fields that a record cannot be created without.
  std::vector<std::string_view> required() const;

 private:
  FieldFacts facts_of(const std::string& name) const;
  using Fields = CatalogFields;
  static const CatalogField* find(const Fields& fields, std::string_view path);
  static bool covers(const Fields& fields, std::string_view path);
  const CatalogField* find(std::size_t source, const std::string& path) const;

  Wire wire_;
  Fields sources_[3];
  bool has_aliases_ = false;
  bool has_import_ = false, closed_ = false;
};

/// Whether values of one type can be written to a field of the other.
bool are_compatible(Type a, Type b);

}  // namespace crmsync::mapping
