/// Expressions and templates from arbitrary bytes, in both dialects: what compiles is evaluated over a small record.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "expression/expression.h"
#include "json/reader.h"
#include "json/writer.h"

using namespace crmsync;
using namespace crmsync::expression;

namespace {

constexpr std::string_view record =
    R"({"a":1,"b":"x\ny","c":null,"d":[1,2.5,"z",{"a":3}],"e":{"f":{"g":true},"First Name":"Jo"},"items":[{"a":1},{"a":null,"b":2}]})";

void evaluate(std::string_view source, const Scope& scope, bool is_template) {
  std::vector<Issue> issues;
  const std::optional<Program> program =
      is_template ? compile_template(source, scope, issues) : compile_expression(source, scope, issues);
  if (program.has_value() != issues.empty()) std::abort();
  for (const Issue& issue : issues) {
    if (issue.code == Code::none || issue.message.empty() || issue.offset > source.size()) std::abort();
  }
  if (!program) return;
  json::Shape shape;
  const std::vector<Path>& paths = scope.record->paths();
  for (std::uint32_t i = 0; i < paths.size(); ++i) shape.want(paths[i], i);
  std::vector<Value> slots(shape.slot_count() + 1);
  if (!json::read_document(record, shape, slots.data()).ok()) std::abort();
  Inputs inputs;
  inputs.record = slots.data();
  inputs.now = Value::of_integer(1'772'000'000);
  inputs.now.kind = Kind::timestamp;
  Arena arena(std::size_t{64} << 20);
  Budget budget{10'000};
  const Value value = program->evaluate(inputs, arena, budget);
  if (value.is(Kind::error)) {
    if (value.failure->code == Code::none || value.failure->offset > source.size()) std::abort();
    return;
  }
  std::string out;
  json::append_value(out, value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  for (const Dialect dialect : {Dialect::crm, Dialect::cel}) {
    for (const bool is_template : {false, true}) {
      InputTable table;
      Scope scope;
      scope.dialect = dialect;
      scope.record = &table;
      evaluate(source, scope, is_template);
      scope.over = Path{{"items"}};
      evaluate(source, scope, is_template);
    }
  }
  return 0;
}
