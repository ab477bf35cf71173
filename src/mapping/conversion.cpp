#include "mapping/conversion.h"

#include <algorithm>
#include <string>

#include "json/time.h"
#include "mapping/salesforce_id.h"
#include "mapping/text.h"
#include "mapping/text_format.h"
#include "mapping/trace.h"
#include "mapping/typed.h"

namespace crmsync::mapping {
namespace {

Conversion failed(Conversion::Outcome outcome, Code code, std::string_view detail) {
  Conversion conversion;
  conversion.outcome = outcome;
  conversion.code = code;
  conversion.detail = detail;
  return conversion;
}

/// Cuts a text that is too long, or refuses it.
void within(const PlannedEntry& entry, Target target, Conversion& conversion, Arena& arena) {
  const std::uint32_t longest = facts_of(entry, target).max_length;
  const std::string_view text = decoded_text(conversion.value, arena);
  const std::string_view kept = first_units(text, longest);
  if (kept.size() == text.size()) return;
  if (cuts(type_of(entry, target), rules_of(entry, target))) {
    conversion.value = Value::of_string(kept);
    conversion.steps |= Step::truncate;
  } else {
    const std::string limit = "at most " + std::to_string(longest) + " characters";
    conversion = failed(Conversion::Outcome::too_long, Code::REC005, arena.copy(limit));
  }
}

}  // namespace

namespace {

Conversion through_lookup(const PlannedEntry& entry, Target target, const Value& asked, Call& call) {
  const Lookup& lookup = *rules_of(entry, target).lookup;
  Conversion conversion;
  if (!asked.is(Kind::string) && !asked.is(Kind::numeral))
    return failed(Conversion::Outcome::wrong_type, Code::REC002, "reference");
  const bool is_id = target == Target::local && entry.whole_ids;
  const Value value = is_id ? whole_salesforce_id(asked, call.arena) : asked;
  const std::string_view text = value.is(Kind::string) ? decoded_text(value, call.arena) : value.view();
  Value found;
  bool given = false;
  if (call.tables) {
    found = target == Target::crm ? call.tables->look_up(lookup.object, lookup.by, text, given)
                                  : call.tables->look_back(lookup.object, lookup.by, text, is_id, given);
  }
  if (!given) return failed(Conversion::Outcome::wrong_type, Code::REC010, lookup.object);
  if (found.is_nothing()) return failed(Conversion::Outcome::missing, Code::REC010, lookup.object);
  conversion.value = found;
  conversion.steps = Step::lookup;
  return conversion;
}

Conversion through_value_map(const PlannedEntry& entry, Target target, const Value& value, Wire from,
                             OnUnmapped on_unmapped, Arena& arena) {
  Conversion conversion;
  conversion.value = value;
  conversion.steps = Step::value_map;
  const auto mapped = [&](Value& element) {
    if (const Value* found =
            target == Target::crm ? entry.values.to_crm(element, arena) : entry.values.to_local(element, arena)) {
      element = *found;
      return true;
    }
    return on_unmapped == OnUnmapped::keep;
  };
  bool complete;
  if (entry.config->local_type == Type::multi_enum || entry.config->crm_type == Type::multi_enum) {
    const Value list = typed(Type::multi_enum, from, value, arena);
    if (!list.is(Kind::list)) return failed(Conversion::Outcome::wrong_type, Code::REC002, "multi_enum");
    Value* elements = arena.array<Value>(list.size);
    std::copy(list.elements, list.elements + list.size, elements);
    complete = std::all_of(elements, elements + list.size, [&](Value& element) { return mapped(element); });
    conversion.value = Value::of_list(elements, list.size);
    // A text holds a selection as the CRMs write it, "a;b".
    const Type to = type_of(entry, target);
    if (complete && to != Type::multi_enum && to != Type::list)
      conversion.value = spelled(Type::multi_enum, Wire::hubspot, conversion.value, arena);
  } else {
    complete = mapped(conversion.value);
  }
  return complete ? conversion : failed(Conversion::Outcome::unmapped, Code::REC003, {});
}

/// A date or a moment in its standard spelling, for `into_type` to read.
Value spelled_out(const Value& value, Arena& arena) {
  return value.is(Kind::integer)     ? spelled(Type::date, Wire::json, value, arena)
         : value.is(Kind::timestamp) ? spelled(Type::datetime, Wire::json, value, arena)
                                     : value;
}

/// From a text that spells a date, a time or a number by `format`, or into one.
Conversion through_format(const Plan& plan, const PlannedEntry& entry, Target target, const Value& value, Wire from,
                          Arena& arena) {
  const Format& format = *entry.config->format;
  const expression::Zone& zone = plan.zones->local();
  const Type type = type_of(entry, target);
  const bool into_text = type == Type::string || type == Type::any;
  Conversion conversion;
  conversion.steps = Step::format;
  if (into_text) {
    Type source =
        format.pattern.empty() ? Type::number : type_of(entry, target == Target::crm ? Target::local : Target::crm);
    Value read = typed(source, from, value, arena);
    // Of an untyped source a date or a moment, whichever it spells.
    if (!format.pattern.empty() && source != Type::date && source != Type::datetime) {
      read = typed(Type::date, from, value, arena);
      if (read.is(Kind::error) || value.is(Kind::timestamp)) read = typed(Type::datetime, from, value, arena);
    }
    conversion.value = formatted(format, zone, read, arena);
  } else if (value.is(Kind::string)) {
    conversion.value = spelled_out(unformatted(format, type, zone, decoded_text(value, arena), arena), arena);
  } else {
    conversion.value = Value::of_failure(nullptr);
  }
  return conversion.value.is(Kind::error) ? failed(Conversion::Outcome::wrong_type, Code::REC011, format.pattern)
                                          : conversion;
}

/// A moment for a date field is its day in the mapping's time zone; a date for a moment is where that day begins there.
Value between_date_and_time(const Plan& plan, Type to, const Value& value, Wire from, Arena& arena) {
  constexpr std::int64_t day = 86'400;
  const expression::Zone& zone = plan.zones->local();
  Value read = typed(to == Type::date ? Type::datetime : Type::date, from, value, arena);
  if (read.is(Kind::error) || read.is_nothing()) return value;  // `into_type` says what is wrong, or reads it as it is
  if (read.is(Kind::timestamp)) {
    const std::int64_t shown = read.integer + zone.offset_at(read.integer);
    read = Value::of_integer(shown / day - (shown % day < 0));
  } else {
    const std::int64_t moment = zone.moment_of(read.integer * day);
    read = Value{};
    read.kind = Kind::timestamp;
    read.integer = moment;
  }
  return spelled_out(read, arena);
}

/// Types that not every text is a value of.
bool is_narrow(Type type) {
  return type == Type::date || type == Type::datetime || type == Type::boolean || type == Type::multi_enum ||
         type == Type::number || type == Type::integer || type == Type::currency || type == Type::list ||
         type == Type::map;
}

/// What a typed field says, for a text field: not how its CRM spells it, and not what is no value of its type.
Conversion into_text(Type source, const Value& value, Wire from, Arena& arena) {
  const Value read = typed(source, from, value, arena);
  if (read.is(Kind::error)) return failed(Conversion::Outcome::wrong_type, Code::REC002, type_name(source));
  Conversion conversion;
  // A text holds a selection as the CRMs write it, "a;b".
  conversion.value = spelled(source, source == Type::multi_enum ? Wire::hubspot : Wire::json, read, arena);
  return conversion;
}

bool is_date_and_time(Type a, Type b) {
  return (a == Type::date && b == Type::datetime) || (a == Type::datetime && b == Type::date);
}

}  // namespace

Value with_offset(const Plan& plan, Type type, const Value& value, Arena& arena) {
  if (type != Type::datetime || !value.is(Kind::string)) return value;
  bool has_offset = true;
  std::optional<Value> time = json::parse_timestamp(trimmed(decoded_text(value, arena)), has_offset);
  if (!time || has_offset) return value;
  time->integer = plan.zones->local().moment_of(time->integer);
  return spelled_out(*time, arena);
}

Conversion translated(const Plan& plan, const PlannedEntry& entry, Target target, const Value& given,
                      OnUnmapped on_unmapped, Call& call) {
  const Target source = target == Target::crm ? Target::local : Target::crm;
  const Wire from = wire_of(plan, source);
  Conversion conversion;
  conversion.value = with_offset(plan, type_of(entry, source), given, call.arena);
  const Value& value = conversion.value;
  if (value.is_nothing()) return conversion;
  if (rules_of(entry, target).lookup)
    conversion = through_lookup(entry, target, value, call);
  else if (!entry.values.empty())
    conversion = through_value_map(entry, target, value, from, on_unmapped, call.arena);
  if (conversion.outcome != Conversion::Outcome::converted) return conversion;
  if (entry.config->format) return through_format(plan, entry, target, conversion.value, from, call.arena);
  const Type to = type_of(entry, target);
  const bool is_direct = !entry.derived && entry.values.empty() && !rules_of(entry, target).lookup;
  if (to == Type::string && is_direct && is_narrow(type_of(entry, source)))
    return into_text(type_of(entry, source), value, from, call.arena);
  if (to == Type::list && is_direct && type_of(entry, source) == Type::multi_enum) {
    const Value list = typed(Type::multi_enum, from, value, call.arena);
    if (list.is(Kind::list)) conversion.value = list;
  }
  const bool is_moment = to == Type::date && conversion.value.is(Kind::timestamp);
  if (is_moment || is_date_and_time(to, type_of(entry, target == Target::crm ? Target::local : Target::crm)))
    conversion.value = between_date_and_time(plan, to, conversion.value, from, call.arena);
  return conversion;
}

namespace {

bool same_spelling(const Value& a, const Value& b) {
  if (a.kind != b.kind || a.flags != b.flags) return false;
  const bool is_text = a.is(Kind::string) || a.is(Kind::numeral) || a.is_raw();
  return is_text ? a.view() == b.view() : a.size == b.size && a.natural == b.natural;
}

}  // namespace

Conversion converted(const Plan& plan, const PlannedEntry& entry, Target target, const Value& value, Call& call) {
  const Conversion first = translated(plan, entry, target, value, rules_of(entry, target).on_unmapped, call);
  if (first.outcome != Conversion::Outcome::converted) return first;
  const Value whole = entry.whole_ids ? whole_salesforce_id(first.value, call.arena) : first.value;
  const Wire from = wire_of(plan, target == Target::crm ? Target::local : Target::crm);
  Conversion last = into_type(plan, entry, target, from, whole, call.arena);
  last.steps |= first.steps;
  if (!same_spelling(first.value, last.value) || (first.steps == 0 && !same_spelling(value, first.value)))
    last.steps |= Step::type;
  return last;
}

Conversion into_type(const Plan& plan, const PlannedEntry& entry, Target target, Wire from, const Value& value,
                     Arena& arena) {
  const Type type = type_of(entry, target);
  const SideFacts& facts = facts_of(entry, target);
  const Wire to = wire_of(plan, target);
  // The common case: a text of no certain type passes as it was written, escapes and all.
  Value wanted = value;
  if (type != Type::any || !value.is(Kind::string)) {
    wanted = typed(type, from, value, arena);
    if (wanted.is(Kind::error)) return failed(Conversion::Outcome::wrong_type, Code::REC002, type_name(type));
  }
  const Texts& allowed = facts.values;
  if (!allowed.empty()) {
    const bool known = wanted.is(Kind::list)     ? std::all_of(wanted.elements, wanted.elements + wanted.size,
                                                               [&](const Value& v) { return allowed.contains(v.view()); })
                       : wanted.is(Kind::string) ? allowed.contains(decoded_text(wanted, arena))
                                                 : true;
    if (!known) return failed(Conversion::Outcome::wrong_type, Code::REC007, type_name(type));
  }
  Conversion conversion;
  conversion.value = spelled(type, to, wanted, arena);
  if (conversion.value.is(Kind::error)) return failed(Conversion::Outcome::wrong_type, Code::REC002, "string");
  // HubSpot reads a leading ";" as "append to the multi-select" (properties API, "multiple checkboxes").
  if (to == Wire::hubspot && conversion.value.size > 0 && conversion.value.text[0] == ';') {
    return failed(Conversion::Outcome::wrong_type, Code::REC009, type_name(type));
  }
  // A text has no more units of UTF-16 than it has bytes, escaped or not.
  const std::uint32_t longest = facts.max_length;
  if (longest != 0 && conversion.value.is(Kind::string) && conversion.value.size > longest)
    within(entry, target, conversion, arena);
  return conversion;
}

}  // namespace crmsync::mapping
