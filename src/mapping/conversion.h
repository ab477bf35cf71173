#pragma once
#include <string_view>

#include "diagnostics/codes.h"
#include "mapping/field.h"

namespace crmsync::mapping {

/// What became of a value on its way to the other side.
struct Conversion {
  enum class Outcome : std::uint8_t { converted, unmapped, missing, wrong_type, too_long };
  Outcome outcome = Outcome::converted;
  std::uint8_t steps = 0;  // mapping/trace.h
  Value value;             // as the target spells it
  Code code = Code::none;  // unless converted
  std::string_view detail;
};

/// A text of a datetime field that has no offset, with that of the mapping's time zone; all else as it is.
Value with_offset(const Plan& plan, Type type, const Value& value, Arena& arena);

/// What a value of the side that is read stands for on `target`: through the lookup or the value map, per element of a
/// multi-select.
Conversion translated(const Plan& plan, const PlannedEntry& entry, Target target, const Value& value,
                      OnUnmapped on_unmapped, Call& call);

/// Into the target's type and spelling, within its values and its length.
Conversion into_type(const Plan& plan, const PlannedEntry& entry, Target target, Wire from, const Value& value,
                     Arena& arena);

/// Whether a value of this type that is too long is cut. Half an address, an id or a choice is another one.
inline bool cuts(Type type, const DirectionRules& rules) {
  return rules.on_too_long == OnTooLong::truncate && (type == Type::string || type == Type::any);
}

/// The whole way from a value of the side that is read to one as `target` spells it.
Conversion converted(const Plan& plan, const PlannedEntry& entry, Target target, const Value& value, Call& call);

}  // namespace crmsync::mapping
