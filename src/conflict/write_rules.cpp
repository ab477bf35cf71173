#include "conflict/write_rules.h"

#include <algorithm>

#include "conflict/compare.h"
#include "json/time.h"
#include "mapping/text.h"

namespace crmsync::conflict {
namespace {

using mapping::PlannedEntry;
using mapping::Target;

/// The place in `order` of what a side holds: 0 of nothing, which is before all stages; negative of what is no stage.
int stage_of(const Context& context, const PlannedEntry& entry, Target side) {
  const bool is_crm = side == Target::crm;
  const Value& held =
      is_crm ? context.input.crm.record[entry.crm_slot()] : context.input.local.record[entry.local_slot()];
  Reason ignored{};
  const Value value = comparable_value(context, entry, side, held, ignored);
  if (value.is_nothing()) return 0;
  if (!value.is(Kind::string)) return -1;
  const std::vector<std::string>& order = entry.config->order;
  const auto stage = std::find(order.begin(), order.end(), value.view());
  return stage == order.end() ? -1 : static_cast<int>(stage - order.begin()) + 1;
}

/// Whether the field was agreed on less than the rule's time ago.
bool written_recently(const Context& context, const PlannedEntry& entry, mapping::WriteAtMost at_most) {
  if (at_most == mapping::WriteAtMost::any_time) return false;
  const Value& given = agreed_at_of(context, entry);
  if (!given.is(Kind::string)) return false;
  const auto agreed_at = json::parse_timestamp(decoded_text(given, context.call.arena));
  const std::int64_t seconds = at_most == mapping::WriteAtMost::hourly ? 3600 : 86'400;
  return agreed_at && context.input.now.integer - agreed_at->integer < seconds;
}

}  // namespace

std::optional<Reason> forbids_write(const Context& context, const PlannedEntry& entry, Target target) {
  const mapping::DirectionRules& rules = mapping::rules_of(entry, target);
  const bool to_crm = target == Target::crm;
  if (rules.write == mapping::Write::on_create) return Reason::on_create_only;
  const Side& written = to_crm ? context.input.crm : context.input.local;
  const Value& held = written.record[mapping::slots_of(entry, target).front()];
  if (rules.write == mapping::Write::if_blank && !held.is_nothing() && !mapping::is_blank(held))
    return Reason::not_blank;
  if (written_recently(context, entry, rules.write_at_most)) return Reason::written_recently;
  if (entry.config->forward_only && further_stage(context, entry) == (to_crm ? Winner::crm : Winner::local))
    return Reason::not_forward;
  return std::nullopt;
}

Winner further_stage(const Context& context, const PlannedEntry& entry) {
  const int local = stage_of(context, entry, Target::local), crm = stage_of(context, entry, Target::crm);
  if (local < 0 || crm < 0 || local == crm) return Winner::none;
  return local > crm ? Winner::local : Winner::crm;
}

}  // namespace crmsync::conflict
