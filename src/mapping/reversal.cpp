#include "mapping/reversal.h"

#include "expression/inversion.h"
#include "mapping/conversion.h"
#include "mapping/normalize.h"
#include "mapping/one_way_rules.h"
#include "mapping/quarantine.h"
#include "mapping/text_format.h"
#include "mapping/typed.h"
#include "mapping/value_map.h"

namespace crmsync::mapping {
namespace {

bool maps_values(const Entry& entry) {
  return !entry.value_map.empty() || entry.to_crm.value_map || entry.from_crm.value_map;
}

/// Whether a value of the value map does not find its way back: the maps of the two directions may differ, and values
/// are normalised before they are looked for. (What the host's normalisers would do is not known here.)
bool loses_mapped_values(const Entry& entry) {
  const std::vector<ValuePair>& there = entry.to_crm.value_map ? *entry.to_crm.value_map : entry.value_map;
  const std::vector<ValuePair>& back = entry.from_crm.value_map ? *entry.from_crm.value_map : entry.value_map;
  const ValueMap values(there, back);
  Arena arena;
  Call call{arena, {}};
  for (const ValuePair& pair : there) {
    if (pair.crm.empty()) continue;
    const Value written = normalized(entry.from_crm, pair.crm.front(), call);
    const Value* const found = values.to_local(written, arena);
    // Two values with one spelling in the same map are reported there (MAP011).
    const bool is_own = &there == &back && same_value(written, pair.crm.front(), arena);
    if (!found || !(is_own || same_value(*found, pair.local, arena))) return true;
  }
  for (const ValuePair& pair : back) {
    if (!pair.crm.empty() && !values.to_crm(normalized(entry.to_crm, pair.local, call), arena)) return true;
  }
  return false;
}

std::string_view loss_by_format(const Entry& entry, const Format& format) {
  const Type typed =
      entry.local_type == Type::string || entry.local_type == Type::any ? entry.crm_type : entry.local_type;
  if (format.pattern.empty()) return typed == Type::integer ? "" : "decimals beyond those of its format";
  if (runs_together(format.pattern)) return "where one number of its format ends and the next begins";
  const bool kept = typed == Type::date ? keeps_dates(format.pattern) : keeps_times(format.pattern);
  return kept ? "" : "the parts of a time that its format leaves out";
}

/// What is lost between fields of two types; "" if nothing.
std::string_view loss_by_type(const Entry& entry) {
  const Type a = entry.local_type, b = entry.crm_type;
  const auto pair = [&](Type x, Type y) { return (a == x && b == y) || (a == y && b == x); };
  if (maps_values(entry) || entry.to_crm.lookup) return {};
  if (pair(Type::date, Type::datetime)) return "the time of day";
  return pair(Type::enumeration, Type::multi_enum) ? "all values but one" : "";
}

/// What a round trip loses; "" if nothing.
std::string_view loss(const Entry& entry) {
  if (const std::string_view lost = loss_by_type(entry); !lost.empty()) return lost;
  if (const std::string_view lost = loss_by_rules(entry); !lost.empty()) return lost;
  // A CRM's text that was cut is read as it is.
  if (entry.crm_facts.max_length != 0 && cuts(entry.crm_type, entry.to_crm))
    return "what is cut off because it is too long";
  if (entry.local_facts.max_length != 0 && cuts(entry.local_type, entry.from_crm))
    return "what is cut off because it is too long";
  if (entry.format) {
    if (const std::string_view lost = loss_by_format(entry, *entry.format); !lost.empty()) return lost;
  }
  if (maps_values(entry)) {
    if (loses_mapped_values(entry)) return "values of its value map that do not come back through it";
    for (const DirectionRules* rules : {&entry.to_crm, &entry.from_crm}) {
      if (rules->on_unmapped == OnUnmapped::keep)
        return "which of two values it was, where one that is not in the value map is spelled like one that is";
      if (rules->on_unmapped == OnUnmapped::use_default) return "values that are not in the value map";
    }
  }
  for (const DirectionRules* rules : {&entry.to_crm, &entry.from_crm}) {
    if (rules->lookup && rules->lookup->on_missing == OnMissing::use_default) return "references that are not found";
  }
  return {};
}

void report_loss(Reading& reading, const Entry& entry) {
  reading.report(Code::MAP027, entry.crm.front().range, entry.pointer,
                 {"a round trip of `", entry.name, "` loses ", entry.reversal.loss},
                 "write `lossy: acknowledged`, or let it go one way: `direction: to_crm` or `direction: from_crm`");
}

/// Brings back what one computed entry wrote.
class WayBackReader {
 public:
  WayBackReader(Reading& reading, const Section& section, Entry& entry, const Catalog& local)
      : reading_(reading), section_(section), entry_(entry), local_(local) {}

