#pragma once
#include <initializer_list>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "expression/ast.h"
#include "expression/issues.h"
#include "expression/lexer.h"
#include "expression/program.h"

namespace crmsync::expression {

/// What the compiler knows of a value that it has made code for.
struct Operand {
  Kind kind = Kind::absent;  // the type it certainly has; absent: it depends
  unsigned depth = 0;        // levels of lists and maps that the program puts around its inputs
  bool constant = false;     // its code is one instruction that pushes a constant
  // For checks with `Scope::types` only:
  Kind type = Kind::absent;  // unless it is null or fails; absent: it depends
  bool stated = false;       // the catalog says the type, and records are not converted to it
  std::uint32_t field = 0;   // of a field of the record: its place in `Code::read_names`, plus 1
};

struct LoopMacro;

/// Turns syntax into a program. Mistakes are collected; after one the code is worthless, but compiling goes on, so that
/// the others are found too.
class Compiler {
 public:
  Compiler(const Scope& scope, std::vector<Issue>& issues);

  /// Appends the code that leaves the value of `node` on the stack.
  Operand expression(const Ast& ast, NodeId node);
  /// Appends a filter's call: its value and arguments are on the stack.
  Operand filter(const Function& function, const Operand& value, std::size_t argument_count, const Token& name);
  Operand constant(const Value& value, std::uint32_t offset);
  /// Appends the joining of a template's values.
  Operand rendering(Rendering rendering, std::size_t value_count);

  /// Checks that the whole expression can be a condition, where it must be one.
  void check_result(const Ast& ast, const Operand& result);

  /// Where mistakes in the source go.
  IssueSink& issues() { return issues_; }
  bool names_in_backticks() const { return scope_.dialect == Dialect::crm; }
  /// Nothing if there were issues.
  std::optional<Program> finish(const Operand& result);

 private:
  /// Where code begins, and the stack's height there.
  struct Mark {
    std::uint32_t instruction, height;
  };
  /// A + chain that is certainly a text: its operands wait on the stack to be joined at once.
  struct Chain {
    Mark start;
    Operand left;
    std::uint16_t waiting = 0;  // their operators' offsets are the last in `waiting_offsets_`
  };
  struct Local {
    std::string_view name;
    std::uint32_t loop;
    unsigned depth;
    Op load = Op::load_local;
  };
  /// What a name, or a chain of names, stands for.
  struct Reference {
    enum class What { nothing, local, path, record_path, type, now } what = What::nothing;
    Path path;
    const Local* local = nullptr;
    std::string type;
    std::string root;  // the name that must be known
  };
  enum class AsWhat { value, written, presence };

  // compiler.cpp
  Operand node(NodeId id);
  Operand binary(NodeId id);
  void apply(const Node& node, Chain& chain);
  void flush(Chain& chain);
  void logical(const Node& node, Chain& chain);
  void additive(const Node& node, Chain& chain);
  Operand comparison(const Node& node, const Mark& start, const Operand& left, const Operand& right);
  Operand unary(const Node& node);
  Operand conditional(const Node& node);
  Operand select(NodeId id);
  Operand index(NodeId id);
  Operand optional_access(NodeId id);
  void emit_optional(const Node& node, OptionalStep step, int effect = 0, std::uint32_t loop = 0);
  Operand entry(const Node& node);
  Operand list(const Node& node);
  Operand map(const Node& node);
  Operand call(const Node& node);
  Operand unknown_function(const Node& node, const std::string& qualified);
  void constant_pattern(const Node& call);
  void check_zone_argument(const Node& zone, const Operand& operand);
  void check_depth(const Node& node, unsigned depth);

  /// In what an aggregate calculates of a row, and in what else is asked of its rows, null counts as 0 in arithmetic.
  bool null_is_zero() const { return in_body_ || origin_ != Origin::expression; }
  IssueSink& sink() {
    return origin_ == Origin::expression ? issues_ : origin_ == Origin::where ? where_.issues : order_by_.issues;
  }

  // emitter.cpp
  Mark here() const { return {static_cast<std::uint32_t>(code_->instructions.size()), height_}; }
  std::uint32_t emit(Op op, std::uint32_t offset, int effect, std::uint32_t a = 0, std::uint32_t b = 0,
                     std::uint8_t detail = 0, std::size_t count = 0);
  Instruction& at(std::uint32_t index) { return code_->instructions[index]; }
  void prepare_join(std::uint32_t first, std::uint32_t count);
  void end_loop(std::uint32_t next);
  void rewind(const Mark& mark);
  void catch_errors(const Mark& begin, std::uint32_t target);
  Operand fold(const Mark& start, const Value& folded, std::uint32_t offset);
  const Value& constant_at(std::uint32_t instruction) const;
  Context& folding_context();

