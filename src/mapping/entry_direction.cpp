#include "mapping/entry_direction.h"

#include <optional>
#include <string>

#include "mapping/choices.h"
#include "mapping/quarantine.h"

namespace crmsync::mapping {
namespace {

std::string name_of(Direction direction) {
  return std::string(directions.words[static_cast<std::size_t>(direction)].name);
}

/// A list of paths is read, the first that has a value, and so is an element of a list; neither can be written.
bool is_only_read(const std::vector<FieldPath>& fields) {
  return fields.size() > 1 || (fields.size() == 1 && !fields.front().elements.empty());
}

Direction direct_direction(Reading& reading, const Section& section, const Entry& entry,
                           std::optional<Direction> said) {
  const bool reads_local = is_only_read(entry.local), reads_crm = is_only_read(entry.crm);
  if (reads_local && reads_crm) {
    reading.report(Code::MAP006, section.place(),
                   "both sides are lists of fields or elements of lists, so that neither can be written",
                   "name one field on the side that is written");
    return said.value_or(Direction::to_crm);
  }
  if (!reads_local && !reads_crm) return said.value_or(Direction::bidirectional);
  const Direction only = reads_local ? Direction::to_crm : Direction::from_crm;
  if (said && *said != only) {
    reading.report(
        Code::MAP006, *section.find("direction"),
        {"this entry can only be ", name_of(only), ", since ", reads_local ? "`penguinmails_field`" : "`crm_field`",
         " is a list of fields or an element of a list, which is read but not written"},
        {"write `direction: ", name_of(only), "`, or name one field"});
  }
  return only;
}

/// A derived entry writes one field and reads the other side.
Direction derived_direction(Reading& reading, const Section& section, const Entry& entry,
                            std::optional<Direction> said) {
  const bool has_crm = section.has("crm_field"), has_local = section.has("penguinmails_field");
  if (goes_both_ways(section, entry)) {
    const auto direction = section.find("direction");  // `reverse` says the same
    if (!has_crm && !section.excuses("crm_field"))
      reading.report(Code::MAP010, direction ? *direction : section.place(),
                     "an entry that computes its value and brings it back computes the CRM's field",
                     "name `crm_field`, and read PenguinMails' fields in the formula");
    if (is_only_read(entry.crm))
      reading.report(Code::MAP006, *section.find("crm_field"), "the field that an entry writes cannot be a list",
                     "name one field");
    return Direction::to_crm;
  }
  if (has_crm && has_local) {
    const std::string_view surplus = said == Direction::from_crm ? "crm_field" : "penguinmails_field";
    reading.report(Code::MAP006, *section.find(surplus),
                   "an entry that computes its value has exactly one field, the one that it writes",
                   {"remove `", surplus, "`; what the entry reads stands in its expression"});
    return said == Direction::from_crm ? Direction::from_crm : Direction::to_crm;
  }
  if (!has_crm && !has_local) {
    if (section.excuses("crm_field") || section.excuses("penguinmails_field")) return said.value_or(Direction::to_crm);
    reading.report(Code::MAP005, section.place(), "an entry that computes its value needs the field that it writes",
                   "add `crm_field`, or `penguinmails_field` with `direction: from_crm`");
    return said.value_or(Direction::to_crm);
  }
  const Direction only = has_crm ? Direction::to_crm : Direction::from_crm;
  const std::vector<FieldPath>& written = has_crm ? entry.crm : entry.local;
  if (is_only_read(written)) {
    reading.report(Code::MAP006, *section.find(has_crm ? "crm_field" : "penguinmails_field"),
                   "the field that an entry writes cannot be a list of fields or an element of a list",
                   "name one field");
  }
  if (said && *said != only) {
    reading.report(Code::MAP006, *section.find("direction"),
                   {"`direction: ", name_of(*said), "` needs `", has_crm ? "penguinmails_field" : "crm_field",
                    "`, the field that it writes"},
                   {"write `direction: ", name_of(only), "`, or name the other side's field"});
  }
  return only;
}

/// The direction left when both allow it; nothing when they exclude each other.
std::optional<Direction> narrowed(Direction direction, Direction allowed) {
  if (direction == allowed || allowed == Direction::bidirectional) return direction;
  if (direction == Direction::bidirectional) return allowed;
  return std::nullopt;
}

}  // namespace

bool goes_both_ways(const Section& section, const Entry& entry) {
  if (entry.kind == EntryKind::direct) return false;
  const auto direction = section.find("direction");
  return section.has("reverse") ||
         (direction && direction->is(NodeKind::string) && direction->node->text == "bidirectional");
}

Direction read_entry_direction(Reading& reading, const Section& section, const Entry& entry) {
  std::optional<Direction> said;
  if (const auto place = section.find("direction")) said = read_choice(reading, *place, directions);
  return entry.kind == EntryKind::direct ? direct_direction(reading, section, entry, said)
                                         : derived_direction(reading, section, entry, said);
}

bool narrow_direction(Reading& reading, Entry& entry, Direction sync_direction) {
  const auto writable = [](const SideFacts& facts) { return facts.is(Fact::updateable) || facts.is(Fact::createable); };
  const bool local_writable = writable(entry.local_facts), crm_writable = writable(entry.crm_facts);
  if (const auto only = narrowed(entry.direction, local_writable == crm_writable ? Direction::bidirectional
                                                  : crm_writable                 ? Direction::to_crm
                                                                                 : Direction::from_crm)) {
    entry.direction = *only;
  }
  const bool writes_crm = entry.direction != Direction::from_crm, writes_local = entry.direction != Direction::to_crm;
  const bool crm_stuck = writes_crm && !crm_writable && !entry.crm.empty();
  const bool local_stuck = writes_local && !local_writable && !entry.local.empty();
  if (crm_stuck && entry.imported) {
    quarantine(reading, entry, entry.crm.front().range,
               {"`", entry.crm.front().text, "` cannot be written: the CRM's imported catalog says so"});
  } else if (crm_stuck || local_stuck) {
    const FieldPath& field = crm_stuck ? entry.crm.front() : entry.local.front();
    reading.report(
        Code::MAP017, field.range, entry.pointer,
        {"`", field.text, "` cannot be written: ", crm_stuck ? "the CRM" : "PenguinMails", " sets it itself"},
        crm_stuck ? "map another field, or write `direction: from_crm`"
                  : "map another field, or write `direction: to_crm`");
  }
  const std::optional<Direction> allowed = narrowed(entry.direction, sync_direction);
  if (!allowed) {
    reading.report(Code::MAP016, entry.name_range, entry.pointer,
                   {"`", entry.name, "` can never run: it is ", name_of(entry.direction), ", but `sync` is ",
                    name_of(sync_direction)},
                   "remove the entry, or change the direction of `sync`");
    return false;
  }
  entry.direction = *allowed;
  return true;
}

}  // namespace crmsync::mapping
