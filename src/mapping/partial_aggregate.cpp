#include "mapping/partial_aggregate.h"

#include <vector>

#include "expression/aggregate.h"
#include "json/batch.h"
#include "json/writer.h"

namespace crmsync::mapping {
namespace {

using expression::AggregateState;

/// One call: the entry, and what its aggregates have seen.
class Partial {
 public:
  Partial(const Plan& plan, std::string_view name, Workspace& workspace, Diagnostic& problem)
      : plan_(plan), arena_(workspace.arena), problem_(problem), call_(make_call(plan, workspace.arena)) {
    arena_.reset();
    for (const PlannedEntry& entry : plan.entries) {
      if (entry.config->name == name) entry_ = &entry;
    }
    if (!entry_) {
      std::vector<std::string_view> names;
      for (const PlannedEntry& entry : plan.entries) names.push_back(entry.config->name);
      fail("no entry is called \"" + std::string(name) + '"');
      problem_.suggestion = nearest_name(name, names);
      return;
    }
    if (entry_->formula) form_ = entry_->formula->partial_form();
    if (!entry_->formula || !form_.obstacle.empty()) {
      fail("the entry \"" + std::string(name) +
           "\" cannot be computed in parts: " + std::string(entry_->formula ? form_.obstacle : "it has no formula"));
    }
  }

  bool ok() const { return problem_.code == Code::none; }

  std::vector<AggregateState> read(std::string_view text) {
    std::vector<AggregateState> states;
    for (const expression::AggregateFunction function : form_.functions) states.emplace_back(function);
    if (!ok() || text.empty() || text == "null") return states;
    const Value list = member(parsed(text), "aggregates");
    bool fits = ok() && list.is(Kind::list) && list.size == states.size();
    for (std::size_t i = 0; fits && i < states.size(); ++i) fits = states[i].read(list.elements[i], arena_);
    if (!fits && ok()) fail("this is no state of the aggregates of \"" + entry_->config->name + '"');
    return states;
  }

  void write(const std::vector<AggregateState>& states, std::string& out) const {
    out += "{\"aggregates\":[";
    for (std::size_t i = 0; i < states.size(); ++i) {
      if (i != 0) out += ',';
      states[i].write(out);
    }
    out += "]}";
  }

  void take(std::string_view rows, std::vector<AggregateState>& states) {
    const json::Shape& shape = entry_->to_crm ? plan_.local_shape : plan_.crm_shape;
    std::vector<Value> slots(shape.slot_count());
    if (form_.list) {
      Value list = whole(rows);
      if (ok() && !list.is(Kind::list)) fail("the rows must be a JSON array");
      slots[*form_.list] = list;
      return take(slots, states);
    }
    json::read_batch(
        rows, shape, slots.data(), {},
        [&](std::string_view, std::size_t) {
          if (ok() && !slots[0].is(Kind::map)) fail("each row must be a JSON object");
          take(slots, states);
        },
        [&](const json::ReadResult& read, std::size_t) {
          if (ok()) problem_ = read_diagnostic(read, rows);
        });
  }

  void merge(std::vector<AggregateState>& states, const std::vector<AggregateState>& later) {
    expression::Context context{arena_, call_.cost_left, true};
    for (std::size_t i = 0; i < states.size(); ++i) {
      const Value error = states[i].merge(later[i], context);
      if (error.is(Kind::error)) return fail(error);
    }
  }

  void finish(const std::vector<AggregateState>& states, std::string& out) {
    const Target target = entry_->to_crm ? Target::crm : Target::local;
    const std::vector<Value> nothing((entry_->to_crm ? plan_.local_shape : plan_.crm_shape).slot_count());
    expression::Inputs inputs;
    inputs.record = nothing.data();
    expression::Budget budget{plan_.configuration.limits.cost};
    call_.creating = true;
    const Value value = entry_->formula->finish(states.data(), inputs, arena_, budget);
    if (value.is(Kind::error)) return fail(value);
    const FieldOutcome outcome = map_value(plan_, *entry_, target, value, call_);
    if (outcome.failed()) {
      problem_ = field_diagnostic(*entry_, target, outcome);
    } else {
      json::append_value(out, outcome.intent == Intent::skip ? Value::null() : outcome.value);
    }
  }

 private:
  void fail(std::string message) { problem_ = make_diagnostic(Code::API004, std::move(message)); }
  /// A failure of the formula, at its place in the mapping file.
  void fail(const Value& error) {
    const Failure& failure = *error.failure;
    const SourceText& text = failure.in_where ? entry_->config->where : entry_->config->formula;
    problem_ = make_diagnostic(failure.code, std::string(failure.message), text.at(failure.offset, 0),
                               entry_->config->pointer);
    if (failure.code == Code::EXP010) problem_.hint = "accumulate fewer rows at a time";
  }

  Value whole(std::string_view text) {
    json::Shape shape;
    shape.want({}, 0);
    Value value;
    const json::ReadResult read = json::read_document(text, shape, &value);
    if (!read.ok()) problem_ = read_diagnostic(read, text);
    return value;
  }
  Value parsed(std::string_view text) {
    const Value value = whole(text);
    return ok() ? decoded(value, arena_) : Value{};
  }

  void take(const std::vector<Value>& slots, std::vector<AggregateState>& states) {
    expression::Inputs inputs;
    inputs.record = slots.data();
    for (std::size_t i = 0; ok() && i < states.size(); ++i) {
      expression::Budget budget{call_.cost_left};
      const Value error = entry_->formula->accumulate(i, states[i], inputs, arena_, budget);
      call_.cost_left = budget.cost;
      if (error.is(Kind::error)) fail(error);
    }
  }

  const Plan& plan_;
  Arena& arena_;
  Diagnostic& problem_;
  Call call_;
  const PlannedEntry* entry_ = nullptr;
  expression::PartialForm form_;
};

}  // namespace

bool accumulate(const Plan& plan, std::string_view entry, std::string_view state, std::string_view rows,
                Workspace& workspace, std::string& out, Diagnostic& problem) {
  Partial partial(plan, entry, workspace, problem);
  std::vector<AggregateState> states = partial.read(state);
  if (partial.ok()) partial.take(rows, states);
  if (partial.ok()) partial.write(states, out);
  return partial.ok();
}

bool merge(const Plan& plan, std::string_view entry, std::string_view first, std::string_view second,
           Workspace& workspace, std::string& out, Diagnostic& problem) {
  Partial partial(plan, entry, workspace, problem);
  std::vector<AggregateState> states = partial.read(first);
  const std::vector<AggregateState> later = partial.read(second);
  if (partial.ok()) partial.merge(states, later);
  if (partial.ok()) partial.write(states, out);
  return partial.ok();
}

bool finish(const Plan& plan, std::string_view entry, std::string_view state, Workspace& workspace, std::string& out,
            Diagnostic& problem) {
  Partial partial(plan, entry, workspace, problem);
  const std::vector<AggregateState> states = partial.read(state);
  if (partial.ok()) partial.finish(states, out);
  return partial.ok();
}

}  // namespace crmsync::mapping