  /// Says a mistake in the place of a value. In `cel` an unknown name or function whose error may be absorbed, as in
  /// `unknown || true`, is an error of the evaluation only (cel-spec, langdef.md, "Evaluation").
  Operand refuse(const Node& node, Issue issue);

  // names.cpp
  /// `through_optional`: as if the node itself had no `?`.
  Reference reference(NodeId id, bool through_optional = false);
  std::string find_variable(const std::vector<std::string>& names, bool absolute, std::size_t& length) const;
  bool use(const Reference& reference, const Node& node, AsWhat as, Operand& out);
  Operand load_path(const Path& path, bool of_record, const Node& node, AsWhat as);
  bool is_closed_name(std::string_view name) const;
  bool is_known_name(std::string_view name) const;
  Operand unknown_name(std::string_view name, const Node& node);
  std::pair<std::uint32_t, std::uint32_t> slot_of(const Path& path);
  const Local* find_local(std::string_view name) const;
  std::string qualified_name(const Node& call) const;
  const Function* find_qualified(const Node& call, std::string& name) const;
  bool is_type_operand(const Node& binary, std::uint32_t side) const;

  // macros.cpp
  bool macro(const Node& node, Operand& out);
  Operand has(const Node& node);
  Operand loop(const Node& node, const LoopMacro& macro);
  Operand bind(const Node& node);
  bool optional_macro(const Node& node, Operand& out);
  Operand misused(const Node& node, const Node& at, std::string_view message, std::string_view hint = {});
  bool is_variable_name(const Node& macro, std::uint32_t child, Operand& out);

  // aggregates.cpp
  bool aggregate(const Node& node, Operand& out);
  Operand aggregate_over(const Node& node, AggregateFunction function);
  std::uint32_t row_field(const Path& path);
  Operand row_operand(const RowField& field) const;
  struct AskedOfRows;
  bool ask_rows(AskedOfRows& asked, Origin origin, Op op, std::uint32_t next);

  // type_check.cpp
  /// A part of a message: a text, or an operand's name and type.
  struct Piece {
    Piece(const char* literal) : text(literal) {}
    Piece(std::string_view view) : text(view) {}
    Piece(const std::string& string) : text(string) {}
    Piece(const Operand& described) : operand(&described) {}
    std::string_view text = {};
    const Operand* operand = nullptr;
  };
  Kind type_of(const Operand& operand) const;
  bool are_known(const Operand& left, const Operand& right) const;
  std::string_view name_of(const Operand& operand) const;
  std::string composed(std::initializer_list<Piece> pieces) const;
  std::string asker(const Node& node) const;
  std::string hint_for(Kind wanted, const Operand& operand, const Node& node) const;
  void check_binary(const Node& node, const Operand& left, const Operand& right, Operand& result);
  void check_comparison(const Node& node, const Operand& left, const Operand& right);
  void check_membership(const Node& node, const Operand& element, const Operand& container);
  void check_unary(const Node& node, const Operand& operand, Operand& result);
  /// `who` asks for the condition, where it is not what stands at `place`.
  void check_condition(const Node& place, const Operand& condition, std::string_view who = {});
  void check_arguments(const Node& call, const Function& function, const Operand* arguments, std::size_t count);
  void check_body(const Node& node, AggregateFunction function, const Operand& body, Operand& result);
  void say_expected(const Node& place, std::string_view who, std::string_view expected, const Operand& found,
                    std::string hint);
  void say_mismatch(const Node& place, Code code, std::string message, std::string hint, bool is_certain);

  const Scope& scope_;
  IssueSink issues_;
  std::unique_ptr<Program::Code> code_;
  std::vector<std::uint32_t> ordinals_;  // record slots in the order of first use
  const Ast* ast_ = nullptr;
  std::uint32_t height_ = 0;
  std::vector<Local> locals_;
  std::vector<NodeId> operators_;               // of the chains that are being compiled
  std::vector<std::uint32_t> waiting_offsets_;  // of their texts that wait
  bool type_expected_ = false;
  unsigned absorbing_ = 0;  // operands of && and || and bodies of all and exists that are being compiled

  // While an aggregate is compiled.
  bool in_aggregate_ = false, in_body_ = false;
  Origin origin_ = Origin::expression;
  std::uint32_t aggregation_ = 0;
  std::optional<Path> rows_of_;  // the list of the record that it runs over
  /// An expression on rows that is written beside the one that is compiled.
  struct AskedOfRows {
    std::string_view source;
    IssueSink issues;
    std::unique_ptr<Ast> ast = {};
    bool parsed = false;
  };
  AskedOfRows where_, order_by_;

  std::unique_ptr<Arena> folding_arena_;
  std::optional<Context> folding_context_;
};

}  // namespace crmsync::expression
