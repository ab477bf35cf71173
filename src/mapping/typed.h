#pragma once
#include <optional>
#include <string_view>

#include "json/value.h"
#include "mapping/configuration.h"

namespace crmsync::mapping {

/// A value read in a field's type, whatever its spelling: HubSpot's "80", Salesforce's 80 and an expression's 80.0 are
/// all the numeral 80 of a number field. Kinds by type: number, currency, integer → numeral; boolean, suppression →
/// boolean; multi_enum → list of strings; datetime → timestamp; date → integer (days since 1970-01-01); string and its
/// kin → string; any, list, map → as they are. Null stays null. Kind `error` (without a `failure`) when the value does
/// not fit the type.
Value typed(Type type, Wire from, const Value& value, Arena& arena);

/// The same, brought to the form in which two values of the type are compared: e-mails without case, phones by
/// digits where they have any, multi-selects as sorted sets.
Value comparable(Type type, Wire from, const Value& value, Arena& arena);

/// Whether two values given by `comparable` for the same type are the same value. Absent and null are one.
bool same_value(const Value& a, const Value& b, Arena& arena);

/// A typed value as `to` spells it: HubSpot's strings, Salesforce's and PenguinMails' JSON. Multi-selects are written
/// `a;b` by both CRMs. A null is a clear: "" for HubSpot, null for others. Kind `error` when `to` cannot hold it.
Value spelled(Type type, Wire to, const Value& typed, Arena& arena);

/// Numbers, times and the like of expressions, as a record would hold them: numerals, strings, raw lists and maps.
Value as_record_value(const Value& value, Arena& arena);

/// "number", "multi_enum", …: the type's name in mapping files.
std::string_view type_name(Type type);
/// The type of that name, or nothing.
std::optional<Type> type_named(std::string_view name);

}  // namespace crmsync::mapping