  std::vector<Entry> run() {
    if (entry_.crm.empty()) return {};  // reported
    if (const auto place = section_.find("reverse")) {
      by_reverse(*place);
    } else if (entry_.kind == EntryKind::formula) {
      by_formula();
    } else {
      no_way(entry_.kind == EntryKind::conditional ? "a condition does not say what it was decided from"
                                                   : "a sum does not say what it was summed from");
    }
    for (const Entry& part : parts_) {
      if (!part.local.empty()) continue;
      parts_.clear();
      break;
    }
    entry_.returns = !parts_.empty();
    entry_.local.clear();
    return std::move(parts_);
  }

 private:
  void by_reverse(const Place& place) {
    const std::optional<SourceText> reverse = read_source_text(reading_, place, "an expression or a pattern");
    if (!reverse) return;
    entry_.reversal = {true, "what its own way back does not keep"};
    entry_.lossy_acknowledged = true;  // whoever writes the way back answers for it
    const bool is_pattern =
        reverse->text.find("(?<") != std::string::npos || reverse->text.find("(?P<") != std::string::npos;
    if (is_pattern) {
      if (const std::optional<TextSplit> split = split_of_pattern(reverse->text)) return by_split(*split, *reverse);
      reading_.report(Code::MAP010, place, "this pattern cannot be taken apart",
                      "write literal texts and named groups, such as \"^(?<first_name>\\S+) (?<last_name>.+)$\"");
    } else if (entry_.local.size() == 1) {
      add(entry_.local.front()).formula = *reverse;
    } else {
      reading_.report(Code::MAP005, place, "`reverse` needs `penguinmails_field`, the field that it gives",
                      "name one field, or write a pattern with named groups");
    }
  }

  void by_formula() {
    const std::string written = to_string(entry_.crm.front().path);
    if (expression::is_template(entry_.formula.text)) {
      const std::optional<TextSplit> split = split_of_template(entry_.formula.text);
      if (!split) return no_way("its template is more than fields with texts between them");
      if (split->names.size() > 1)
        entry_.reversal = {true, "where one value ends and the next begins, if a value holds the text between them"};
      return by_split(*split, entry_.formula);
    }
    const std::optional<expression::Inversion> inversion = expression::invert(entry_.formula.text, written);
    const std::optional<Path> name = inversion ? parse_path(inversion->name) : std::nullopt;
    if (!name) return no_way("its formula is more than a field with numbers added and multiplied");
    // Doubles are exact for whole numbers only, and only an integer field has nothing else.
    if (!inversion->exact || local_.facts(*name).type != Type::integer)
      entry_.reversal = {true, "the last digits of fractions"};
    Entry& part = add({*name, inversion->name, entry_.formula.range});
    part.formula = {inversion->expression, entry_.formula.range, {}};
  }

  void by_split(const TextSplit& split, const SourceText& source) {
    for (std::size_t i = 0; i < split.names.size(); ++i) {
      Entry& part = add({split.names[i], to_string(split.names[i]), source.range});
      part.formula = {source.text, source.range, {}};
      part.back = WayBack{split, i, entry_.crm.front()};
    }
  }

  void no_way(std::string_view why) {
    const auto direction = section_.find("direction");
    reading_.report(Code::MAP010, direction ? *direction : section_.place(),
                    {"`", entry_.name, "` cannot be brought back: ", why},
                    "write its way back as `reverse`, or `direction: to_crm`");
  }

  Entry& add(const FieldPath& field) {
    Entry& part = parts_.emplace_back();
    part.name = entry_.name + "/" + field.text;
    part.kind = EntryKind::formula;
    part.direction = Direction::from_crm;
    part.range = entry_.range;
    part.name_range = entry_.name_range;
    part.pointer = entry_.pointer;
    part.local = {field};
    part.from_crm = entry_.from_crm;
    part.part_of = entry_.name;
    return part;
  }

  Reading& reading_;
  const Section& section_;
  Entry& entry_;
  const Catalog& local_;
  std::vector<Entry> parts_;
};

}  // namespace

std::vector<Entry> read_way_back(Reading& reading, const Section& section, Entry& entry, const Catalog& local) {
  std::vector<Entry> parts = WayBackReader(reading, section, entry, local).run();
  if (!parts.empty() && entry.reversal.lossy && !entry.lossy_acknowledged) report_loss(reading, entry);
  return parts;
}

void judge_reversal(Reading& reading, Entry& entry) {
  if (entry.quarantined || entry.direction != Direction::bidirectional || entry.local.empty() || entry.crm.empty())
    return;
  if (entry.local_type == Type::suppression || entry.crm_type == Type::suppression) return;
  entry.reversal.loss = loss(entry);
  entry.reversal.lossy = !entry.reversal.loss.empty();
  if (!entry.reversal.lossy || entry.lossy_acknowledged) return;
  if (entry.imported && !loss_by_type(entry).empty()) {
    quarantine(reading, entry, entry.crm.front().range,
               {"the two fields no longer fit: a round trip loses ", entry.reversal.loss});
    return;
  }
  report_loss(reading, entry);
}

}  // namespace crmsync::mapping
