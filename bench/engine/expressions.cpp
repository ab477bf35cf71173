/// The engine as the bench of expressions measures it, in a module of its own, so that the package's has no such
/// exports. Sources and records come from the host; one call then evaluates, or compiles and evaluates, as often as it
/// is told.
#include <memory>
#include <string>
#include <vector>

#include "expression/context.h"
#include "expression/expression.h"
#include "host.h"
#include "json/reader.h"
#include "json/writer.h"

namespace {

using namespace crmsync;
using namespace crmsync::expression;

struct Prepared {
  std::string source;
  std::vector<std::string> records;
  InputTable table;
  std::optional<Program> program;
  std::vector<std::vector<Value>> slots;  // of each record
  Arena decoded;
};

std::vector<std::unique_ptr<Prepared>> prepared;
Arena arena;
std::string result;

std::optional<Program> compile(const Prepared& one, InputTable& table) {
  Scope scope;
  scope.record = &table;
  std::vector<Issue> issues;
  return compile_expression(one.source, scope, issues);
}

/// All evaluations of a record share an arena, which is emptied afterwards; here after so many bytes, as the rivals'
/// garbage is collected now and then.
constexpr std::size_t garbage = std::size_t{64} << 10;

Inputs inputs;

Value evaluate(const Program& program, const std::vector<Value>& slots) {
  inputs.record = slots.data();
  Budget budget;
  return program.evaluate(inputs, arena, budget);
}

}  // namespace

extern "C" {

/// The text of the host is an expression and, a line each, its records. Gives its number; -1 if anything is wrong.
EMSCRIPTEN_KEEPALIVE int prepare() {
  const std::string& text = bench::given();
  auto one = std::make_unique<Prepared>();
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    (begin == 0 ? one->source : one->records.emplace_back()) = text.substr(begin, end - begin);
    begin = end + 1;
  }
  one->program = compile(*one, one->table);
  if (!one->program || one->records.empty()) return -1;
  json::Shape shape;
  for (std::uint32_t i = 0; i < one->table.paths().size(); ++i) shape.want(one->table.paths()[i], i);
  for (const std::string& record : one->records) {
    std::vector<Value>& slots = one->slots.emplace_back(shape.slot_count());
    if (!json::read_document(record, shape, slots.data()).ok()) return -1;
    // As rivals have them: parsed. Numbers inside lists and maps stay text until they are read.
    for (Value& slot : slots) {
      if (!slot.is_absent()) slot = scalar(decoded(slot, one->decoded), true);
    }
  }
  prepared.push_back(std::move(one));
  return static_cast<int>(prepared.size() - 1);
}

/// The value for one of the records as JSON; its length is `result_size`.
EMSCRIPTEN_KEEPALIVE const char* result_of(int number, int record) {
  const Prepared& one = *prepared[number];
  result.clear();
  json::append_value(result, evaluate(*one.program, one.slots[record]));
  return result.data();
}
EMSCRIPTEN_KEEPALIVE std::size_t result_size() {
  return result.size();
}

/// Evaluates so many times, over its records in turn. What is given back says nothing; it keeps the work from being
/// left out.
EMSCRIPTEN_KEEPALIVE int evaluate_times(int number, int times) {
  const Prepared& one = *prepared[number];
  const Program& program = *one.program;
  int sum = 0;
  while (times > 0) {
    for (const std::vector<Value>& record : one.slots) {
      if (times-- == 0) break;
      sum += static_cast<int>(evaluate(program, record).kind);
    }
    if (arena.taken() > garbage) arena.reset();
  }
  return sum;
}

/// Parses, compiles and evaluates once, so many times.
EMSCRIPTEN_KEEPALIVE int compile_times(int number, int times) {
  const Prepared& one = *prepared[number];
  int sum = 0;
  for (int i = 0; i < times; ++i) {
    InputTable table;
    const std::optional<Program> program = compile(one, table);
    sum += static_cast<int>(evaluate(*program, one.slots[0]).kind);
    if (arena.taken() > garbage) arena.reset();
  }
  return sum;
}

}  // extern "C"
