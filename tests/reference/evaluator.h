#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "expression/ast.h"
#include "expression/context.h"

/// A second implementation of the language, to hold the compiled machine against: it walks the syntax tree recursively
/// and does nothing clever. It shares with the engine the parser, the values, the tables of functions and the
/// arithmetic of times; names, logic, equality, ordering, arithmetic, macros and the leniencies of `crm` are its own.
namespace crmsync::reference {

struct Environment {
  expression::Dialect dialect = expression::Dialect::crm;
  Value record;  // a decoded map
  Value now;     // absent: there is none
};

class Evaluator {
 public:
  /// CEL leaves open which error of several a value has. The machine pushes all the operands of a sum of texts before
  /// it joins them; with `eager_sums` so does this.
  Evaluator(const expression::Ast& ast, const Environment& environment, Arena& arena, bool eager_sums);

  /// A value, or one of kind error.
  Value run() { return evaluate(ast_.root); }

 private:
  using Node = expression::Node;
  using NodeId = expression::NodeId;
  using Operator = expression::Operator;

  struct Variable {
    std::string_view name;
    Value value;
  };
  enum class Truth { yes, no, unknown, error };

  Value evaluate(NodeId id);
  Value call(const Node& node);

  // Names.
  Value name(const Node& node);
  Value select(NodeId id);
  Value index(const Node& node);
  Value has(const Node& node);
  const Variable* find_variable(const Node& identifier) const;
  bool path_of(NodeId id, std::vector<std::string>& path) const;
  Value read(const std::vector<std::string>& path) const;
  bool is_record(const Node& node) const;
  bool stands_for_type(const Node& node) const;
  Value member_or_error(const Value& map, std::string_view key);

  // Operators.
  Value binary(NodeId id);
  Value sum_of_texts(NodeId id);
  Value logical(Operator op, const Value& left, const Value& right);
  Value add(const Value& left, const Value& right);
  Value arithmetic(Operator op, const Value& left, const Value& right);
  Value integers(Operator op, __int128 left, __int128 right, bool is_signed);
  Value doubles(Operator op, double left, double right);
  Value relation(Operator op, const Value& left, const Value& right);
  Value negated(const Value& value);
  Value element(const Value& container, const Value& key, bool missing_is_null);
  Truth truth(const Value& value) const;
  bool equal(const Value& left, const Value& right) const;

  // What builds lists and maps, and the macros.
  Value list(const Node& node);
  Value map(const Node& node);
  Value macro(const Node& node, bool& is_macro);
  Value quantifier(const Node& node, const std::vector<Value>& range, Operator op);
  Value collected(const Node& node, const std::vector<Value>& range);
  Value body(const Node& node, std::uint32_t child, const Value& item);
  Value list_of(const std::vector<Value>& elements);

  Value scalar(const Value& value) const;
  Value error(Code code);
  bool lenient() const { return environment_.dialect == expression::Dialect::crm; }

  const expression::Ast& ast_;
  const Environment& environment_;
  expression::Context context_;
  bool eager_sums_;
  std::vector<Variable> variables_;
  std::vector<NodeId> type_operands_;  // identifiers that stand beside type(x) == …
};

/// Whether two results are the same: types, every digit and the order of a map's keys; two NaNs are the same.
bool same(const Value& left, const Value& right, bool lenient);

}  // namespace crmsync::reference
