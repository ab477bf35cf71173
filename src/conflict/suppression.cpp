#include "conflict/compare.h"
#include "json/time.h"
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

struct SideSays {
  Target target;
  const Side& side;
  std::uint32_t slot;
  Says now, before;
};

SideSays side_says(const Context& context, const PlannedEntry& entry, Target target) {
  const Side& side = target == Target::crm ? context.input.crm : context.input.local;
  const std::uint32_t slot = target == Target::crm ? entry.crm_slot() : entry.local_slot();
  const bool known = side.present && side.knows(slot);
  return {target, side, slot, known ? says(context, entry, target, side.record[slot]) : Says::nothing,
          says(context, entry, target, side.base[slot])};
}

/// Writes to a side what it does not say yet. A side that was not fetched is not written.
void write(const Context& context, const PlannedEntry& entry, const SideSays& at, Says wanted,
           mapping::FieldOutcome& outcome) {
  if (at.now != wanted && at.side.knows(at.slot)) {
    outcome = mapping::map_value(context.plan, entry, at.target, Value::of(wanted == Says::opted_out), context.call);
  }
}

Winner winner_of(Says local, Says crm) {
  if (local == crm) return local == Says::opted_out ? Winner::both : Winner::none;
  if (local == Says::opted_out) return Winner::local;
  return crm == Says::opted_out ? Winner::crm : Winner::none;
}

Value time_of(const Value& text, Arena& arena) {
  const auto time = text.is(Kind::string) ? json::parse_timestamp(decoded_text(text, arena)) : std::nullopt;
  return time ? *time : Value{};
}

/// The act behind what a side says of the entry; absent where none was given.
Value act_of(const PlannedEntry& entry, const SideSays& at) {
  const auto& paths = at.target == Target::crm ? entry.config->crm : entry.config->local;
  return member(at.side.acts, to_string(paths.front().path));
}

bool applies(const Suppression& suppression, const PlannedEntry& entry) {
  return suppression.topic == "all" || suppression.topic == entry.config->name ||
         suppression.topic == entry.config->local.front().text;
}

/// Bounces and complaints are PenguinMails' own: the CRM cannot know that they are over.
bool is_delivery_failure(std::string_view source) {
  return source == "bounce" || source == "hard_bounce" || source == "complaint";
}

/// The moment by which the opt-outs that stand had been made, as far as it is known for certain.
class OptOuts {
 public:
  explicit OptOuts(const Context& context) : context_(context) {}

  void add(const Value& latest) {
    known_ = known_ && !latest.is_absent();
    if (last_.is_absent() || (known_ && json::compare_timestamps(last_, latest) < 0)) last_ = latest;
  }

  /// What a side says: by the act behind it, else by when the side said so for the first time.
  void add(const PlannedEntry& entry, const SideSays& at) {
    const Value act = act_of(entry, at);
    const Value source = member(act, "source");
    delivery_ = delivery_ || (source.is(Kind::string) && is_delivery_failure(source.view()));
    const Value acted_at = time_of(member(act, "at"), context_.call.arena);
    if (!acted_at.is_absent()) return add(acted_at);
    if (at.before == Says::opted_out) return add(agreed_at(entry));
    const Contest times = contest_of(context_, entry);
    add(at.target == Target::crm ? times.crm_time : times.local_time);
  }

  void add(const Suppression& suppression) {
    delivery_ = delivery_ || is_delivery_failure(suppression.source);
    add(suppression.since);
  }

  Value agreed_at(const PlannedEntry& entry) const {
    return time_of(agreed_at_of(context_, entry), context_.call.arena);
  }

  /// Whether the side says so on evidence of the person's own act, made later than all of this by more than clocks may
  /// be apart, and not in the future.
  bool are_lifted_by(const PlannedEntry& entry, const SideSays& at) const {
    if (at.now != Says::may_mail || (delivery_ && at.target == Target::crm)) return false;
    const Value act = act_of(entry, at);
    const Value by = member(act, "by");
    const Value acted_at = time_of(member(act, "at"), context_.call.arena);
    const std::int64_t skew = context_.plan.configuration.conflict.skew_nanoseconds;
    return by.is(Kind::string) && by.view() == "subject" && !acted_at.is_absent() && known_ &&
           json::compare_timestamps(acted_at, json::later_by(last_, skew)) > 0 &&
           json::compare_timestamps(acted_at, context_.input.now) <= 0;
  }

 private:
  const Context& context_;
  Value last_;
  bool known_ = true, delivery_ = false;
};

}  // namespace

FieldDecision decide_suppression(const Context& context, const PlannedEntry& entry) {
  const SideSays local = side_says(context, entry, Target::local), crm = side_says(context, entry, Target::crm);
  OptOuts opt_outs(context);
  bool by_address = false, out_before = false;
  for (const SideSays* side : {&local, &crm}) {
    out_before = out_before || side->before == Says::opted_out;
    if (side->now == Says::opted_out) opt_outs.add(entry, *side);
  }
  if (out_before) opt_outs.add(opt_outs.agreed_at(entry));
  for (const Suppression& suppression : context.input.suppressions) {
    if (!applies(suppression, entry)) continue;
    by_address = true;
    opt_outs.add(suppression);
  }
  const bool out_now = local.now == Says::opted_out || crm.now == Says::opted_out;

  FieldDecision decision = decided(Status::unchanged, Winner::none, Reason::in_sync);
  if (local.now == Says::nonsense || crm.now == Says::nonsense) {
    decision = decided(Status::error, Winner::none, Reason::wrong_type);
    decision.code = Code::REC002;
    decision.detail = "suppression";
  }
  if (out_now || out_before || by_address) {
    const bool by_local = opt_outs.are_lifted_by(entry, local), by_crm = opt_outs.are_lifted_by(entry, crm);
    const bool lifted = (by_local || by_crm) && decision.code == Code::none;
    const Says wanted = lifted ? Says::may_mail : Says::opted_out;
    write(context, entry, local, wanted, decision.to_local);
    write(context, entry, crm, wanted, decision.to_crm);
    // A side that says "may mail" after an opt-out was agreed on tries to lift it.
    const bool tries = out_before && (local.now == Says::may_mail || crm.now == Says::may_mail);
    if (decision.code != Code::none) {
      // The other side gets the opt-out all the same.
      decision.agrees = decision.writes();
    } else if (lifted) {
      decision.status = Status::resolved;
      decision.winner = by_local && by_crm ? Winner::both : by_local ? Winner::local : Winner::crm;
      decision.reason = Reason::opt_in_by_subject;
      decision.agrees = true;
    } else if (decision.writes()) {
      decision.status = tries ? Status::review : Status::resolved;
      decision.winner = winner_of(local.now, crm.now);
      decision.reason = tries                   ? Reason::opt_in_needs_evidence
                        : out_now || out_before ? Reason::opt_out_wins
                                                : Reason::suppressed_by_address;
      decision.agrees = true;
    } else if (!out_before) {
      decision = decided(Status::converged, Winner::both, Reason::converged);
      decision.agrees = true;
    }
  } else if (decision.code == Code::none && local.now != crm.now) {
    decision.reason = Reason::no_opt_in_from_nothing;
  } else if (decision.code == Code::none) {
    decision.agrees = local.side.base[local.slot].is_absent();
  }
  decision.rule = "suppression";
  return decision;
}

}  // namespace crmsync::conflict
