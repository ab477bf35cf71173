#include "mapping/partial_aggregate.h"

#include <vector>

#include "expression/aggregate.h"
#include "json/reader.h"
#include "json/writer.h"

namespace crmsync::mapping {
namespace {

using expression::AggregateState;
using expression::Program;

/// One call: the entry, and what its aggregates have seen.
class Partial {
 public:
  Partial(const Plan& plan, std::string_view name, Workspace& workspace, Diagnostic& problem)
      : plan_(plan), arena_(workspace.arena), problem_(problem), call_(make_call(plan, workspace.arena)) {
    arena_.reset();
    std::vector<std::string_view> names;
    for (const PlannedEntry& entry : plan.entries) {
      names.push_back(entry.config->name);
      if (names.back() == name) entry_ = &entry;
    }
    if (!entry_) {
      fail("no entry is called \"", name, "\"");
      problem_.suggestion = nearest_name(name, names);
      return;
    }
    const std::string_view obstacle =
        entry_->formula ? entry_->formula->partial_obstacle(list_) : std::string_view("it has no formula");
    if (!obstacle.empty()) fail("the entry cannot be computed in parts: ", obstacle);
  }

  bool ok() const { return problem_.code == Code::none; }

  AggregateState* read(std::string_view text) {
    if (!ok()) return nullptr;
    AggregateState* const states = entry_->formula->fresh_states(arena_);
    if (text.empty() || text == "null") return states;
    const Value whole = document(text);
    if (!ok()) return states;
    const Value list = member(decoded(whole, arena_), "aggregates");
    expression::Context context{arena_, call_.cost_left, true};
    bool fits = list.is(Kind::list) && list.size == count();
    for (std::size_t i = 0; fits && i < count(); ++i) fits = states[i].read(list.elements[i], context);
    if (context.unplaced) {
      say(Value::of_failure(context.unplaced));
    } else if (!fits)
      fail("this is no state of the aggregates of \"", entry_->config->name, "\"");
    return states;
  }

  void write(const AggregateState* states, std::string& out) const {
    out += "{\"aggregates\":";
    for (std::size_t i = 0; i < count(); ++i) {
      out += i == 0 ? '[' : ',';
      states[i].write(out);
    }
    out += "]}";
  }

  void take(std::string_view rows, AggregateState* states) {
    const Value list = document(rows);
    if (ok() && !list.is(Kind::list)) fail("the rows must be a JSON array");
    if (!ok()) return;
    const json::Shape& shape = entry_->to_crm ? plan_.local_shape : plan_.crm_shape;
    Value* const slots = arena_.array<Value>(shape.slot_count());
    if (list_ != Program::no_list) {
      slots[list_] = list;
      return take_slots(slots, states);
    }
    const std::string_view text = list.view();  // valid, from bracket to bracket
    for (std::size_t at = json::skip_white_space(text, 1); ok() && text[at] != ']';) {
      const json::ReadResult read = json::read_value(text, at, shape, slots);
      if (!slots[0].is(Kind::map)) return fail("each row must be a JSON object");
      take_slots(slots, states);
      at = json::skip_white_space(text, read.offset);
      if (text[at] == ',') at = json::skip_white_space(text, at + 1);
    }
  }

  void merge(AggregateState* states, const AggregateState* later) {
    expression::Context context{arena_, call_.cost_left, true};
    for (std::size_t i = 0; ok() && i < count(); ++i) say(states[i].merge(later[i], context));
  }

  void finish(AggregateState* states, std::string& out) {
    const Target target = entry_->to_crm ? Target::crm : Target::local;
    Value* const nothing = arena_.array<Value>((entry_->to_crm ? plan_.local_shape : plan_.crm_shape).slot_count());
    call_.creating = true;
    const Value value = run(Program::all_aggregates, states, nothing);
    if (!ok()) return;
    const FieldOutcome outcome = map_value(plan_, *entry_, target, value, call_);
    if (outcome.failed()) {
      problem_ = field_diagnostic(*entry_, target, outcome);
    } else {
      json::append_value(out, outcome.intent == Intent::skip ? Value::null() : outcome.value);
    }
  }

 private:
  std::size_t count() const { return entry_->formula->aggregate_count(); }

  void fail(std::string_view before, std::string_view name = {}, std::string_view after = {}) {
    std::string message(before);
    message.append(name).append(after);
    problem_ = make_diagnostic(Code::API004, std::move(message));
  }

  /// A failure of the formula, at its place in the mapping file.
  void say(const Value& error) {
    if (!error.is(Kind::error)) return;
    const Failure& failure = *error.failure;
    const SourceText& text = entry_->config->text_of(failure.origin, entry_->config->formula);
    problem_ = make_diagnostic(failure.code, std::string(failure.message), text.at(failure.offset, 0),
                               entry_->config->pointer);
    if (failure.code == Code::EXP010) problem_.hint = "accumulate fewer rows at a time";
  }

  Value document(std::string_view text) {
    json::Shape shape;
    shape.want({}, 0);
    Value value;
    const json::ReadResult read = json::read_document(text, shape, &value);
    if (!read.ok()) problem_ = read_diagnostic(read, text);
    return value;
  }

  Value run(std::size_t index, AggregateState* states, const Value* slots) {
    expression::Inputs inputs;
    inputs.record = slots;
    expression::Budget budget{call_.cost_left};
    const Value result = entry_->formula->run_partial(index, states, inputs, arena_, budget);
    call_.cost_left = budget.cost;
    say(result);
    return result;
  }
  void take_slots(const Value* slots, AggregateState* states) {
    for (std::size_t i = 0; ok() && i < count(); ++i) run(i, states, slots);
  }

  const Plan& plan_;
  Arena& arena_;
  Diagnostic& problem_;
  Call call_;
  const PlannedEntry* entry_ = nullptr;
  std::uint32_t list_ = Program::no_list;
};

}  // namespace

bool aggregate(const Plan& plan, Step step, std::string_view entry, std::string_view first, std::string_view second,
               Workspace& workspace, std::string& out, Diagnostic& problem) {
  Partial partial(plan, entry, workspace, problem);
  AggregateState* const states = partial.read(first);
  const AggregateState* const later = step == Step::merge ? partial.read(second) : nullptr;
  if (!partial.ok()) return false;
  switch (step) {
    case Step::accumulate: partial.take(second, states); break;
    case Step::merge: partial.merge(states, later); break;
    case Step::finish: partial.finish(states, out); break;
  }
  if (partial.ok() && step != Step::finish) partial.write(states, out);
  return partial.ok();
}

}  // namespace crmsync::mapping
