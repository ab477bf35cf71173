#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "mapping/configuration.h"

namespace crmsync::mapping {

/// A value map made ready for lookups in both directions. Values are found by their text, so that HubSpot's "1" finds
/// the 1 of the file.
class ValueMap {
 public:
  ValueMap() = default;
  /// The pairs of either direction, whose values must outlive the map.
  ValueMap(const std::vector<ValuePair>& to_crm, const std::vector<ValuePair>& to_local);

  bool empty() const { return to_crm_.empty() && to_local_.empty(); }
  /// The CRM's first spelling of a PenguinMails value, or null.
  const Value* to_crm(const Value& local, Arena& arena) const { return find(to_crm_, local, arena); }
  /// The PenguinMails value that a CRM's spelling stands for, or null.
  const Value* to_local(const Value& crm, Arena& arena) const { return find(to_local_, crm, arena); }

 private:
  struct Row {
    std::string text;
    Value value;
  };
  using Rows = std::vector<Row>;  // sorted by text
  static const Value* find(const Rows& rows, const Value& key, Arena& arena);
  Rows to_crm_, to_local_;
};

}  // namespace crmsync::mapping
