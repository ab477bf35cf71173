#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diagnostics/codes.h"
#include "json/path.h"
#include "json/value.h"

namespace crmsync {

/// Which of the texts of an expression's surroundings (`expression::Scope`) an offset lies in.
enum class Origin : std::uint8_t { expression, where, order_by };

/// Why an evaluation failed; what a value of kind `error` points to. Lies in the call's arena.
struct Failure {
  Code code = Code::none;
  std::uint32_t offset = 0;  // bytes into the source
  Origin origin = Origin::expression;
  std::string_view message;  // names and types, never values
};

}  // namespace crmsync

/// CEL (Common Expression Language, github.com/google/cel-spec), compiled to a compact program with slots for record
/// paths. Two dialects: `cel` is the standard; `crm` has the leniencies of `docs/expressions.md` and no others.
namespace crmsync::expression {

class Zones;

enum class Dialect : std::uint8_t { cel, crm };

enum class AggregateFunction : std::uint8_t { sum, count, average, min, max, any, all, count_distinct, first, last };

/// Which paths are read, each with a slot: its index here. Shared by all expressions over the same record.
class InputTable {
 public:
  /// The slot of `path`, new if it was not there yet.
  std::uint32_t intern(const Path& path);
  const std::vector<Path>& paths() const { return paths_; }
  /// Of the path of a field of rows (`Path::each`): its column among those that the list's rows have here.
  std::uint32_t column(std::uint32_t slot) const { return columns_[slot]; }

 private:
  static constexpr std::uint32_t unknown = 0xFFFFFFFF;
  std::uint32_t find(const Path& path) const;
  std::uint32_t add(const Path& path);
  void note(std::uint32_t slot);

  std::vector<Path> paths_;
  std::vector<std::uint32_t> columns_;  // by slot; of a table of rows how many it has
  std::vector<std::uint32_t> table_;    // by hash: 1 + the slot; 0: free. Empty while there are few
};

/// A mistake in an expression's text, found while compiling it.
struct Issue {
  Code code = Code::none;
  std::size_t offset = 0;  // bytes into the source
  std::size_t length = 0;
  std::string message;
  std::string hint;
  std::string suggestion;
  bool is_warning = false;  // the program runs all the same
  std::string zone{};       // the time zone whose table was not handed in
  Origin origin = Origin::expression;
};

/// What is known of a record's fields before any record is seen: a catalog.
class FieldTypes {
 public:
  virtual ~FieldTypes() = default;
  /// Kind::number, boolean, timestamp, string, list or map; absent where nothing is known. In a number or boolean
  /// field, texts that spell one are read as it: CRMs such as HubSpot spell all values as texts. In a timestamp field
  /// of `crm` texts are read as timestamps, and other texts are errors. In all three blank texts are null.
  virtual Kind type_of(const Path& path) const = 0;
  /// The same of a field of the rows of a list; of the rows themselves where `field` is empty.
  virtual Kind row_type_of(const Path& /*list*/, const Path& /*field*/) const { return Kind::absent; }
  /// Whether times may also be spelled as milliseconds since 1970.
  virtual bool has_milliseconds() const { return false; }
  /// Whether the field is said to be one that may be empty.
  virtual bool says_nullable(const Path&) const { return false; }
  /// The path under which a record holds what an expression calls `path`.
  virtual Path canonical(const Path& path) const { return path; }
};

/// Whether fields of the type are read by it, not as they are.
inline bool is_converted(Kind type) {
  return type == Kind::number || type == Kind::boolean || type == Kind::timestamp;
}

/// What surrounds an expression when it is compiled.
struct Scope {
  Dialect dialect = Dialect::crm;
  InputTable* record = nullptr;  // names become paths here (crm: the longest a.b.c; cel: the variable, then selects)
  /// When set, these are all the names there are; others are EXP002 with a suggestion.
  const std::vector<std::string>* closed_names = nullptr;
  /// The time zones there are; outlives the programs. Without it there are fixed offsets only.
  Zones* zones = nullptr;
  /// The list that aggregates run over; without it the record itself is the one row and its lists are walked together.
  std::optional<Path> over;
  std::string_view where;      // condition on rows; empty: every row counts
  std::string_view order_by;   // by which FIRST and LAST order rows; empty: as they stand in the list
  std::string_view container;  // the namespace that names and functions are looked up in first, as `a.b`; may be empty
  /// When set, operators and functions are checked against the types of the fields they get.
  const FieldTypes* types = nullptr;
  bool is_condition = false;  // the expression must give true, false or null; checked with `types`
};

/// What one evaluation, or all of one record, may still spend. Cost is counted with cel-go's weights.
struct Budget {
  std::uint64_t cost = 100'000;
};

struct Inputs {
  const Value* record = nullptr;  // one value per slot of `Scope::record`
  Value now;                      // a timestamp, or absent: then `now` is EXP013
  Value variables;                // unused by compiled slots; the whole record comes from the slot of the empty path
};

class AggregateState;

/// A compiled expression or template: immutable, owns all it needs but the scope's zones, free of pointers into its
/// source.
class Program {
 public:
  /// Nothing yet, only to be assigned to.
  Program();
  Program(Program&&) noexcept;
  Program& operator=(Program&&) noexcept;
  ~Program();

