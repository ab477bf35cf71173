#include "conflict/merge_expression.h"

#include "conflict/compare.h"
#include "mapping/conversion.h"
#include "mapping/text.h"
#include "mapping/typed.h"

namespace crmsync::conflict {
namespace {

using mapping::FieldOutcome;
using mapping::PlannedEntry;
using mapping::Target;

MergedValue failure(Reason reason, Code code, std::string_view detail) {
  MergedValue merged;
  merged.failure.reason = reason;
  merged.failure.code = code;
  merged.failure.detail = detail;
  return merged;
}

/// What the field would hold in PenguinMails after taking the CRM's value.
Value as_local(const Context& context, const PlannedEntry& entry, const Value& crm) {
  const FieldOutcome outcome = mapping::map_value(context.plan, entry, Target::local, crm, context.call);
  return outcome.intent == mapping::Intent::set ? outcome.value : Value::null();
}

/// `local`, or what lies in it.
Value value_at(const Path& path, const Value& local, const Value& crm, const Value& base) {
  if (path.segments.empty()) return {};
  const std::string& name = path.segments.front();
  Value value = name == "local" ? local : name == "crm" ? crm : base;
  for (std::size_t i = 1; i < path.segments.size(); ++i) value = member(value, path.segments[i]);
  return value;
}

}  // namespace

MergedValue merged_value(const Context& context, const PlannedEntry& entry, bool has_base) {
  Arena& arena = context.call.arena;
  const Side& local = context.input.local;
  const auto given = [&](const Value& value) { return value.is_nothing() ? Value::null() : decoded(value, arena); };
  const Value of_local = given(local.record[entry.local_slot()]);
  const Value of_crm = given(as_local(context, entry, context.input.crm.record[entry.crm_slot()]));
  const Value of_base = has_base ? given(local.base[entry.local_slot()]) : Value::null();
  const std::vector<Path>& paths = entry.merge_inputs.paths();
  Value* const slots = arena.array<Value>(paths.size());
  for (std::size_t i = 0; i < paths.size(); ++i) slots[i] = value_at(paths[i], of_local, of_crm, of_base);

  const Value result = mapping::evaluate(context.plan, *entry.merge, slots, context.call);
  if (result.is(Kind::error)) return failure(Reason::expression_failed, Code::REC006, result.failure->message);
  const bool nothing = result.is_nothing() || mapping::is_blank(result);
  mapping::Conversion fitting;
  if (!nothing) fitting = mapping::into_type(context.plan, entry, Target::local, mapping::Wire::json, result, arena);
  if (fitting.outcome != mapping::Conversion::Outcome::converted) {
    return failure(fitting.outcome == mapping::Conversion::Outcome::too_long ? Reason::too_long : Reason::wrong_type,
                   fitting.code, fitting.detail);
  }

  MergedValue merged;
  merged.verdict = {Winner::both, Reason::expression_decided, nothing ? Value::null() : fitting.value};
  // Where it chose one side's value, that side keeps it as it spells it.
  Reason ignored{};
  const auto comparable = [&](Target side, const Value& value) {
    return comparable_value(context, entry, side, value, ignored);
  };
  const Value chosen = comparable(Target::local, merged.verdict.value);
  if (mapping::same_value(chosen, comparable(Target::local, of_local), arena)) {
    merged.verdict.winner = Winner::local;
  } else if (mapping::same_value(chosen, comparable(Target::crm, context.input.crm.record[entry.crm_slot()]), arena)) {
    merged.verdict.winner = Winner::crm;
  }
  return merged;
}

}  // namespace crmsync::conflict
