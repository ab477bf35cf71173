#include "conflict/compare.h"
#include "mapping/conversion.h"
#include "mapping/text.h"
#include "mapping/typed.h"

namespace crmsync::conflict {
namespace {

using mapping::PlannedEntry;
using mapping::Target;

/// What a field says about mailing. Nothing and nonsense are no opt-in, and no opt-out either.
enum class Says : std::uint8_t { nothing, nonsense, may_mail, opted_out };

Says says(const Context& context, const PlannedEntry& entry, Target side, const Value& given) {
  if (given.is_nothing() || mapping::is_blank(given)) return Says::nothing;
  const mapping::Wire wire = context.plan.configuration.wire;
  Value value = given;
  if (side == Target::crm) {
    value =
        mapping::translated(context.plan, entry, Target::local, given, mapping::OnUnmapped::keep, context.call).value;
  }
  const Value boolean = mapping::typed(mapping::Type::suppression, wire, value, context.call.arena);
  if (!boolean.is(Kind::boolean)) return Says::nonsense;
  return boolean.boolean ? Says::opted_out : Says::may_mail;
}

Says says_now(const Context& context, const PlannedEntry& entry, Target target, const Side& side, std::uint32_t slot) {
  return side.knows(slot) ? says(context, entry, target, side.record[slot]) : Says::nothing;
}

/// Writes the opt-out to a side that does not have it yet. A side that was not fetched is not written.
void opt_out(const Context& context, const PlannedEntry& entry, Target target, const Side& side, std::uint32_t slot,
             Says says, mapping::FieldOutcome& outcome) {
  if (says != Says::opted_out && side.knows(slot)) {
    outcome = mapping::map_value(context.plan, entry, target, Value::of(true), context.call);
  }
}

Winner winner_of(Says local, Says crm) {
  if (local == crm) return local == Says::opted_out ? Winner::both : Winner::none;
  if (local == Says::opted_out) return Winner::local;
  return crm == Says::opted_out ? Winner::crm : Winner::none;
}

}  // namespace

FieldDecision decide_suppression(const Context& context, const PlannedEntry& entry) {
  const Side& local = context.input.local;
  const Side& crm = context.input.crm;
  const std::uint32_t local_slot = entry.local_slot(), crm_slot = entry.crm_slot();
  const Says local_says = says_now(context, entry, Target::local, local, local_slot);
  const Says crm_says = says_now(context, entry, Target::crm, crm, crm_slot);
  const bool out_now = local_says == Says::opted_out || crm_says == Says::opted_out;
  const bool out_before = says(context, entry, Target::local, local.base[local_slot]) == Says::opted_out ||
                          says(context, entry, Target::crm, crm.base[crm_slot]) == Says::opted_out;

  FieldDecision decision = decided(Status::unchanged, Winner::none, Reason::in_sync);
  if (out_now || out_before) {
    opt_out(context, entry, Target::local, local, local_slot, local_says, decision.to_local);
    opt_out(context, entry, Target::crm, crm, crm_slot, crm_says, decision.to_crm);
    // A side that says "may mail" after an opt-out was agreed on tries to lift it.
    const bool lifts = out_before && (local_says == Says::may_mail || crm_says == Says::may_mail);
    if (decision.writes()) {
      decision.status = Status::resolved;
      decision.winner = winner_of(local_says, crm_says);
      decision.reason = lifts ? Reason::opt_in_needs_evidence : Reason::opt_out_wins;
      decision.agrees = true;
    } else if (!out_before) {
      decision = decided(Status::converged, Winner::both, Reason::converged);
      decision.agrees = true;
    }
  } else if (local_says != crm_says) {
    decision.reason = Reason::no_opt_in_from_nothing;
  } else {
    decision.agrees = local.base[local_slot].is_absent();
  }
  if (local_says == Says::nonsense || crm_says == Says::nonsense) {
    decision.status = Status::error;
    decision.reason = Reason::wrong_type;
    decision.code = Code::REC002;
    decision.detail = "suppression";
  }
  decision.rule = "suppression";
  return decision;
}

}  // namespace crmsync::conflict
