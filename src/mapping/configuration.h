#pragma once
#include <algorithm>
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
#include "mapping/text_split.h"

/// The mapping file as data: what the file says, checked for shape, with the places where it says it.
/// Reading it is `read_configuration`; making it run is `mapping/plan.h`.
namespace crmsync::mapping {

enum class Direction : std::uint8_t { to_crm, from_crm, bidirectional };
enum class EntryKind : std::uint8_t { direct, formula, conditional, aggregation };
/// What decides when both sides changed a field differently (docs/conflicts.md, "Strategies").
enum class Strategy : std::uint8_t {
  crm_wins,
  penguinmails_wins,
  newest_wins,
  manual,
  union_of,
  always_crm,
  always_penguinmails,
  prefer_crm_unless_blank,
  prefer_penguinmails_unless_blank,
  max,
  min,
  add_deltas,
  longest,
  expression
};
enum class Tie : std::uint8_t { crm_wins, penguinmails_wins, manual };
/// Whether a strategy looks at the values, not only at sides and times.
constexpr bool reads_values(Strategy strategy) {
  return strategy >= Strategy::prefer_crm_unless_blank || strategy == Strategy::union_of;
}
/// Whether what it decides on may be a value that neither side holds.
constexpr bool makes_value(Strategy strategy) {
  return strategy == Strategy::union_of || strategy == Strategy::add_deltas || strategy == Strategy::expression;
}

/// What newest_wins takes for proof. `best`: the best known time of each side. `certain`: a record's time only says
/// that the field changed at some time since both sides agreed.
enum class Evidence : std::uint8_t { best, certain };
enum class FirstContact : std::uint8_t { strategy, crm, penguinmails, fill_blanks_only };
/// What becomes of the other side when one side was deleted.
enum class OnDelete : std::uint8_t { unlink, review, propagate, recreate };
enum class Drift : std::uint8_t { restore, leave };
/// The last three are the host's: it hands in what texts become (mapping/tables.h).
enum class Normalizer : std::uint8_t {
  trim,
  email,
  digits,
  collapse_spaces,
  lowercase,
  uppercase,
  title_case,
  unicode_nfc,
  phone_e164,
  domain_ascii
};
enum class Write : std::uint8_t { always, on_create, if_blank };
enum class WriteAtMost : std::uint8_t { any_time, hourly, daily };
enum class OnAbsent : std::uint8_t { skip, clear, use_default, error };
enum class OnNull : std::uint8_t { clear, skip, use_default, error };
enum class OnBlank : std::uint8_t { as_null, keep };
enum class OnError : std::uint8_t { skip_field, fail_record };
enum class OnUnmapped : std::uint8_t { error, keep, skip, use_default };
enum class OnMissing : std::uint8_t { skip, error, use_default };
enum class OnTooLong : std::uint8_t { error, truncate };
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
  map,
  currency,  // an exact decimal
  reference  // the id of another record
};

/// The text of a scalar together with the place of each of its bytes in the file, so that a mistake inside an
/// expression is marked where it stands, also in quoted, folded and escaped scalars.
struct SourceText {
  std::string text;
  Range range;                      // of the whole scalar in the file
  std::vector<Position> positions;  // of each byte of `text`, and one for its end, unless they follow from `begin`
  Position begin = {};              // of a text that stands as it is in one line of ASCII; line 0: of no such text
  Range at(std::size_t offset, std::size_t length) const;
};

/// A step from a list into one of its elements, and on to a field of that.
struct ElementStep {
  std::uint32_t index = 0;
  Path then;
};

struct FieldPath {
  Path path;         // up to the list, where there are `elements`
  std::string text;  // as written
  Range range;
  std::vector<ElementStep> elements = {};  // `tags[0]`, `addresses[0].city`: read-only

  /// As a mapping file writes it, in the one spelling that equal paths have.
  std::string spelled() const;
};

/// A strategy, and what it calculates where it is an expression.
struct StrategyChoice {
  Strategy strategy = Strategy::newest_wins;
  SourceText expression = {};  // over `local`, `crm` and `base`
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
  std::vector<Range> crm_ranges = {};
};

