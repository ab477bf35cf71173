#include "mapping/field.h"

#include <algorithm>

#include "mapping/conversion.h"
#include "mapping/normalize.h"
#include "mapping/text.h"
#include "mapping/trace.h"
#include "mapping/typed.h"

namespace crmsync::mapping {
namespace {

FieldOutcome skipped(Reason reason) {
  FieldOutcome outcome;
  outcome.reason = reason;
  return outcome;
}

FieldOutcome failed(Reason reason, Code code, std::string_view detail = {}) {
  FieldOutcome outcome;
  outcome.reason = reason;
  outcome.code = code;
  outcome.detail = detail;
  return outcome;
}

FieldOutcome with_value(Intent intent, Reason reason, const Value& value) {
  FieldOutcome outcome;
  outcome.intent = intent;
  outcome.reason = reason;
  outcome.value = value;
  return outcome;
}

FieldOutcome cleared(const Plan& plan, const PlannedEntry& entry, Target target, Call& call) {
  return with_value(Intent::clear, Reason::cleared,
                    spelled(type_of(entry, target), wire_of(plan, target), Value::null(), call.arena));
}

FieldOutcome defaulted(const PlannedEntry& entry, Target target) {
  const Value& value = target == Target::crm ? entry.default_to_crm : entry.default_from_crm;
  // A policy says "default" but no default was given: there is nothing to write, and nothing is invented.
  if (value.is_absent()) return skipped(Reason::absent);
  return with_value(Intent::set, Reason::default_used, value);
}

/// What to do about a field without a value. `Absent` and `Null` differ only in their policies.
FieldOutcome without_value(const Plan& plan, const PlannedEntry& entry, Target target, bool absent, Call& call) {
  const DirectionRules& rules = rules_of(entry, target);
  const OnAbsent on_absent = call.creating ? rules.on_absent_create : rules.on_absent;
  const OnNull on_null = call.creating ? rules.on_null_create : rules.on_null;
  if (absent) {
    switch (on_absent) {
      case OnAbsent::skip: return skipped(Reason::absent);
      case OnAbsent::clear: return cleared(plan, entry, target, call);
      case OnAbsent::use_default: return defaulted(entry, target);
      case OnAbsent::error: return failed(Reason::absent, Code::REC004);
    }
  }
  switch (on_null) {
    case OnNull::clear: return cleared(plan, entry, target, call);
    case OnNull::skip: return skipped(Reason::null);
    case OnNull::use_default: return defaulted(entry, target);
    case OnNull::error: return failed(Reason::null, Code::REC004);
  }
  return skipped(Reason::absent);
}

/// A required field that would end up without a value fails.
FieldOutcome checked_required(const PlannedEntry& entry, Target target, const FieldOutcome& outcome, const Call& call) {
  const DirectionRules& rules = rules_of(entry, target);
  const bool required = call.creating ? rules.required_on_create : rules.required_on_update;
  const bool missing = outcome.intent == Intent::clear || (call.creating && outcome.intent == Intent::skip);
  if (required && missing && !outcome.failed()) return failed(Reason::required, Code::REC001);
  return outcome;
}

Value evaluate_branch(const Plan& plan, const Branch& branch, const Value* record, Call& call) {
  return branch.text ? evaluate(plan, *branch.text, record, call) : branch.literal;
}

/// Whether a derived entry has nothing to go by: of a record that may be partial, inputs that are all missing were most
/// likely not loaded, and nothing is made up from them.
bool has_no_input(const PlannedEntry& entry, const Value* record, const Call& call) {
  const auto is_missing = [&](std::uint32_t slot) { return record[slot].is_absent(); };
  return !call.complete && !entry.inputs.empty() && std::all_of(entry.inputs.begin(), entry.inputs.end(), is_missing);
}

Value failure_of(Code code, std::string_view message, Arena& arena) {
  auto* const failure = arena.array<Failure>(1);
  failure->code = code;
  failure->message = message;
  return Value::of_failure(failure);
}

Value taken_apart(const PlannedEntry& entry, const Value& text, Call& call) {
  if (text.is_nothing()) return text;
  if (is_blank(text)) return Value::null();
  std::optional<std::string_view> part;
  if (text.is(Kind::string))
    part = entry.splitter->value(decoded_text(text, call.arena), entry.config->back->index, call.arena);
  if (!part) return failure_of(Code::REC011, "it does not read like what the mapping writes there", call.arena);
  return part->empty() ? Value::null() : Value::of_string(*part);
}

/// The value of a derived entry, of kind `error` when an expression failed.
Value calculated(const Plan& plan, const PlannedEntry& entry, const Value* record, Call& call) {
  if (has_no_input(entry, record, call)) return {};
  if (entry.splitter) return taken_apart(entry, record[entry.inputs.front()], call);
  if (entry.formula) return evaluate(plan, *entry.formula, record, call);
  for (const PlannedCase& one : entry.cases) {
    const Value holds = evaluate(plan, one.when, record, call);
    if (holds.is(Kind::error)) return holds;
    if (holds.is(Kind::null)) {
      if (entry.if_unknown) return evaluate_branch(plan, *entry.if_unknown, record, call);
    } else if (!holds.is(Kind::boolean)) {
      return failure_of(Code::EXP004, "a condition must be true, false or null", call.arena);
    } else if (holds.boolean) {
      return evaluate_branch(plan, one.value, record, call);
    }
  }
  return evaluate_branch(plan, entry.otherwise, record, call);
}

/// Absent where a list is too short, or is none.
Value element_of(const Value& list, const std::vector<ElementStep>& steps, Arena& arena) {
  Value value = list.is_nothing() ? list : decoded(list, arena);
  for (const ElementStep& step : steps) {
    if (value.is(Kind::null)) return value;
    if (!value.is(Kind::list) || step.index >= value.size) return {};
    value = value.elements[step.index];
    for (const std::string& segment : step.then.segments) value = member(value, segment);
  }
  return value;
}

bool is_nothing(const Value& value, const DirectionRules& rules) {
  return value.is_nothing() || (rules.on_blank == OnBlank::as_null && is_blank(value));
}

/// An empty multi-select, which a text cannot tell from a field without a value.
bool selects_nothing(const PlannedEntry& entry, const Value& value) {
  return (entry.config->local_type == Type::multi_enum || entry.config->crm_type == Type::multi_enum) &&
         (value.is_nothing() || (value.is(Kind::string) && value.size == 0));
}

std::uint32_t verbatim_of(const PlannedEntry& entry, Target target) {
  return target == Target::crm ? entry.verbatim_to_crm : entry.verbatim_from_crm;
}

bool passes_verbatim(const PlannedEntry& entry, Target target, const Value& text) {
  // HubSpot would obey a `;` (`into_type`).
  return text.is(Kind::string) && text.size <= verbatim_of(entry, target) && !is_blank(text) && text.text[0] != ';';
}

}  // namespace

Call make_call(const Plan& plan, Arena& arena) {
  Call call{arena, {}, false, false, 0};
  call.cost_left = plan.configuration.limits.cost * 10;
  return call;
}

const DirectionRules& rules_of(const PlannedEntry& entry, Target target) {
  return target == Target::crm ? entry.config->to_crm : entry.config->from_crm;
}

const std::vector<std::uint32_t>& slots_of(const PlannedEntry& entry, Target side) {
  return side == Target::crm ? entry.crm_slots : entry.local_slots;
}

Type type_of(const PlannedEntry& entry, Target side) {
  return side == Target::crm ? entry.config->crm_type : entry.config->local_type;
}

const SideFacts& facts_of(const PlannedEntry& entry, Target side) {
  return side == Target::crm ? entry.config->crm_facts : entry.config->local_facts;
}

Wire wire_of(const Plan& plan, Target target) {
  return target == Target::crm ? plan.configuration.wire : Wire::json;
}

Value read_field(const PlannedEntry& entry, Target side, const Value* record, Arena& arena) {
  const std::vector<std::uint32_t>& slots = slots_of(entry, side);
  const DirectionRules& rules = rules_of(entry, side == Target::crm ? Target::local : Target::crm);
  const std::vector<FieldPath>& fields = side == Target::crm ? entry.config->crm : entry.config->local;
  Value nothing;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    Value value = record[slots[i]];
    if (!fields[i].elements.empty()) value = element_of(value, fields[i].elements, arena);
    if (!is_nothing(value, rules)) return value;
    if (!value.is_absent()) nothing = Value::null();
  }
  if (!nothing.is_absent()) return nothing;
  const std::vector<std::uint32_t>& parents = side == Target::crm ? entry.crm_parents : entry.local_parents;
  const bool emptied =
      std::any_of(parents.begin(), parents.end(), [&](std::uint32_t parent) { return record[parent].is(Kind::null); });
  return emptied ? Value::null() : nothing;
}

