#include "conflict/resolve.h"

#include <algorithm>

#include "conflict/deletion.h"
#include "conflict/groups.h"
#include "mapping/answer_batch.h"

namespace crmsync::conflict {
namespace {

using mapping::FieldOutcome;
using mapping::Intent;
using mapping::PlannedEntry;
using mapping::Target;

/// Decides the whole pair: what happens to the records, and then each field.
class Pair {
 public:
  Pair(const Context& context, Decision& decision, std::vector<FieldOutcome>& outcomes)
      : context_(context), plan_(context.plan), input_(context.input), decision_(decision), outcomes_(outcomes) {}

  /// False where the input makes no sense as a pair.
  bool run(Diagnostic& problem) {
    decision_.fields.assign(plan_.entries.size(), FieldDecision{});
    decision_.review.reset();
    decision_.purge = false;
    const bool local_gone = gone(input_.local), crm_gone = gone(input_.crm);
    if (input_.local.privacy || input_.crm.privacy) {
      end_all(local_gone ? (crm_gone ? Outcome::unlink : Outcome::delete_crm) : Outcome::delete_local, Status::skipped,
              Reason::privacy_deletion);
      decision_.purge = true;
    } else if (!local_gone && !crm_gone) {
      decide_both();
    } else if (local_gone && crm_gone && !deleted(input_.local) && !deleted(input_.crm)) {
      problem = make_diagnostic(Code::CNF001, "neither side has a record, and there is no base");
      return false;
    } else if (local_gone && crm_gone) {
      end_all(Outcome::unlink, Status::skipped, Reason::deleted);
    } else if (deleted(local_gone ? input_.local : input_.crm)) {
      decide_deleted(local_gone ? Target::crm : Target::local);
    } else {
      decide_create(crm_gone ? Target::crm : Target::local);
    }
    return true;
  }

 private:
  static bool gone(const Side& side) { return !side.present || side.deleted; }
  /// Without a base, a side that is not there was never there.
  bool deleted(const Side& side) const { return side.deleted || (!side.present && input_.has_base); }

  /// `kept` is the side that is still there.
  void decide_deleted(Target kept) {
    switch (decide_deletion(context_, kept, decision_)) {
      case Fate::unlinked: return end_all(Outcome::unlink, Status::skipped, Reason::deleted);
      case Fate::reviewed:
        return end_all(Outcome::review, Status::skipped, decision_.review ? decision_.review->reason : Reason::deleted);
      case Fate::recreated: return decide_create(kept == Target::local ? Target::crm : Target::local);
      case Fate::deleted_too:
        return end_all(kept == Target::local ? Outcome::delete_local : Outcome::delete_crm, Status::skipped,
                       Reason::deleted);
    }
  }

  void decide_both() {
    if (!input_.has_base && !enrolled()) return end_all(Outcome::filtered, Status::skipped, Reason::filtered);
    bool review = false, writes = false;
    // The fields that say when and why of an opt-out go with it.
    for (const PlannedEntry& entry : plan_.entries) {
      if (entry.suppression) decision_.fields[entry.index] = decide_field(entry);
    }
    decide_groups(context_, decision_.fields, groups_);
    for (const PlannedEntry& entry : plan_.entries) {
      if (entry.suppression) continue;
      // A part that cannot be brought back takes its whole with it, which stands before it.
      if (entry.part_of != mapping::no_entry) {
        decide_part(context_, entry, decision_.fields);
      } else {
        decision_.fields[entry.index] = decide_field(entry);
      }
    }
    for (const PlannedEntry& entry : plan_.entries) {
      const FieldDecision& field = decision_.fields[entry.index];
      review |= field.status == Status::review;
      writes |= field.writes();
      if (field.status == Status::error && fatal(entry)) return end_all_invalid();
    }
    decision_.outcome = review ? Outcome::review : writes ? Outcome::merged : Outcome::in_sync;
  }

  FieldDecision decide_field(const PlannedEntry& entry) {
    if (entry.quarantined) return decided(Status::skipped, Winner::none, Reason::quarantined);
    if (entry.suppression) return decide_suppression(context_, entry);
    if (entry.returns) return decide_reversible(context_, entry);
    if (!entry.bidirectional()) return decide_one_way(context_, entry);
    return decide_bidirectional(context_, entry, entry.group == mapping::no_group ? nullptr : &groups_[entry.group]);
  }

  /// Filters gate the linking of two records that were not linked before, never an update of a linked pair.
  bool enrolled() const {
    return passes(plan_.filter_to_crm, input_.local) && passes(plan_.filter_from_crm, input_.crm);
  }

  bool passes(const std::optional<expression::Program>& filter, const Side& side) const {
    return !filter || mapping::holds(plan_, *filter, side.record, context_.call);
  }

  /// `on_error: fail_record`: nothing of the pair is written.
  static bool fatal(const PlannedEntry& entry) {
    return (entry.to_crm && entry.config->to_crm.on_error == mapping::OnError::fail_record) ||
           (entry.from_crm && entry.config->from_crm.on_error == mapping::OnError::fail_record);
  }

