#include "mapping/entry_types.h"

#include <string>
#include <utility>

#include "mapping/quarantine.h"
#include "mapping/typed.h"

namespace crmsync::mapping {
namespace {

/// The facts of a side's fields: alternatives that are read have a type only where they agree.
FieldFacts facts_of(const std::vector<FieldPath>& fields, const Catalog& catalog) {
  FieldFacts facts;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const FieldFacts one = fields[i].elements.empty() ? catalog.facts(fields[i].path) : FieldFacts{};
    if (i == 0)
      facts = one;
    else if (one.type != facts.type)
      facts.type = Type::any;
  }
  return facts;
}

/// A field that may be created but not updated is written once.
void limit_writes(const SideFacts& facts, DirectionRules& rules) {
  if (facts.is(Fact::createable) && !facts.is(Fact::updateable)) rules.write = Write::on_create;
}

std::string both_types(const Entry& entry) {
  std::string text = "`" + entry.local.front().text + "` is ";
  text.append(type_name(entry.local_type)).append(", `").append(entry.crm.front().text).append("` is ");
  text += type_name(entry.crm_type);
  return text;
}

/// What the file says of the CRM's field, and what the CRM says of it.
void check_stated_type(Reading& reading, Entry& entry, const FieldFacts& facts) {
  if (are_compatible(facts.imported_type, facts.type)) return;
  quarantine(reading, entry, entry.crm.front().range,
             {"`", entry.crm.front().text, "` is ", type_name(facts.type), " in this file, but ",
              type_name(facts.imported_type), " in the CRM's imported catalog"});
}

/// An untyped side holds what the typed side holds. A value map may lead from one type to another, except that a list
/// of values stays one.
void infer(const Entry& entry, Type from, Type& to) {
  // A format is there because one side holds a text, a lookup because the sides hold different things.
  if (entry.format || entry.to_crm.lookup || entry.from_crm.lookup) return;
  if (to == Type::any && (entry.value_map.empty() || from == Type::multi_enum)) to = from;
}

void check_pair(Reading& reading, Entry& entry) {
  if (!entry.value_map.empty() || entry.to_crm.lookup || entry.from_crm.lookup) return;
  const FieldPath& crm = entry.crm.front();
  if (!are_compatible(entry.local_type, entry.crm_type)) {
    if (entry.imported) {
      quarantine(reading, entry, crm.range, {"the two fields no longer fit: ", both_types(entry)});
    } else {
      reading.report(Code::MAP006, crm.range, entry.pointer, {"the two fields do not fit: ", both_types(entry)},
                     "correct the types under `catalog`, or convert with a formula in each direction");
    }
  }
}

/// Whether the field that an entry computes, or one of the two of a direct one, can be a text.
bool may_hold_text(const Entry& entry) {
  const auto may_be = [](Type type) { return type == Type::string || type == Type::any; };
  const bool local = !entry.local.empty() && may_be(entry.local_type),
             crm = !entry.crm.empty() && may_be(entry.crm_type);
  return local || crm;
}

}  // namespace

Diagnostic unknown_field(const Catalog& catalog, const Path& path, Range range, const Words& pointer) {
  Diagnostic diagnostic = make_diagnostic(
      Code::MAP015, {"the catalog, which is closed, does not know `", to_string(path), "`"}, range, pointer);
  diagnostic.severity = Severity::error;
  diagnostic.hint = "correct the name, or say its type under `catalog`";
  diagnostic.suggestion = catalog.near_miss(path);
  return diagnostic;
}

void report_unknown(Reading& reading, const std::vector<FieldPath>& fields, const Catalog& catalog,
                    const std::string& pointer) {
  for (const FieldPath& field : fields) {
    if (catalog.misses(field.path)) {
      reading.add(unknown_field(catalog, field.path, field.range, pointer));
    } else if (const std::string_view known = catalog.near_miss(field.path); !known.empty()) {
      reading
          .report(Code::MAP015, field.range, pointer,
                  {"the catalog does not know `", field.text, "`, but a field of nearly that name"},
                  "if the name is right, say its type under `catalog`")
          .suggestion = known;
    }
  }
}

void assign_types(Reading& reading, Entry& entry, const Catalog& local, const Catalog& crm) {
  const FieldFacts local_facts = facts_of(entry.local, local), crm_facts = facts_of(entry.crm, crm);
  entry.local_type = local_facts.type;
  entry.crm_type = crm_facts.type;
  entry.imported = crm_facts.imported_type != Type::any && crm_facts.imported_type == crm_facts.type;
  const bool suppression = entry.local_type == Type::suppression || entry.crm_type == Type::suppression;
  report_unknown(reading, entry.local, local, entry.pointer);
  if (crm.is_import()) {
    for (const FieldPath& field : entry.crm) {
      if (crm.misses(field.path))
        quarantine(reading, entry, field.range, lacking_message(field.text), crm.near_miss(field.path));
    }
    if (!entry.crm.empty()) check_stated_type(reading, entry, crm_facts);
  } else {
    report_unknown(reading, entry.crm, crm, entry.pointer);
  }
  entry.local_facts = local_facts;
  entry.crm_facts = crm_facts;
  limit_writes(entry.local_facts, entry.from_crm);
  limit_writes(entry.crm_facts, entry.to_crm);

  if (entry.kind != EntryKind::direct || entry.local.empty() || entry.crm.empty()) return;
  infer(entry, entry.local_type, entry.crm_type);
  infer(entry, entry.crm_type, entry.local_type);
  if (suppression && entry.value_map.empty() && are_compatible(entry.local_type, entry.crm_type))
    entry.local_type = entry.crm_type = Type::suppression;
}

void check_types(Reading& reading, Entry& entry) {
  const bool suppression = entry.local_type == Type::suppression || entry.crm_type == Type::suppression;
  if (entry.kind == EntryKind::direct) {
    if (!entry.local.empty() && !entry.crm.empty() && !entry.quarantined) check_pair(reading, entry);
  } else if (suppression) {
    reading.report(Code::MAP006, entry.name_range, entry.pointer,
                   {"`", entry.name, "` is a suppression field, which cannot be computed"},
                   "map it to the other side's suppression field; an opt-out is a person's own act");
  }
  if (entry.format && !may_hold_text(entry)) {
    reading.report(Code::MAP006, entry.format->range, {entry.pointer, "/format"},
                   "`format` says how a text spells a date, a time or a number, and no field here holds a text",
                   "remove it, or make the text's type string under `catalog`");
  }
  if (suppression && entry.conflict_range.begin.line != 0) {
    reading.report(Code::MAP014, entry.conflict_range, {entry.pointer, "/conflict"},
                   {"`", entry.name, "` is a suppression field: an opt-out always wins, so it has no `conflict`"},
                   "remove `conflict`");
  }
}

}  // namespace crmsync::mapping
