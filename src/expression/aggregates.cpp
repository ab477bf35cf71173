#include <algorithm>

#include "expression/compiler.h"
#include "expression/parser.h"

/// Aggregates of the `crm` dialect, compiled to loops over rows: SUM(expression), SUM(list, expression), COUNT().
namespace crmsync::expression {
namespace {

struct AggregateName {
  std::string_view name;
  AggregateFunction function;
};
constexpr AggregateName aggregate_names[] = {{"SUM", AggregateFunction::sum},     {"COUNT", AggregateFunction::count},
                                             {"AVG", AggregateFunction::average}, {"MIN", AggregateFunction::min},
                                             {"MAX", AggregateFunction::max},     {"ANY", AggregateFunction::any},
                                             {"ALL", AggregateFunction::all}};
constexpr std::string_view planned_aggregates[] = {"COUNT_DISTINCT", "FIRST", "LAST"};

}  // namespace

bool Compiler::aggregate(const Node& node, Operand& out) {
  if (node.member || scope_.dialect != Dialect::crm) return false;
  if (std::find(std::begin(planned_aggregates), std::end(planned_aggregates), node.name) !=
      std::end(planned_aggregates)) {
    out = refuse(
        node,
        {Code::EXP012, node.mark, node.mark_length, false, std::string(node.name) + "() is not built yet", {}, {}});
    return true;
  }
  for (const AggregateName& aggregate : aggregate_names) {
    if (aggregate.name != node.name) continue;
    out = aggregate_over(node, aggregate.function);
    return true;
  }
  return false;
}

Operand Compiler::aggregate_over(const Node& node, AggregateFunction function) {
  const std::string name(node.name);
  if (!scope_.record) {
    return refuse(node, {Code::EXP015, node.mark, node.mark_length, false, name + "() has no rows here", {}, {}});
  }
  if (in_aggregate_) {
    return refuse(node, {Code::EXP012,
                         node.mark,
                         node.mark_length,
                         false,
                         "an aggregate inside an aggregate is not built yet",
                         {},
                         {}});
  }
  const std::uint32_t least = function == AggregateFunction::count ? 0 : 1;
  if (node.child_count < least || node.child_count > 2) {
    return refuse(node, {Code::EXP004,
                         node.mark,
                         node.mark_length,
                         false,
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
    if (!use(reference(id), ast_->nodes[id], AsWhat::written, list)) list = this->node(id);
  } else if (scope_.over) {
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
  if (!scope_.where.empty()) where(own, next);
  in_body_ = true;
  emit(Op::rows_skip, node.mark, 0, own, next);
  Operand body;
  if (node.child_count == 0) {
    body = constant(Value::of(true), node.mark);
  } else {
    body = this->node(ast_->child_of(node, node.child_count - 1));
  }
  in_aggregate_ = in_body_ = false;
  emit(Op::rows_step, node.mark, -1, own, next);
  end_loop(next);
  Aggregation& finished = code_->aggregations[own];
  finished.begin = start.instruction;
  finished.height = start.height;
  finished.end = emit(Op::rows_end, node.mark, 1, own);
  Operand result;
  if (function == AggregateFunction::count) result.kind = Kind::integer;
  if (function == AggregateFunction::min || function == AggregateFunction::max) result.depth = body.depth;
  check_body(node, function, body, result);
  return result;
}

/// Appends the condition of `Scope::where` on this aggregate's rows.
void Compiler::where(std::uint32_t aggregation, std::uint32_t next) {
  if (!where_parsed_) {
    where_parsed_ = true;
    auto ast = std::make_unique<Ast>();
    if (parse_expression(scope_.where, names_in_backticks(), where_issues_, *ast)) where_ast_ = std::move(ast);
  }
  if (!where_ast_) return;
  const std::size_t known = where_issues_.count();
  in_where_ = true;
  check_condition(where_ast_->nodes[where_ast_->root], expression(*where_ast_, where_ast_->root), "where");
  emit(Op::rows_where, where_ast_->nodes[where_ast_->root].mark, -1, aggregation, next);
  in_where_ = false;
  if (where_issues_.count() != known) where_ast_ = nullptr;  // said once is enough
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
  // The row's own fields are open; what falls back to the record must be a name there.
  const bool in_record = is_known_name(path.segments[0]);
  if (in_record) std::tie(field.record_slot, field.record_ordinal) = slot_of(path);
  if (aggregation.over_list) {
    const auto want = [&](const Path& wanted) {
      for (const RowField& other : fields) {
        if (other.path == wanted) return other.row_slot;
        if (other.root_slot != json::Shape::none && wanted.segments.size() == 1 &&
            wanted.segments[0] == other.path.segments[0]) {
          return other.root_slot;
        }
      }
      const std::uint32_t slot = aggregation.shape.slot_count();
      aggregation.shape.want(wanted, slot);
      return slot;
    };
    field.row_slot = want(path);
    if (path.segments.size() > 1) field.root_slot = want(Path{{path.segments[0]}});
  } else if (in_record) {
    for (std::size_t length = path.segments.size() - 1; length > 0; --length) {
      Path prefix;
      prefix.segments.assign(path.segments.begin(), path.segments.begin() + static_cast<std::ptrdiff_t>(length));
      const auto [slot, ordinal] = slot_of(prefix);
      field.prefixes.push_back({slot, ordinal, static_cast<std::uint32_t>(length)});
    }
  }
  fields.push_back(std::move(field));
  return static_cast<std::uint32_t>(fields.size() - 1);
}

}  // namespace crmsync::expression