  void decide_create(Target target) {
    const bool to_crm = target == Target::crm;
    const mapping::Configuration& configuration = plan_.configuration;
    const Side& source = to_crm ? input_.local : input_.crm;
    const bool allowed = to_crm ? configuration.create_crm && configuration.direction != mapping::Direction::from_crm
                                : configuration.create_local && configuration.direction != mapping::Direction::to_crm;
    if (!allowed || !passes(to_crm ? plan_.filter_to_crm : plan_.filter_from_crm, source)) {
      return end_all(Outcome::filtered, Status::skipped, Reason::filtered);
    }
    context_.call.creating = true;
    mapping::map_entries(plan_, target, source.record, context_.call, outcomes_);
    for (const PlannedEntry& entry : plan_.entries) create_field(entry, target, source);
    decision_.outcome = mapping::fatal_entry(plan_, target, outcomes_, true) ? Outcome::invalid
                        : to_crm                                             ? Outcome::create_crm
                                                                             : Outcome::create_local;
    if (decision_.outcome == Outcome::invalid) withdraw_writes();
  }

  void create_field(const PlannedEntry& entry, Target target, const Side& source) {
    FieldDecision& field = decision_.fields[entry.index];
    FieldOutcome& outcome = outcomes_[entry.index];
    if (entry.suppression && !entry.quarantined) {
      // An opt-out holds through deletion and re-creation, whichever side or address it is known of.
      field = decide_suppression(context_, entry);
      if (field.writes()) {
        outcome = target == Target::crm ? field.to_crm : field.to_local;
        return;
      }
    }
    if (entry.quarantined) {
      field = decided(Status::skipped, Winner::none, Reason::quarantined);
    } else if (!known(entry, target, source)) {
      field = decided(Status::skipped, Winner::none, Reason::not_fetched);
      outcome = FieldOutcome{};
    } else if (outcome.failed()) {
      field = refused(outcome);
    } else if (outcome.intent != Intent::set) {
      // There is nothing to clear in a record that does not exist yet.
      field = decided(Status::skipped, Winner::none, outcome.reason);
    } else {
      field = decided(Status::propagated, target == Target::crm ? Winner::local : Winner::crm, outcome.reason);
      (target == Target::crm ? field.to_crm : field.to_local) = outcome;
      field.agrees = true;
      if (!entry.bidirectional()) field.sent = outcome.value;
    }
    if (entry.suppression) field.rule = "suppression";
  }

  static bool known(const PlannedEntry& entry, Target target, const Side& source) {
    const auto& slots = entry.derived ? entry.inputs : target == Target::crm ? entry.local_slots : entry.crm_slots;
    return std::all_of(slots.begin(), slots.end(), [&](std::uint32_t slot) { return source.knows(slot); });
  }

  void end_all(Outcome outcome, Status status, Reason reason) {
    decision_.outcome = outcome;
    for (FieldDecision& field : decision_.fields) field = decided(status, Winner::none, reason);
  }

  void end_all_invalid() {
    decision_.outcome = Outcome::invalid;
    withdraw_writes();
  }

  void withdraw_writes() {
    for (FieldDecision& field : decision_.fields) {
      field.to_local = field.to_crm = FieldOutcome{};
      field.agrees = false;
    }
  }

  const Context& context_;
  const mapping::Plan& plan_;
  const Input& input_;
  Decision& decision_;
  std::vector<FieldOutcome>& outcomes_;
  std::vector<GroupVerdict> groups_;
};

}  // namespace

Resolver::Resolver(const mapping::Plan& plan, mapping::Tables& tables) : plan_(plan), tables_(tables), layout_(plan) {
  workspace_.slots.resize(layout_.shape.slot_count());
}

bool Resolver::resolve(std::string_view input, std::string& out, Diagnostic& problem) {
  workspace_.arena.reset();
  const json::ReadResult read =
      json::read_document(input, layout_.shape, workspace_.slots.data(), {}, {nullptr, &workspace_.rows});
  if (!read.ok()) {
    problem = mapping::read_diagnostic(read, input);
    return false;
  }
  return resolve_slots(out, problem);
}

void Resolver::resolve_batch(std::string_view piece, json::BatchPlace& place, std::string& out) {
  mapping::answer_batch(piece, place, layout_.shape, workspace_, out,
                        [this](std::string& line, Diagnostic& problem) { return resolve_slots(line, problem); });
}

bool Resolver::resolve_slots(std::string& out, Diagnostic& problem) {
  const Value* slots = workspace_.slots.data();
  input_ = Input{};
  if (!understand(plan_, layout_, slots, workspace_.arena, input_, tables_, problem)) return false;
  mapping::Call call = mapping::make_call(plan_, workspace_.arena);
  call.now = input_.now;
  call.tables = &tables_;
  call.complete = true;  // what was not fetched is sorted out before
  Diagnostic late;
  const Context context{plan_, layout_, input_, slots, call, &late};
  if (!Pair(context, decision_, workspace_.outcomes).run(problem)) return false;
  if (late.code != Code::none) {
    problem = std::move(late);
    return false;
  }
  text_.clear();
  write_decision(context, decision_, text_);
  out += text_.view();
  return true;
}

}  // namespace crmsync::conflict
