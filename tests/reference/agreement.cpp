#include "agreement.h"

#include "evaluator.h"
#include "expression/parser.h"
#include "generator.h"
#include "json/reader.h"
#include "json/writer.h"

namespace crmsync::reference {
namespace {

using namespace crmsync::expression;

constexpr std::uint64_t cost = 1'000'000;

std::string described(const Value& value) {
  if (value.is(Kind::error)) {
    return std::string(code_name(value.failure->code)) + ' ' + std::string(value.failure->message);
  }
  std::string text(type_name(value));
  text += ' ';
  json::append_value(text, value, 1000);
  return text;
}

bool agree(const Value& machine, const Value& expected, bool lenient) {
  if (!machine.is(Kind::error) || !expected.is(Kind::error)) return same(machine, expected, lenient);
  return machine.failure->code == expected.failure->code;
}

}  // namespace

Comparison compare(std::string_view source, std::string_view record, Dialect dialect) {
  Comparison comparison;
  InputTable table;
  Scope scope;
  scope.dialect = dialect;
  scope.record = &table;
  std::vector<Issue> issues;
  const std::optional<Program> program = compile_expression(source, scope, issues);
  if (!program) return comparison;

  json::Shape shape;
  for (std::uint32_t i = 0; i < table.paths().size(); ++i) shape.want(table.paths()[i], i);
  std::vector<Value> slots(shape.slot_count() + 1);
  json::Shape whole;
  whole.want({}, 0);
  Value written;
  Arena arena(std::size_t{1} << 30);
  arena.characters(1);  // so that there is room at hand
  if (!json::read_document(record, shape, slots.data()).ok() || !json::read_document(record, whole, &written).ok()) {
    comparison.agreement = Agreement::different;
    comparison.explanation = "no record: " + std::string(record);
    return comparison;
  }
  Environment environment;
  environment.dialect = dialect;
  environment.record = decoded(written, arena);
  environment.now = Value::of_integer(1'772'000'000);
  environment.now.kind = Kind::timestamp;
  Inputs inputs;
  inputs.record = slots.data();
  inputs.now = environment.now;
  Budget budget{cost};
  const Value result = program->evaluate(inputs, arena, budget);
  comparison.is_error = result.is(Kind::error);
  comparison.agreement = Agreement::out_of_budget;
  if (comparison.is_error && result.failure->code == Code::EXP010) return comparison;

  Ast ast;
  IssueSink sink(issues, Origin::expression);
  parse_expression(source, dialect == Dialect::crm, sink, ast);
  const bool lenient = dialect == Dialect::crm;
  comparison.agreement = Agreement::agreed;
  const Value expected = Evaluator(ast, environment, arena, false).run();
  if (agree(result, expected, lenient)) return comparison;
  if (agree(result, Evaluator(ast, environment, arena, true).run(), lenient)) return comparison;
  comparison.agreement = Agreement::different;
  comparison.explanation = std::string(lenient ? "crm" : "cel") + ": " + std::string(source) +
                           "\nrecord: " + std::string(record) + "\nmachine: " + described(result) +
                           "\nreference: " + described(expected);
  return comparison;
}

Comparison compare_generated(const std::uint8_t* bytes, std::size_t size) {
  Choices choices(bytes, size);
  const Dialect dialect = choices.below(2) ? Dialect::cel : Dialect::crm;
  Generator generator(choices, dialect);
  const std::string record = generator.record();
  return compare(generator.expression(), record, dialect);
}

}  // namespace crmsync::reference
