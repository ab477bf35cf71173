#include "expression/evaluate.h"

#include <algorithm>
#include <cmath>

#include "expression/expression.h"
#include "expression/typed_value.h"
#include "expression/zones.h"
#include "json/options.h"
#include "json/reader.h"
#include "json/writer.h"

namespace crmsync::expression {
namespace {

/// Of a result's text. A value may hold the same part many times over, so that its text can be far larger than itself.
constexpr std::size_t max_result_bytes = std::size_t{16} << 20;

/// JSON has no NaN and no infinities: such a result is said, not turned into null. Looks at parts that are held twice
/// twice, so it is asked only of what has passed the limit.
bool has_json_form(const Value& value) {
  if (value.is(Kind::number)) return std::isfinite(value.number);
  if (value.is(Kind::list) || value.is(Kind::optional))
    return std::all_of(value.elements, value.elements + value.size, has_json_form);
  if (!value.is(Kind::map)) return true;
  return std::all_of(value.members, value.members + value.size, [](const Member& m) { return has_json_form(m.value); });
}

Diagnostic too_large() {
  Diagnostic diagnostic = make_diagnostic(Code::EXP010, "the result is larger than 16 MB");
  diagnostic.hint = "let the expression build less";
  return diagnostic;
}

Range range_of(std::string_view source, std::size_t offset, std::size_t length) {
  return {position_at(source, offset), position_at(source, offset + length)};
}

/// Compiles and evaluates one expression; `plain` variables are JSON values, else `TypedValue`s.
class Evaluation {
 public:
  Evaluation(std::string_view source, Diagnostic& problem) : source_(source), problem_(problem) {}

  std::optional<Value> run(std::string_view variables, std::string_view options, bool plain) {
    json::Options given(options, {"dialect", "now", "container", "timezone", "zones"}, arena_, problem_);
    scope_.dialect = given.choice("dialect", "crm", "cel", true) ? Dialect::crm : Dialect::cel;
    inputs_.now = given.time("now");
    scope_.container = given.dotted("container");
    if (!read_zones(given)) return std::nullopt;
    if (!given.ok() || !read_variables(variables, plain)) return std::nullopt;
    std::vector<std::string> names;
    for (std::uint32_t i = 0; i < variables_.size; ++i) names.emplace_back(variables_.members[i].key.view());
    InputTable table;
    scope_.record = &table;
    scope_.closed_names = &names;
    std::vector<Issue> issues;
    program_ = compile_expression(source_, scope_, issues);
    if (!program_) return say(issues);
    std::vector<Value> slots;
    for (const Path& path : table.paths()) slots.push_back(at(path));
    inputs_.record = slots.data();
    Budget budget;
    const Value value = program_->evaluate(inputs_, arena_, budget);
    if (!value.is(Kind::error)) return value;
    problem_ = make_diagnostic(value.failure->code, std::string(value.failure->message),
                               range_of(source_, value.failure->offset, 0));
    return std::nullopt;
  }

 private:
  bool read_zones(json::Options& given) {
    const Value zone = given.of_kind("timezone", Kind::string, "the name of a time zone");
    if (!zones_.read(given, "zones")) return false;
    scope_.zones = &zones_;
    std::vector<Issue> issues(1);
    if (!zone.is(Kind::string) || zones_.set_local(zone.view(), issues[0])) return true;
    say(issues);
    problem_.path = "/timezone";
    problem_.range = {};
    return false;
  }

  bool read_variables(std::string_view text, bool plain) {
    variables_ = Value::of_map(nullptr, 0);
    if (text.empty()) return true;
    json::Shape whole;
    whole.want({}, 0);
    Value value;
    const json::ReadResult read = json::read_document(text, whole, &value);
    if (!read.ok() || !value.is(Kind::map)) {
      problem_ = read.ok()
                     ? make_diagnostic(Code::API004, "the variables must be a JSON object")
                     : make_diagnostic(read.code, std::string(code_title(read.code)), range_of(text, read.offset, 0));
      return false;
    }
    variables_ = decoded(value, arena_);
    return plain || read_typed();
  }

  bool read_typed() {
    Member* members = arena_.array<Member>(variables_.size);
    for (std::uint32_t i = 0; i < variables_.size; ++i) {
      const Member& given = variables_.members[i];
      const auto value = from_typed_value(given.value, arena_);
      if (!value) {
        problem_ = make_diagnostic(Code::API004, "the variable " + std::string(given.key.view()) + " is no TypedValue",
                                   {}, "/" + std::string(given.key.view()));
        return false;
      }
      members[i] = {given.key, *value};
    }
    variables_ = Value::of_map(members, variables_.size);
    return true;
  }

  Value at(const Path& path) const {
    Value value = variables_;
    for (const std::string& segment : path.segments) value = member(value, segment);
    return value;
  }

  std::optional<Value> say(const std::vector<Issue>& issues) {
    const Issue& first = issues.front();
    problem_ = make_diagnostic(first.code, first.message, range_of(source_, first.offset, first.length));
    problem_.hint = first.hint;
    problem_.suggestion = first.suggestion;
    for (const Issue& issue : issues) note_zone(issue, problem_);
    return std::nullopt;
  }

  std::string_view source_;
  Diagnostic& problem_;
  Arena arena_;
  Zones zones_;
  Scope scope_;
  std::optional<Program> program_;  // the result's texts may lie in it
  Inputs inputs_;
  Value variables_;
};

}  // namespace

bool evaluate(std::string_view source, std::string_view variables, std::string_view options, std::string& out,
              Diagnostic& problem) {
  Evaluation evaluation(source, problem);
  const std::optional<Value> value = evaluation.run(variables, options, true);
  if (!value) return false;
  if (!json::append_value(out, *value, max_result_bytes)) {
    problem = too_large();
    return false;
  }
  if (!has_json_form(*value)) {
    problem = make_diagnostic(Code::EXP009, "the result holds a number that JSON has not: NaN or an infinity",
                              range_of(source, 0, source.size()));
    problem.hint = "evaluateTyped gives such numbers";
    return false;
  }
  return true;
}

bool evaluate_typed(std::string_view source, std::string_view variables, std::string_view options, std::string& out,
                    Diagnostic& problem) {
  Evaluation evaluation(source, problem);
  const std::optional<Value> value = evaluation.run(variables, options, false);
  if (!value) return false;
  out += "{\"value\":";
  if (!append_typed_value(out, *value, out.size() + max_result_bytes)) {
    problem = too_large();
    return false;
  }
  out += '}';
  return true;
}

}  // namespace crmsync::expression
