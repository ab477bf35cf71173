#pragma once
/// The engine's one public header. The engine knows nothing of its host: bytes in, bytes out, time as an argument.
///
/// Texts are UTF-8. Errors are values: a call that fails returns false and writes a `Diagnostic` object as JSON.
/// Nothing here throws; what is unforeseen becomes API001, out of memory API002.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "json/batch_place.h"

namespace crmsync {

/// The engine's version, that of the npm package.
std::string_view version();

enum class MapDirection : std::uint8_t { to_crm, from_crm };

using BatchPlace = json::BatchPlace;

/// A compiled mapping with the scratch memory of its calls: not to be used by two threads at once.
class Mapping {
 public:
  Mapping(const Mapping&) = delete;
  ~Mapping();

  std::string_view name() const;
  /// The CRM that the file names, such as "hubspot"; empty when it names none.
  std::string_view crm() const;
  /// 32 hexadecimal digits: changes whenever the mapping decides anything differently; its name decides nothing.
  std::string_view hash() const;
  /// JSON array of `FieldDescription`: kind, both names, direction, types, inputs.
  bool describe(std::string& out) const;

  /// Maps one record (a JSON object). `context` is a JSON object `{now?, operation?, includeValues?, lookups?,
  /// normalized?}` or empty.
  /// Success appends `{"record": {…}, "fields": [{id, intent, reason, diagnostic?}, …]}`.
  bool map(MapDirection direction, std::string_view record, std::string_view context, std::string& out);

  /// Maps a JSON array of records, or records one after another (NDJSON); appends one line a record: the bare record,
  /// or with `"trace": true` in the context what `map` gives. A record that fails becomes
  /// `{"error": Diagnostic, "index": n}`; a broken array ends in one such line.
  /// With a `place` the records are a piece of a batch, and what is whole of them is mapped. However a batch is cut,
  /// its pieces together append what the whole batch does. What a piece leaves is at most a record and 32 MB.
  bool map_many(MapDirection direction, std::string_view records, std::string_view context, std::string& out,
                BatchPlace* place = nullptr);

  /// Decides one pair of records: `ResolveInput` in, `Decision` out (docs/conflicts.md). `context` is `{lookups?,
  /// normalized?}` or empty; what an input brings itself comes before.
  bool resolve(std::string_view input, std::string& out, std::string_view context = {});
  /// The same for a JSON array or NDJSON of inputs, or a piece of them; one line each, errors as in `map_many`.
  bool resolve_many(std::string_view inputs, std::string& out, std::string_view context = {},
                    BatchPlace* place = nullptr);

  /// What both sides agree on once a decision of this mapping was written and the sides were read again
  /// (docs/conflicts.md, "After the writes"). `read_back` is `{local?, crm?}`; appends `{"base", "fields"}`.
  bool acknowledge(std::string_view decision, std::string_view read_back, std::string& out) const;

  /// What the last call looked for in the host's tables and did not find: `{"lookups": {object: {by: [value, …]}},
  /// "normalized": {normaliser: {region: [text, …]}}}`, in the shape in which the context of the next call takes what
  /// the host finds (`lookups`, `normalized`; `resolve` takes both as parts of its input). An id of which nothing is
  /// known stands under its object's "".
  bool wanted(std::string& out) const;
  /// The host's normalisers that the mapping asks for, as a JSON array of names.
  bool host_normalizers(std::string& out) const;

  /// Runs the file's own tests, and tries the laws of reversal on their records. `context` is that of
  /// `resolve`.
  /// Appends a `TestReport` of the package.
  bool test(std::string_view context, std::string& out);

  /// Appends the compiled mapping as bytes that `load` takes: whatever it needs to run is in them, its time zones
  /// included. The same mapping gives the same bytes.
  bool to_bytes(std::string& out) const;

  /// An aggregation entry in parts: what rows seen apart come to together. `entry` is its name; a state is JSON that
  /// one of the first two wrote (docs/expressions.md). In whatever parts rows are taken, in their order, `finish`
  /// appends the value that `map` gives the field for all of them. `accumulate` takes rows (a JSON array) into `first`,
  /// which is empty or null for no rows yet; `merge` puts the rows of `second` behind those of `first`; `finish`
  /// ignores `second`.
  enum class Step : std::uint8_t { accumulate, merge, finish };
  bool aggregate(Step step, std::string_view entry, std::string_view first, std::string_view second, std::string& out);

 private:
  friend std::unique_ptr<Mapping> compile(std::string_view, std::string_view, std::string&, std::string_view);
  friend std::unique_ptr<Mapping> load(std::string_view, std::string&);
  struct Impl;
  explicit Mapping(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Compiles a mapping file (YAML or JSON, at most 1 MB). `file_name` stands in messages and gives the mapping's name
/// where the file says none. Appends the diagnostics as a JSON array; null if any of them is an error. `options` is a
/// JSON object `{zones?, catalogs?}` or empty: the tables of time zones (docs/expressions.md), and what was imported of
/// either side's fields, `{penguinmails?, crm?}`, each in the shape of the file's own `catalog.crm`
/// (docs/mapping-file.md). The `zones` of a diagnostic are those whose tables are lacking.
std::unique_ptr<Mapping> compile(std::string_view file, std::string_view file_name, std::string& diagnostics,
                                 std::string_view options = {});

/// A mapping from the bytes that `Mapping::to_bytes` of the very same version gave. It answers everything as the
/// compiled one does, but for `test`, which needs the file. Bytes of another version, damaged or made up ones give null
/// and, as `problem`, a `Diagnostic` (API009).
std::unique_ptr<Mapping> load(std::string_view bytes, std::string& problem);

/// Appends what the engine knows of a side's fields without being told, in the shape of a mapping file's `catalog.crm`:
/// of "salesforce" (`object` is "Contact" or "Lead"; all fields of both for any other), "hubspot" or "penguinmails".
/// docs/catalogs.md has the same for reading.
bool builtin_catalog(std::string_view crm, std::string_view object, std::string& out);

/// For editors, while a file is typed: appends what may stand at a position as a JSON array of `Completion` of the
/// package, and what stands there as a `Hover` or null. Any text and any position has an answer; lines and columns
/// start at 1, columns count UTF-16 units.
bool complete(std::string_view file, std::uint32_t line, std::uint32_t column, std::string& out);
bool hover(std::string_view file, std::uint32_t line, std::uint32_t column, std::string& out);

/// Evaluates one expression. `variables` is a JSON object or empty; `options` `{dialect?: "cel"|"crm", now?, timezone?,
/// zones?}`. Appends the value as JSON.
bool evaluate(std::string_view expression, std::string_view variables, std::string_view options, std::string& out);

/// The same with values that carry their CEL type (`TypedValue` of the package): appends `{"value": TypedValue}`.
bool evaluate_typed(std::string_view expression, std::string_view variables, std::string_view options,
                    std::string& out);

}  // namespace crmsync