FieldOutcome map_field(const Plan& plan, const PlannedEntry& entry, Target target, const Value* source, Call& call) {
  if (entry.quarantined) return skipped(Reason::quarantined);
  if (rules_of(entry, target).write == Write::on_create && !call.creating) return skipped(Reason::on_create_only);
  if (call.creating && !facts_of(entry, target).is(Fact::createable)) return skipped(Reason::not_writable);
  if (verbatim_of(entry, target) != 0) {
    const Value& text = source[slots_of(entry, target == Target::crm ? Target::local : Target::crm).front()];
    if (passes_verbatim(entry, target, text)) return with_value(Intent::set, Reason::mapped, text);
  }
  const Value value = entry.derived
                          ? calculated(plan, entry, source, call)
                          : read_field(entry, target == Target::crm ? Target::local : Target::crm, source, call.arena);
  return map_value(plan, entry, target, value, call);
}

FieldOutcome map_value(const Plan& plan, const PlannedEntry& entry, Target target, const Value& given, Call& call) {
  if (passes_verbatim(entry, target, given)) return with_value(Intent::set, Reason::mapped, given);
  const DirectionRules& rules = rules_of(entry, target);
  if (given.is(Kind::error)) {
    const bool apart = given.failure->code == Code::REC011;
    return failed(apart ? Reason::wrong_type : Reason::expression_failed, apart ? Code::REC011 : Code::REC006,
                  given.failure->message);
  }
  const auto empty = [&] {
    const FieldOutcome outcome =
        checked_required(entry, target, without_value(plan, entry, target, given.is_absent(), call), call);
    const bool refused = outcome.intent == Intent::clear && !facts_of(entry, target).is(Fact::nullable);
    return refused ? skipped(Reason::not_nullable) : outcome;
  };
  const Value value = normalized(entry, target, given, call);
  if (is_nothing(value, rules)) return entry.suppression ? skipped(Reason::no_opt_in_from_nothing) : empty();
  const Conversion conversion = converted(plan, entry, target, value, call);
  FieldOutcome outcome;
  switch (conversion.outcome) {
    case Conversion::Outcome::converted:
      if (selects_nothing(entry, conversion.value)) return empty();
      outcome = with_value(Intent::set, entry.derived ? Reason::derived : Reason::mapped, conversion.value);
      outcome.steps = conversion.steps;
      if (!rules.normalize.empty() && given.is(Kind::string) && value.is(Kind::string) &&
          value.view() != decoded_text(given, call.arena))
        outcome.steps |= Step::normalize;
      break;
    case Conversion::Outcome::wrong_type:
      outcome = failed(conversion.code == Code::REC010 ? Reason::lookup_missing : Reason::wrong_type, conversion.code,
                       conversion.detail);
      break;
    case Conversion::Outcome::missing:
      switch (rules.lookup->on_missing) {
        case OnMissing::skip: outcome = skipped(Reason::lookup_missing); break;
        case OnMissing::error: outcome = failed(Reason::lookup_missing, conversion.code, conversion.detail); break;
        case OnMissing::use_default: outcome = defaulted(entry, target); break;
      }
      break;
    case Conversion::Outcome::too_long: outcome = failed(Reason::too_long, conversion.code, conversion.detail); break;
    case Conversion::Outcome::unmapped:
      if (rules.on_unmapped == OnUnmapped::error) {
        outcome = failed(Reason::unmapped_value, conversion.code);
      } else if (rules.on_unmapped == OnUnmapped::use_default) {
        outcome = defaulted(entry, target);
      } else {
        outcome = skipped(Reason::unmapped_value);
      }
      break;
  }
  return checked_required(entry, target, outcome, call);
}

Value evaluate(const Plan& plan, const expression::Program& program, const Value* record, Call& call) {
  expression::Budget budget{std::min(plan.configuration.limits.cost, call.cost_left)};
  const std::uint64_t before = budget.cost;
  expression::Inputs inputs;
  inputs.record = record;
  inputs.now = call.now;
  const Value value = program.evaluate(inputs, call.arena, budget).held();
  call.cost_left -= before - std::min(before, budget.cost);
  return value;
}

bool holds(const Plan& plan, const expression::Program& condition, const Value* record, Call& call) {
  const Value value = evaluate(plan, condition, record, call);
  return value.is(Kind::boolean) && value.boolean;
}

}  // namespace crmsync::mapping