/// A reference to another record of the CRM: `by` of PenguinMails' value is looked up among its `object`s, whose ids
/// the host hands in (mapping/tables.h).
struct Lookup {
  std::string object, by;
  OnMissing on_missing = OnMissing::skip;
};

/// How a text spells a date, a time or a number (`format`).
struct Format {
  std::string pattern;  // letters of CLDR's date patterns; empty: a number
  unsigned decimals = 0;
  char thousands = 0;  // 0: none; where it is a point, a comma separates the decimals
  Range range;
};

/// The value of one name in a text that a template joined (mapping/text_split.h).
struct WayBack {
  TextSplit split;
  std::size_t index = 0;  // of the name
  FieldPath from;         // the CRM's text
};

/// What a round trip does to a bidirectional entry's values, beyond normalisation and spelling.
struct Reversal {
  bool lossy = false;
  std::string_view loss;  // reads after "a round trip loses"
};

/// What holds when an entry writes in one direction.
struct DirectionRules {
  std::vector<Normalizer> normalize;
  std::string phone_region;  // ISO 3166, of numbers that do not say their country
  std::optional<Lookup> lookup;
  std::optional<std::vector<ValuePair>> value_map;  // instead of the entry's
  std::optional<Literal> default_value;
  bool required_on_create = false;
  bool required_on_update = false;
  Write write = Write::always;
  WriteAtMost write_at_most = WriteAtMost::any_time;
  // The first pair holds for updates, the second for creates: a default that is given without `on_absent` and
  // `on_null` fills creates only.
  OnAbsent on_absent = OnAbsent::skip;
  OnNull on_null = OnNull::clear;
  OnAbsent on_absent_create = OnAbsent::skip;
  OnNull on_null_create = OnNull::clear;
  OnBlank on_blank = OnBlank::as_null;
  OnError on_error = OnError::skip_field;
  OnUnmapped on_unmapped = OnUnmapped::error;
  OnTooLong on_too_long = OnTooLong::error;
  bool says_on_too_long = false;
};

/// Texts that lie in an arena.
struct Texts {
  const std::string_view* first = nullptr;
  std::uint32_t count = 0;

  const std::string_view* begin() const { return first; }
  const std::string_view* end() const { return first + count; }
  bool empty() const { return count == 0; }
  bool contains(std::string_view text) const { return std::find(begin(), end(), text) != end(); }
};

/// What a field is or is not, apart from its type.
enum class Fact : std::uint8_t { nullable = 1, createable = 2, updateable = 4, unique = 8, required = 16 };

/// The facts that are known of a field, and which of them hold. What nothing is said about: it may be null, created
/// and updated, and is neither unique nor required.
struct Facts {
  std::uint8_t said = 0;
  std::uint8_t holds = 0;

  bool says(Fact fact) const { return (said & static_cast<std::uint8_t>(fact)) != 0; }
  bool is(Fact fact) const {
    const std::uint8_t held_unless_said = 7;  // nullable, createable, updateable
    const std::uint8_t known = static_cast<std::uint8_t>((held_unless_said & ~said) | (holds & said));
    return (known & static_cast<std::uint8_t>(fact)) != 0;
  }
  void say(Fact fact, bool value) {
    const auto bit = static_cast<std::uint8_t>(fact);
    said |= bit;
    holds = static_cast<std::uint8_t>(value ? holds | bit : holds & ~bit);
  }
  /// What `other` says replaces what is said here.
  void override_with(const Facts& other) {
    holds = static_cast<std::uint8_t>((holds & ~other.said) | (other.holds & other.said));
    said |= other.said;
  }
};

/// What the catalogs say of the field that an entry has on one side, besides its type.
struct SideFacts {
  Texts values;                  // of enumerations; empty: unknown
  std::uint32_t max_length = 0;  // in UTF-16 units; 0: unknown
  Facts facts;

  bool is(Fact fact) const { return facts.is(fact); }
};

/// A value of a conditional: a literal, or a template.
struct BranchText {
  Literal literal;
  SourceText text;  // empty: the literal
};

