#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diagnostics/diagnostic.h"
#include "expression/expression.h"
#include "json/arena.h"
#include "json/path.h"
#include "json/value.h"

/// The mapping file as data: what the file says, checked for shape, with the places where it says it.
/// Reading it is `read_configuration`; making it run is `mapping/plan.h`.
namespace crmsync::mapping {

enum class Direction : std::uint8_t { to_crm, from_crm, bidirectional };
enum class EntryKind : std::uint8_t { direct, formula, conditional, aggregation };
enum class Strategy : std::uint8_t { crm_wins, penguinmails_wins, newest_wins, manual };
enum class Tie : std::uint8_t { crm_wins, penguinmails_wins, manual };
enum class FirstContact : std::uint8_t { strategy, crm, penguinmails, fill_blanks_only };
enum class Drift : std::uint8_t { restore, leave };
enum class Normalizer : std::uint8_t { trim, email, digits, collapse_spaces };
enum class Write : std::uint8_t { always, on_create, if_blank };
enum class OnAbsent : std::uint8_t { skip, clear, use_default, error };
enum class OnNull : std::uint8_t { clear, skip, use_default, error };
enum class OnBlank : std::uint8_t { as_null, keep };
enum class OnError : std::uint8_t { skip_field, fail_record };
enum class OnUnmapped : std::uint8_t { error, keep, skip, use_default };
enum class Wire : std::uint8_t { json, hubspot, salesforce };  // how a CRM spells values

enum class Type : std::uint8_t {
  any,
  string,
  number,
  integer,
  boolean,
  enumeration,
  multi_enum,
  email,
  phone,
  url,
  id,
  date,
  datetime,
  suppression,
  list,
  map
};

/// The text of a scalar together with the place of each of its bytes in the file, so that a mistake inside an
/// expression is marked where it stands, also in quoted, folded and escaped scalars.
struct SourceText {
  std::string text;
  Range range;                      // of the whole scalar in the file
  std::vector<Position> positions;  // of each byte of `text`, and one for its end; empty: only `range` is known
  Range at(std::size_t offset, std::size_t length) const;
};

struct FieldPath {
  Path path;
  std::string text;  // as written
  Range range;
};

/// A constant of the file. Its texts lie in the configuration's arena.
struct Literal {
  Value value;  // null, boolean, numeral, string, list or map; never raw
  Range range;
};

/// One pair of a value map: the CRM's spellings of a PenguinMails value; the first is written, all are read.
struct ValuePair {
  Value local;
  std::vector<Value> crm;
  Range range;
};

/// What holds when an entry writes in one direction.
struct DirectionRules {
  std::vector<Normalizer> normalize;
  std::optional<Literal> default_value;
  bool required_on_create = false;
  bool required_on_update = false;
  Write write = Write::always;
  // The first pair holds for updates, the second for creates: a default that is given without `on_absent` and
  // `on_null` fills creates only.
  OnAbsent on_absent = OnAbsent::skip;
  OnNull on_null = OnNull::clear;
  OnAbsent on_absent_create = OnAbsent::skip;
  OnNull on_null_create = OnNull::clear;
  OnBlank on_blank = OnBlank::as_null;
  OnError on_error = OnError::skip_field;
  OnUnmapped on_unmapped = OnUnmapped::error;
};

struct Entry {
  std::string name;  // its key, else `name:`, else its PenguinMails path, else its CRM field
  EntryKind kind = EntryKind::direct;
  Direction direction = Direction::bidirectional;  // already narrowed by `sync.direction`, and by what can be written
  Range range;                                     // of the entry
  Range name_range;
  std::string pointer;  // JSON pointer of the entry in the file
  // Either side: the written path, or the alternatives that are read in order. Empty where the side has no field.
  std::vector<FieldPath> local;
  std::vector<FieldPath> crm;
  SourceText formula;    // formula, aggregation: a template or an expression
  SourceText condition;  // conditional
  Literal value_if_true, value_if_false;
  std::optional<Literal> value_if_unknown;
  SourceText value_if_true_text, value_if_false_text, value_if_unknown_text;  // where the value is a template
  std::optional<FieldPath> over;                                              // aggregation
  SourceText where;
  std::vector<ValuePair> value_map;  // empty: none
  DirectionRules to_crm, from_crm;
  std::optional<Strategy> conflict;
  Range conflict_range;
  Drift drift = Drift::restore;
  Type local_type = Type::any, crm_type = Type::any;  // from the file's catalog, else a built-in one
  std::vector<std::string> local_values, crm_values;  // of enumerations; empty: unknown
  bool local_updateable = true, crm_updateable = true;
};

struct StrategyRule {
  FieldPath field;  // covers the field and all under it
  Strategy strategy = Strategy::newest_wins;
  std::string pointer = {};  // JSON pointer of the rule in the file
};

struct ConflictRules {
  std::optional<Strategy> everywhere;  // `sync.conflict_resolution` names a strategy: overrules the table
  std::vector<StrategyRule> fields;
  Strategy fallback = Strategy::newest_wins;
  Tie tie = Tie::crm_wins;
  std::int64_t skew_nanoseconds = 2'000'000'000;
  FirstContact first_contact = FirstContact::strategy;
};

struct Identity {
  std::vector<FieldPath> local, crm;
  std::vector<Normalizer> normalize;
};

struct Limits {
  std::uint64_t cost = 100'000;
  std::uint64_t output_bytes = 65'536;  // of one record's output
};

struct Configuration {
  std::string name;
  std::string crm;  // "" when the file does not say
  std::string object;
  std::string timezone;  // "" when the file does not say
  Range timezone_range;
  Wire wire = Wire::json;
  Direction direction = Direction::bidirectional;
  SourceText filter_to_crm, filter_from_crm;  // empty text: no filter
  bool create_crm = true, create_local = true;
  std::vector<Identity> identity;
  ConflictRules conflict;
  std::vector<Entry> entries;
  Limits limits;
  std::unique_ptr<const expression::FieldTypes> local_types, crm_types;  // both sides' catalogs
  std::unique_ptr<Arena> arena = std::make_unique<Arena>();              // literals
};

/// Reads a mapping file in YAML 1.2 (core schema) or JSON; JSON when the first sign that is no white space is `{`.
/// All mistakes are added to `diagnostics` in one pass, each with its position; the configuration holds what could be
/// understood. `file_name` gives the mapping's name where the file says none.
Configuration read_configuration(std::string_view text, std::string_view file_name, Diagnostics& diagnostics);

}  // namespace crmsync::mapping