  /// Evaluates in a loop without native recursion. The result is never raw or escaped; of kind `error` when it
  /// failed. Its texts lie in the arena, the program or the inputs.
  Value evaluate(const Inputs& inputs, Arena& arena, Budget& budget) const;

  /// The record slots it reads, ascending, each once.
  const std::vector<std::uint32_t>& reads() const;
  bool uses_now() const;
  /// The fields of rows that it converts, with their types: a text that is different where these are.
  std::string row_types() const;
  /// The type it certainly has, for checks at compile time; `absent` where it depends on the record.
  Kind result_kind() const;

  /// Why its aggregates cannot be computed in parts, from rows alone: it reads something beside them. Empty if they
  /// can. `list` is the slot of the list that they all run over; `no_list`: each row is a record.
  std::string_view partial_obstacle(std::uint32_t& list) const;
  static constexpr std::uint32_t no_list = 0xFFFFFFFF;
  /// The states of its aggregates before any row.
  std::size_t aggregate_count() const;
  AggregateState* fresh_states(Arena& arena) const;
  /// Takes the rows of `inputs` into the state of aggregate `index`; gives an error, or nothing. After an error the
  /// state is worthless. With `index` `all_aggregates`: the value that `evaluate` gives for all rows that `states` have
  /// taken.
  Value run_partial(std::size_t index, AggregateState* states, const Inputs& inputs, Arena& arena,
                    Budget& budget) const;
  static constexpr std::size_t all_aggregates = static_cast<std::size_t>(-1);

  struct Code;  // defined in program.h, for the compiler and the machine
  explicit Program(std::unique_ptr<Code> code);
  const Code& code() const { return *code_; }

 private:
  std::unique_ptr<Code> code_;
};

/// Whether a text of a mapping file is a template: it holds `{{`, escaped or not.
bool is_template(std::string_view text);

/// Compiles an expression. All mistakes are added to `issues`; nothing is returned if any is an error.
std::optional<Program> compile_expression(std::string_view source, const Scope& scope, std::vector<Issue>& issues);

/// Compiles a template (`text {{ expression | filter }} text`); a template that is one `{{expression}}` keeps its
/// value's type, a template all of whose parts are empty is null.
std::optional<Program> compile_template(std::string_view source, const Scope& scope, std::vector<Issue>& issues);

/// "string", "int", "list", …: CEL's name of a value's type.
std::string_view type_name(Kind kind);
inline std::string_view type_name(const Value& value) {
  return type_name(value.kind);
}

}  // namespace crmsync::expression