struct Case {
  SourceText when;
  BranchText value;
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
  SourceText formula;       // formula, aggregation: a template or an expression
  std::vector<Case> cases;  // conditional: the first that holds; `condition` and `value_if_true` are the one case
  BranchText otherwise;     // `value_if_false`, `otherwise`
  std::optional<BranchText> if_unknown;
  std::optional<FieldPath> over;  // aggregation
  SourceText where, order_by;
  /// The text in which an issue or failure of the entry's `expression` lies.
  const SourceText& text_of(Origin origin, const SourceText& expression) const {
    return origin == Origin::where ? where : origin == Origin::order_by ? order_by : expression;
  }
  std::vector<ValuePair> value_map;         // empty: none
  std::vector<std::string> order;           // PenguinMails values from the first stage to the last
  bool forward_only = false;                // a write that leads back in `order` is none
  std::optional<Format> format;             // of dates, times and numbers on the side that holds them as texts
  std::optional<FieldPath> currency_field;  // of the CRM
  bool lossy_acknowledged = false;
  Reversal reversal;            // of a bidirectional entry
  bool returns = false;         // computed, and brought back by the entries behind it
  std::string part_of;          // the entry that this one brings back, or empty
  std::optional<WayBack> back;  // of such an entry, where it takes a text apart
  DirectionRules to_crm, from_crm;
  std::optional<StrategyChoice> conflict;
  Range conflict_range;
  std::optional<Drift> drift;
  Type local_type = Type::any, crm_type = Type::any;  // from the file's catalog, else a built-in one
  SideFacts local_facts, crm_facts;
  bool imported = false;     // the CRM's field is one of an imported catalog: what does not fit may have changed since
  bool quarantined = false;  // it does not fit (MAP025): neither read nor written
};

struct StrategyRule {
  FieldPath field;  // covers the field and all under it
  StrategyChoice choice;
  std::string pointer = {};  // JSON pointer of the rule in the file
};

struct ConflictRules {
  std::optional<StrategyChoice> everywhere;  // `sync.conflict_resolution` names a strategy: overrules the table
  std::vector<StrategyRule> fields;
  std::vector<std::vector<FieldPath>> groups;  // PenguinMails fields that win or lose together
  StrategyChoice fallback;
  Tie tie = Tie::crm_wins;
  Evidence evidence = Evidence::best;
  Drift drift = Drift::restore;  // of entries that say none
  std::int64_t skew_nanoseconds = 2'000'000'000;
  FirstContact first_contact = FirstContact::strategy;
  OnDelete on_crm_delete = OnDelete::unlink, on_local_delete = OnDelete::unlink;
};

/// The rule of the longest path that covers the entry's PenguinMails field, or null.
const StrategyRule* rule_of(const Entry& entry, const ConflictRules& rules);

/// field_level: the strategy of one entry. Its own `conflict`; else the one that `sync.conflict_resolution` names for
/// all; else the longest prefix of its PenguinMails path in `conflict_resolution.fields`; else the default.
const StrategyChoice& field_level(const Entry& entry, const ConflictRules& rules);

struct Identity {
  std::vector<FieldPath> local, crm;
  std::vector<Normalizer> normalize;
  std::string phone_region;
};

struct ExpectedField {
  Path path;
  Literal literal;
};

/// One of the file's own tests.
struct MappingTest {
  std::string name;
  Range range;
  std::optional<Literal> local, crm;  // the records that it starts from
  std::vector<ExpectedField> to_crm, from_crm;
  Value now;  // timestamp, or absent
  bool creating = true;
  std::optional<Literal> lookups;
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
  std::vector<MappingTest> tests;
  Limits limits;
  std::unique_ptr<const expression::FieldTypes> local_types, crm_types;  // both sides' catalogs
  std::unique_ptr<Arena> arena = std::make_unique<Arena>();              // literals
};

/// Reads a mapping file in YAML 1.2 (core schema) or JSON; JSON when the first sign that is no white space is `{`.
/// All mistakes are added to `diagnostics` in one pass, each with its position; the configuration holds what could be
/// understood. `file_name` gives the mapping's name where the file says none.
/// `catalogs` is a JSON object `{penguinmails?, crm?}` of imported catalogs, or empty.
Configuration read_configuration(std::string_view text, std::string_view file_name, Diagnostics& diagnostics,
                                 std::string_view catalogs = {});

}  // namespace crmsync::mapping
