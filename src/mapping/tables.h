#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "json/arena.h"
#include "json/options.h"
#include "json/value.h"

/// What the engine cannot know and the host hands in with a call: the ids of other records, and what its normalisers
/// make of texts.
namespace crmsync::mapping {

/// One table: what each text stands for.
struct Table {
  std::string_view kind, subkind;  // object and the field it is looked up by; normaliser and region
  bool is_lookup = false;
  struct Row {
    std::string_view key;
    Value value;  // null: known to stand for nothing
  };
  std::vector<Row> rows;      // by key; of a lookup the keys are without case (ASCII), as CRMs compare them
  std::vector<Row> backward;  // of a lookup: by id
};

class Tables {
 public:
  /// The tables of one record, which come before those of the call. `lookups` is `{object: {by: {value: id or null}}}`,
  /// `normalized` is `{normaliser: {region or "": {text: text or null}}}`; either may be nothing. Gives the name of the
  /// one that has another shape, or null.
  const char* read(const Value& lookups, const Value& normalized) { return of_record_.read(lookups, normalized); }
  /// Begins a call: its tables are the options `lookups` and `normalized`, and nothing is wanted yet.
  void begin(json::Options& options);

  /// The id that stands for a value, or the value that an id stands for. Null: known to be missing; absent: not in the
  /// table, and noted as wanted.
  /// `given` becomes true where there is a table at all. `is_whole`: Salesforce's id in its longer form, of which the
  /// table may have the shorter one.
  Value look_up(std::string_view object, std::string_view by, std::string_view value, bool& given);
  Value look_back(std::string_view object, std::string_view by, std::string_view id, bool is_whole, bool& given);

  /// What the host's normaliser makes of a text, or the text itself where it makes nothing of it. A text that is in no
  /// table is noted as wanted.
  std::string_view normalized(std::string_view normalizer, std::string_view region, std::string_view text);

  /// Appends what was wanted since the call began, in the shape in which it is handed in, each table as a sorted
  /// list of texts: `{"lookups": {"User": {"Email": ["ada@example.org"]}}, "normalized": {…}}`.
  void append_wanted(std::string& out) const;

 private:
  struct Wanted {
    std::string kind, subkind, text;
    bool is_lookup = false;
    bool operator<(const Wanted& other) const;
    bool operator==(const Wanted& other) const = default;
  };
  struct Asked {
    std::string_view kind, subkind;
    bool is_lookup;
  };
  const Table::Row* row(const Asked& asked, std::vector<Table::Row> Table::*rows, std::string_view key,
                        bool* given) const;
  void want(const Asked& asked, std::string_view text);

  struct Set {
    const char* read(const Value& lookups, const Value& normalized);
    bool read(const Value& tables, bool are_lookups);

    Arena arena{std::size_t{256} << 20, 1 << 10};
    std::vector<Table> tables;
  };
  Set of_record_, of_call_;
  std::vector<Wanted> wanted_;
};

}  // namespace crmsync::mapping
