#include "mapping/entry_hash.h"

#include "json/number.h"
#include "json/writer.h"
#include "mapping/hash.h"

namespace crmsync::mapping {
namespace {

/// Collects what decides, each part closed by a sign that no part can fake, since all texts are JSON strings.
class Digest {
 public:
  Digest& number(std::uint64_t value) {
    if (value < 10) {  // most are choices
      const char digit[] = {static_cast<char>('0' + value), ','};
      text_.append(digit, 2);
      return *this;
    }
    json::append_unsigned(text_, value);
    text_ += ',';
    return *this;
  }
  Digest& text(std::string_view value) {
    json::append_string(text_, value);
    text_ += ',';
    return *this;
  }
  Digest& value(const Value& value) {
    if (!value.is_absent()) json::append_value(text_, value);
    text_ += ',';
    return *this;
  }
  Digest& paths(const std::vector<FieldPath>& paths) {
    for (const FieldPath& path : paths) text(path.spelled());
    return number(paths.size());
  }
  Digest& literal(const std::optional<Literal>& literal) { return value(literal ? literal->value : Value{}); }
  template <class Enumeration>
  Digest& choice(Enumeration value) {
    return number(static_cast<std::uint64_t>(value));
  }
  std::string_view view() const { return text_; }
  Digest from(std::size_t start) const {
    Digest rest;
    rest.text_ = text_.substr(start);
    return rest;
  }

