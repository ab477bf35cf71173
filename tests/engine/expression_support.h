#pragma once
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "diagnostics/position.h"
#include "expression/expression.h"
#include "image/program.h"
#include "json/reader.h"
#include "json/row_store.h"
#include "json/time.h"
#include "json/writer.h"

namespace crmsync::expression {

/// How a test compiles and evaluates a text.
struct Setting {
  Dialect dialect = Dialect::crm;
  bool is_template = false;
  std::string variables = "{}";             // the record as JSON
  std::vector<std::string> closed_names{};  // with `closed`: all the names there are
  bool closed = false;
  std::string now{}, over{}, where{}, container{}, order_by{};
  std::uint64_t cost = Budget{}.cost;
};

/// What came of it: a value, an issue or a failure.
struct Outcome {
  std::string json;  // of a value
  std::string type;
  Code code = Code::none;  // of the first issue, or of the failure
  std::size_t offset = 0;
  Origin origin = Origin::expression;
  std::string message, hint, suggestion;
  std::vector<Issue> issues;
  std::uint64_t cost = 0;
  Kind result_kind = Kind::absent;
  std::vector<Path> reads;
  bool uses_now = false;
};

/// Evaluates a program and adds to `outcome` what comes of it.
enum class FromRows { table, text };
inline void evaluate_into(Outcome& outcome, const Program& program, const InputTable& table, const Setting& setting,
                          FromRows rows = FromRows::table) {
  json::Shape shape;
  for (std::uint32_t i = 0; i < table.paths().size(); ++i) shape.want(table.paths()[i], i);
  std::vector<Value> slots(shape.slot_count() + 1);
  json::RowStore store;
  const json::Shared shared{nullptr, rows == FromRows::table ? &store : nullptr};
  if (!json::read_document(setting.variables, shape, slots.data(), {}, shared).ok())
    throw std::runtime_error("bad test record");
  Inputs inputs;
  inputs.record = slots.data();
  if (!setting.now.empty()) inputs.now = json::parse_timestamp(setting.now).value();
  Arena arena;
  arena.characters(1);  // so that there is room at hand, as in every call but the first
  Budget budget{setting.cost};
  const Value value = program.evaluate(inputs, arena, budget);
  outcome.cost = setting.cost - budget.cost;
  if (value.is(Kind::error)) {
    outcome.code = value.failure->code;
    outcome.offset = value.failure->offset;
    outcome.origin = value.failure->origin;
    outcome.message = value.failure->message;
  } else {
    json::append_value(outcome.json, value);
    outcome.type = type_name(value);
  }
}

inline void require_same(bool same, std::string_view source, const char* what) {
  if (!same) throw std::runtime_error("written and read, " + std::string(source) + " has another " + what);
}

inline void require_same(const Outcome& same, const Outcome& outcome, std::string_view source) {
  require_same(same.json == outcome.json && same.type == outcome.type && same.message == outcome.message, source,
               "result");
  require_same(same.code == outcome.code && same.offset == outcome.offset && same.origin == outcome.origin, source,
               "failure");
  require_same(same.cost == outcome.cost, source, "cost");
}

/// Rows that were read together with the record are those that are read when they are needed.
inline void try_rows(const Program& program, std::string_view source, const InputTable& table, const Setting& setting,
                     const Outcome& outcome) {
  Outcome same;
  evaluate_into(same, program, table, setting, FromRows::text);
  require_same(same, outcome, source);
}

/// Whatever is compiled here is also written and read, and must then do the same for the same cost.
inline void try_image(const Program& program, std::string_view source, InputTable& table, const Setting& setting,
                      const Outcome& outcome) {
  std::string bytes, again;
  image::Archive writer(bytes), rewriter(again);
  Arena arena;
  Program read;
  image::program(writer, const_cast<Program&>(program), nullptr, table);
  image::Archive reader(bytes, arena);
  image::program(reader, read, nullptr, table);
  require_same(writer.ok() && reader.ok() && reader.at_end(), source, "form, which is refused");
  image::program(rewriter, read, nullptr, table);
  require_same(again == bytes, source, "image");
  require_same(read.reads() == program.reads() && read.uses_now() == program.uses_now() &&
                   read.result_kind() == program.result_kind() && read.row_types() == program.row_types(),
               source, "description");
  Outcome same;
  evaluate_into(same, read, table, setting);
  require_same(same, outcome, source);
}

inline Outcome run(std::string_view source, const Setting& setting = {}) {
  Outcome outcome;
  InputTable table;
  Scope scope;
  scope.dialect = setting.dialect;
  scope.record = &table;
  if (setting.closed) scope.closed_names = &setting.closed_names;
  if (!setting.over.empty()) scope.over = parse_path(setting.over);
  scope.where = setting.where;
  scope.order_by = setting.order_by;
  scope.container = setting.container;
  const std::optional<Program> program = setting.is_template ? compile_template(source, scope, outcome.issues)
                                                             : compile_expression(source, scope, outcome.issues);
  if (!program) {
    const Issue& first = outcome.issues.at(0);
    outcome.code = first.code;
    outcome.offset = first.offset;
    outcome.origin = first.origin;
    outcome.message = first.message;
    outcome.hint = first.hint;
    outcome.suggestion = first.suggestion;
    return outcome;
  }
  outcome.result_kind = program->result_kind();
  outcome.uses_now = program->uses_now();
  for (const std::uint32_t slot : program->reads()) outcome.reads.push_back(table.paths()[slot]);
  evaluate_into(outcome, *program, table, setting);
  try_rows(*program, source, table, setting, outcome);
  if (setting.dialect == Dialect::crm) try_image(*program, source, table, setting, outcome);
  return outcome;
}

}  // namespace crmsync::expression
