#include <algorithm>

#include "expression/compiler.h"
#include "expression/functions.h"
#include "expression/parser.h"

/// Aggregates of the `crm` dialect, compiled to loops over rows: SUM(expression), SUM(list, expression), COUNT().
namespace crmsync::expression {
namespace {

struct AggregateName {
  std::string_view name;
  AggregateFunction function;
};
constexpr AggregateName known_aggregates[] = {
    {"SUM", AggregateFunction::sum},     {"COUNT", AggregateFunction::count},
    {"AVG", AggregateFunction::average}, {"MIN", AggregateFunction::min},
    {"MAX", AggregateFunction::max},     {"ANY", AggregateFunction::any},
    {"ALL", AggregateFunction::all},     {"COUNT_DISTINCT", AggregateFunction::count_distinct},
    {"FIRST", AggregateFunction::first}, {"LAST", AggregateFunction::last}};

}  // namespace

std::vector<std::string_view> aggregate_names() {
  std::vector<std::string_view> all;
  for (const AggregateName& aggregate : known_aggregates) all.push_back(aggregate.name);
  return all;
}

bool Compiler::aggregate(const Node& node, Operand& out) {
  if (node.member || scope_.dialect != Dialect::crm) return false;
  for (const AggregateName& aggregate : known_aggregates) {
    if (aggregate.name != node.name) continue;
    out = aggregate_over(node, aggregate.function);
    return true;
  }
  return false;
}

Operand Compiler::aggregate_over(const Node& node, AggregateFunction function) {
  const std::string name(node.name);
  if (!scope_.record) {
    return refuse(node, {Code::EXP002, node.mark, node.mark_length, "there is no record here", {}, {}});
  }
  if (in_aggregate_) {
    return refuse(
        node, {Code::EXP012, node.mark, node.mark_length, "an aggregate inside an aggregate is not built yet", {}, {}});
  }
  const std::uint32_t least = function == AggregateFunction::count ? 0 : 1;
  if (node.child_count < least || node.child_count > 2) {
    return refuse(node, {Code::EXP004,
                         node.mark,
                         node.mark_length,
                         name + "() takes an expression, or a list and an expression, found " +
                             std::to_string(node.child_count) + " arguments",
                         {},
                         {}});
  }
  const bool names_list = node.child_count == 2;
  const bool over_list = names_list || scope_.over.has_value();
  const Mark start = here();
  Operand list;
  if (names_list) {
    const NodeId id = ast_->child_of(node, 0);
    const Reference named = reference(id);
    if (!use(named, ast_->nodes[id], AsWhat::written, list)) list = this->node(id);
    if (named.what == Reference::What::path || named.what == Reference::What::record_path) rows_of_ = named.path;
  } else if (scope_.over) {
    rows_of_ = scope_.over;
    load_path(*scope_.over, true, node, AsWhat::written);
  }
  aggregation_ = static_cast<std::uint32_t>(code_->aggregations.size());
  Aggregation& aggregation = code_->aggregations.emplace_back();
  aggregation.function = function;
  aggregation.over_list = over_list;

  emit(Op::rows_begin, node.mark, over_list ? -1 : 0, aggregation_, 0, over_list);
  const std::uint32_t next = emit(Op::rows_next, node.mark, 0, aggregation_);
  in_aggregate_ = true;
  const std::uint32_t own = aggregation_;
  ask_rows(where_, Origin::where, Op::rows_where, next);
  in_body_ = true;
  emit(Op::rows_skip, node.mark, 0, own, next);
  Operand body;
  if (node.child_count == 0) {
    body = constant(Value::of(true), node.mark);
  } else {
    body = this->node(ast_->child_of(node, node.child_count - 1));
  }
  in_body_ = false;
  const bool is_placed = function == AggregateFunction::first || function == AggregateFunction::last;
  if (!is_placed || !ask_rows(order_by_, Origin::order_by, Op::rows_step, next)) {
    emit(Op::rows_step, node.mark, -1, own, next);
  }
  in_aggregate_ = false;
  rows_of_.reset();
  end_loop(next);
  Aggregation& finished = code_->aggregations[own];
  finished.begin = start.instruction;
  finished.height = start.height;
  finished.end = emit(Op::rows_end, node.mark, 1, own);
  Operand result;
  const bool counts = function == AggregateFunction::count || function == AggregateFunction::count_distinct;
  if (counts) result.kind = Kind::integer;
  if (is_placed || function == AggregateFunction::min || function == AggregateFunction::max) result.depth = body.depth;
  check_body(node, function, body, result);
  return result;
}

/// Appends the code of an expression on this aggregate's rows, and `op`, which takes its value; false if there is none,
/// or it has mistakes.
bool Compiler::ask_rows(AskedOfRows& asked, Origin origin, Op op, std::uint32_t next) {
  if (asked.source.empty()) return false;
  if (!asked.parsed) {
    asked.parsed = true;
    auto ast = std::make_unique<Ast>();
    if (parse_expression(asked.source, names_in_backticks(), asked.issues, *ast)) asked.ast = std::move(ast);
  }
  if (!asked.ast) return false;
  const std::size_t known = asked.issues.count();
  const Node& root = asked.ast->nodes[asked.ast->root];
  const bool is_key = op == Op::rows_step;
  origin_ = origin;
  const Operand value = expression(*asked.ast, asked.ast->root);
  if (!is_key) check_condition(root, value, "where");
  emit(op, root.mark, is_key ? -2 : -1, aggregation_, next, is_key);
  origin_ = Origin::expression;
  if (asked.issues.count() != known) asked.ast = nullptr;  // said once is enough
  return true;
}

/// The index of a field among those that the rows are asked for.
std::uint32_t Compiler::row_field(const Path& path) {
  Aggregation& aggregation = code_->aggregations[aggregation_];
  std::vector<RowField>& fields = aggregation.fields;
  for (std::uint32_t i = 0; i < fields.size(); ++i) {
    if (fields[i].path == path) {
      fields[i].in_body = fields[i].in_body || in_body_;
      return i;
    }
  }
  RowField field;
  field.path = path;
  field.in_body = in_body_;
  const auto type_in = [&](const Path& list, std::size_t consumed) {
    Path below;
    below.segments.assign(path.segments.begin() + static_cast<std::ptrdiff_t>(consumed), path.segments.end());
    return scope_.types ? scope_.types->row_type_of(list, below) : Kind::absent;
  };
  if (!aggregation.over_list) {
    field.type = type_in(path, path.segments.size());
  } else if (rows_of_) {
    field.type = type_in(*rows_of_, 0);
  }
  // The row's own fields are open; what falls back to the record must be a name there.
  const bool in_record = is_known_name(path.segments[0]);
  if (in_record) std::tie(field.record_slot, field.record_ordinal) = slot_of(path);
  if (!aggregation.over_list && in_record) {
    for (std::size_t length = path.segments.size() - 1; length > 0; --length) {
      Path prefix;
      prefix.segments.assign(path.segments.begin(), path.segments.begin() + static_cast<std::ptrdiff_t>(length));
      const auto [slot, ordinal] = slot_of(prefix);
      field.prefixes.push_back({slot, ordinal, static_cast<std::uint32_t>(length), type_in(prefix, length)});
    }
  }
  fields.push_back(std::move(field));
  return static_cast<std::uint32_t>(fields.size() - 1);
}

}  // namespace crmsync::expression