 private:
  std::string text_;
};

void add_pairs(Digest& digest, const std::vector<ValuePair>& pairs) {
  for (const ValuePair& pair : pairs) {
    digest.value(pair.local);
    for (const Value& crm : pair.crm) digest.value(crm);
    digest.number(pair.crm.size());
  }
}

void add_mapping(Digest& digest, const Entry& entry) {
  digest.choice(entry.kind).paths(entry.local).paths(entry.crm);
  digest.text(entry.formula.text).text(entry.where.text).text(entry.over ? to_string(entry.over->path) : "");
  const auto branch = [&](const BranchText& value) { digest.value(value.literal.value).text(value.text.text); };
  for (const Case& one : entry.cases) {
    digest.text(one.when.text);
    branch(one.value);
  }
  digest.number(entry.cases.size());
  branch(entry.otherwise);
  if (entry.if_unknown) branch(*entry.if_unknown);
  add_pairs(digest, entry.value_map);
  for (const DirectionRules* rules : {&entry.to_crm, &entry.from_crm}) {
    for (const Normalizer normalizer : rules->normalize) digest.choice(normalizer);
    digest.number(rules->normalize.size());
    digest.text(rules->phone_region);
    if (rules->lookup) digest.text("lookup").text(rules->lookup->object).text(rules->lookup->by);
    if (rules->value_map) add_pairs(digest.text("value_map"), *rules->value_map);
  }
  if (entry.format)
    digest.text("format")
        .text(entry.format->pattern)
        .number(entry.format->decimals)
        .text({&entry.format->thousands, 1});
  if (entry.returns) digest.text("returns");
  if (!entry.part_of.empty()) digest.text("part").text(entry.part_of);
  if (entry.back) digest.number(entry.back->index).text(to_string(entry.back->from.path));
  if (entry.currency_field) digest.text("currency").text(to_string(entry.currency_field->path));
  digest.choice(entry.local_type).choice(entry.crm_type);
  if (!entry.order_by.text.empty()) digest.text("order_by").text(entry.order_by.text);
}

/// The word alone, unless there is more to it.
void add_choice(Digest& digest, const StrategyChoice& choice) {
  if (choice.strategy == Strategy::expression) digest.text(choice.expression.text);
}

void add_rules(Digest& digest, const Entry& entry, const ConflictRules& conflict) {
  digest.text(entry.name).choice(entry.direction).choice(entry.drift.value_or(conflict.drift));
  for (const std::string& stage : entry.order) digest.text(stage);
  digest.number(entry.forward_only);
  digest.number(entry.conflict ? 1 + static_cast<std::uint64_t>(entry.conflict->strategy) : 0);
  add_choice(digest, field_level(entry, conflict));
  for (const DirectionRules* rules : {&entry.to_crm, &entry.from_crm}) {
    digest.literal(rules->default_value).number(rules->required_on_create).number(rules->required_on_update);
    digest.choice(rules->write).choice(rules->write_at_most);
    if (rules->lookup) digest.choice(rules->lookup->on_missing);
    digest.choice(rules->on_absent).choice(rules->on_null);
    digest.choice(rules->on_absent_create).choice(rules->on_null_create);
    digest.choice(rules->on_blank).choice(rules->on_error).choice(rules->on_unmapped);
    digest.choice(rules->on_too_long);
  }
  for (const SideFacts* facts : {&entry.local_facts, &entry.crm_facts}) {
    for (const std::string_view value : facts->values) digest.text(value);
    digest.number(facts->max_length).number(facts->facts.said).number(facts->facts.holds);
  }
}

void add_zone(Digest& digest, const expression::Zone& zone) {
  digest.text(zone.name).number(zone.size);
  for (std::uint32_t i = 0; i < zone.size; ++i) digest.number(static_cast<std::uint64_t>(zone.table[i]));
}

/// The fields of one side that a program reads as numbers and booleans because the catalog says so.
std::string read_types(const Plan& plan, bool of_local, const std::vector<std::uint32_t>& slots) {
  const Configuration& configuration = plan.configuration;
  const expression::FieldTypes* types = (of_local ? configuration.local_types : configuration.crm_types).get();
  const std::vector<Path>& paths = (of_local ? plan.local : plan.crm).paths();
  std::string text;
  for (std::size_t i = 0; types && i < slots.size(); ++i) {
    const Kind type = types->type_of(paths[slots[i]]);
    // The others are read as they are.
    if (!expression::is_converted(type)) continue;
    text += to_string(paths[slots[i]]);
    text += type == Kind::number ? " number," : type == Kind::boolean ? " boolean," : " datetime,";
  }
  return text;
}

}  // namespace

void add_hashes(Plan& plan) {
  const Configuration& configuration = plan.configuration;
  Digest digest;
  digest.text(configuration.crm).text(configuration.object);
  if (plan.zones->local().size != 0) add_zone(digest, plan.zones->local());
  for (const expression::Zone& zone : *plan.zones) {
    if (zone.used) add_zone(digest, zone);
  }
  digest.choice(configuration.wire).choice(configuration.direction);
  digest.text(configuration.filter_to_crm.text).text(configuration.filter_from_crm.text);
  digest.number(configuration.create_crm).number(configuration.create_local);
  for (const Identity& identity : configuration.identity) {
    digest.paths(identity.local).paths(identity.crm);
    for (const Normalizer normalizer : identity.normalize) digest.choice(normalizer);
    digest.text(identity.phone_region);
  }
  const ConflictRules& conflict = configuration.conflict;
  digest.number(conflict.everywhere ? 1 + static_cast<std::uint64_t>(conflict.everywhere->strategy) : 0);
  for (const StrategyRule& rule : conflict.fields) digest.text(to_string(rule.field.path)).choice(rule.choice.strategy);
  for (const std::vector<FieldPath>& group : conflict.groups) digest.text("group").paths(group);
  digest.choice(conflict.fallback.strategy).choice(conflict.tie);
  digest.number(static_cast<std::uint64_t>(conflict.skew_nanoseconds)).choice(conflict.first_contact);
  if (conflict.evidence == Evidence::certain) digest.text("certain");
  if (conflict.on_crm_delete != OnDelete::unlink || conflict.on_local_delete != OnDelete::unlink)
    digest.text("deletes").choice(conflict.on_crm_delete).choice(conflict.on_local_delete);
  digest.number(configuration.limits.cost).number(configuration.limits.output_bytes);
  std::string types;
  if (plan.filter_to_crm) types += read_types(plan, true, plan.filter_to_crm->reads());
  if (plan.filter_from_crm) types += read_types(plan, false, plan.filter_from_crm->reads());
  for (PlannedEntry& entry : plan.entries) {
    const std::size_t before = digest.view().size();
    add_mapping(digest, *entry.config);
    const std::string read = read_types(plan, entry.to_crm, entry.inputs) + entry.row_types;
    if (read.empty()) {
      entry.hash = short_hash(digest.view().substr(before));
    } else {
      Digest own = digest.from(before);
      entry.hash = short_hash(own.text(read).view());
    }
    add_rules(digest, *entry.config, conflict);
    digest.number(entry.quarantined);
    types += read;
  }
  if (!types.empty()) digest.text(types);
  plan.hash = long_hash(digest.view());
}

}  // namespace crmsync::mapping
