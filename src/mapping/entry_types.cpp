#include "mapping/entry_types.h"

#include <string>
#include <utility>

namespace crmsync::mapping {
namespace {

/// The facts of a side's fields: alternatives that are read have a type only where they agree.
FieldFacts facts_of(const std::vector<FieldPath>& fields, const Catalog& catalog) {
  FieldFacts facts;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    FieldFacts one = catalog.facts(fields[i].path);
    if (i == 0)
      facts = std::move(one);
    else if (one.type != facts.type)
      facts.type = Type::any;
  }
  return facts;
}

void report_near_misses(Reading& reading, const std::vector<FieldPath>& fields, const Catalog& catalog,
                        const std::string& pointer) {
  for (const FieldPath& field : fields) {
    const std::string_view known = catalog.near_miss(field.path);
    if (known.empty()) continue;
    Diagnostic& diagnostic =
        reading.report(Code::MAP015, field.range, pointer,
                       {"the catalog does not know `", field.text, "`, but a field of nearly that name"},
                       "if the name is right, say its type under `catalog`");
    diagnostic.suggestion = known;
  }
}

/// An untyped side holds what the typed side holds. A value map may lead from one type to another, except that a list
/// of values stays one.
void infer(const Entry& entry, Type from, Type& to) {
  // A format is there because one side holds a text, a lookup because the sides hold different things.
  if (entry.format || entry.to_crm.lookup || entry.from_crm.lookup) return;
  if (to == Type::any && (entry.value_map.empty() || from == Type::multi_enum)) to = from;
}

void check_pair(Reading& reading, const Entry& entry) {
  if (!entry.value_map.empty() || entry.to_crm.lookup || entry.from_crm.lookup) return;
  const FieldPath& local = entry.local.front();
  const FieldPath& crm = entry.crm.front();
  const std::string both = "`" + local.text + "` is " + std::string(spelled_type(entry.local_type)) + ", `" + crm.text +
                           "` is " + std::string(spelled_type(entry.crm_type));
  if (!are_compatible(entry.local_type, entry.crm_type)) {
    reading.report(Code::MAP006, crm.range, entry.pointer, {"the two fields do not fit: ", both},
                   "correct the types under `catalog`, or convert with a formula in each direction");
    return;
  }
}

}  // namespace

void assign_types(Reading& reading, Entry& entry, const Catalog& local, const Catalog& crm) {
  FieldFacts local_facts = facts_of(entry.local, local), crm_facts = facts_of(entry.crm, crm);
  entry.local_type = local_facts.type;
  entry.crm_type = crm_facts.type;
  entry.local_values = std::move(local_facts.values);
  entry.crm_values = std::move(crm_facts.values);
  entry.local_updateable = local_facts.updateable;
  entry.crm_updateable = crm_facts.updateable;
  report_near_misses(reading, entry.local, local, entry.pointer);
  report_near_misses(reading, entry.crm, crm, entry.pointer);

  if (entry.kind != EntryKind::direct || entry.local.empty() || entry.crm.empty()) return;
  infer(entry, entry.local_type, entry.crm_type);
  infer(entry, entry.crm_type, entry.local_type);
  const bool suppression = entry.local_type == Type::suppression || entry.crm_type == Type::suppression;
  if (suppression && entry.value_map.empty() && are_compatible(entry.local_type, entry.crm_type))
    entry.local_type = entry.crm_type = Type::suppression;
}

void check_types(Reading& reading, const Entry& entry) {
  const bool suppression = entry.local_type == Type::suppression || entry.crm_type == Type::suppression;
  if (entry.kind == EntryKind::direct) {
    if (!entry.local.empty() && !entry.crm.empty()) check_pair(reading, entry);
  } else if (suppression) {
    reading.report(Code::MAP006, entry.name_range, entry.pointer,
                   {"`", entry.name, "` is a suppression field, which cannot be computed"},
                   "map it to the other side's suppression field; an opt-out is a person's own act");
  }
  if (suppression && entry.conflict_range.begin.line != 0) {
    reading.report(Code::MAP014, entry.conflict_range, {entry.pointer, "/conflict"},
                   {"`", entry.name, "` is a suppression field: an opt-out always wins, so it has no `conflict`"},
                   "remove `conflict`");
  }
}

}  // namespace crmsync::mapping
