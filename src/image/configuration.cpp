#include "image/configuration.h"

#include "mapping/text_format.h"

namespace crmsync::image {
namespace {

using namespace mapping;

void members(Archive& archive, Position& position) {
  archive.number(position.line);
  archive.number(position.column);
}

void members(Archive& archive, ValuePair& pair) {
  archive.value(pair.local);
  archive.list(pair.crm, [&](Value& value) { archive.value(value); });
}

void members(Archive& archive, std::vector<ValuePair>& pairs) {
  archive.list(pairs, [&](ValuePair& pair) { members(archive, pair); });
}

void members(Archive& archive, Lookup& lookup) {
  archive.text(lookup.object);
  archive.text(lookup.by);
  archive.choice(lookup.on_missing, OnMissing::use_default);
}

void members(Archive& archive, Format& format) {
  archive.text(format.pattern);
  archive.number(format.decimals, 18);
  archive.byte(reinterpret_cast<std::uint8_t&>(format.thousands), 127);
  archive.require(pattern_mistake(format.pattern) == std::string_view::npos);
}

void members(Archive& archive, DirectionRules& rules) {
  archive.list(rules.normalize, [&](Normalizer& each) { archive.choice(each, Normalizer::domain_ascii); });
  archive.text(rules.phone_region);
  archive.optional(rules.lookup, [&](Lookup& lookup) { members(archive, lookup); });
  archive.optional(rules.value_map, [&](std::vector<ValuePair>& pairs) { members(archive, pairs); });
  archive.flag(rules.required_on_create);
  archive.flag(rules.required_on_update);
  archive.choice(rules.write, Write::if_blank);
  archive.choice(rules.write_at_most, WriteAtMost::daily);
  archive.choice(rules.on_absent, OnAbsent::error);
  archive.choice(rules.on_null, OnNull::error);
  archive.choice(rules.on_absent_create, OnAbsent::error);
  archive.choice(rules.on_null_create, OnNull::error);
  archive.choice(rules.on_blank, OnBlank::keep);
  archive.choice(rules.on_error, OnError::fail_record);
  archive.choice(rules.on_unmapped, OnUnmapped::use_default);
  archive.choice(rules.on_too_long, OnTooLong::truncate);
}

void members(Archive& archive, Texts& texts, Arena& arena) {
  std::size_t count = texts.count;
  archive.count(count);
  auto* const all = archive.reads() ? arena.array<std::string_view>(count) : const_cast<std::string_view*>(texts.first);
  for (std::size_t i = 0; i < count && archive.ok(); ++i) archive.text(all[i]);
  texts = {all, static_cast<std::uint32_t>(count)};
}

void members(Archive& archive, SideFacts& facts, Arena& arena) {
  members(archive, facts.values, arena);
  archive.number(facts.max_length);
  archive.byte(facts.facts.said, 31);
  archive.byte(facts.facts.holds, 31);
}

void members(Archive& archive, FieldPath& field) {
  archive.path(field.path);
}

/// Which strategy each entry has stands with the entry.
void members(Archive& archive, ConflictRules& rules) {
  archive.list(rules.groups, [&](std::vector<FieldPath>& group) {
    archive.list(group, [&](FieldPath& field) { members(archive, field); });
  });
  archive.choice(rules.tie, Tie::manual);
  archive.wide(reinterpret_cast<std::uint64_t&>(rules.skew_nanoseconds), INT64_MAX);
  archive.choice(rules.evidence, Evidence::certain);
  archive.choice(rules.first_contact, FirstContact::fill_blanks_only);
  archive.choice(rules.on_crm_delete, OnDelete::recreate);
  archive.choice(rules.on_local_delete, OnDelete::recreate);
  archive.choice(rules.drift, Drift::leave);
}

}  // namespace

void places(Archive& archive, SourceText& text) {
  members(archive, text.range.begin);
  members(archive, text.range.end);
  members(archive, text.begin);
  if (text.begin.line != 0) {
    archive.text(text.text);  // whose length bounds what follows from `begin`
  } else {
    archive.list(text.positions, [&](Position& position) { members(archive, position); });
  }
}

void members(Archive& archive, Entry& entry, Arena& arena) {
  archive.text(entry.name);
  archive.choice(entry.kind, EntryKind::aggregation);
  members(archive, entry.value_map);
  archive.texts(entry.order);
  archive.flag(entry.forward_only);
  archive.optional(entry.format, [&](Format& format) { members(archive, format); });
  archive.flag(entry.reversal.lossy);
  archive.text(entry.reversal.loss);
  archive.text(entry.part_of);
  archive.optional(entry.back, [&](WayBack& back) { archive.size(back.index); });
  members(archive, entry.to_crm);
  members(archive, entry.from_crm);
  archive.optional(entry.drift, [&](Drift& drift) { archive.choice(drift, Drift::leave); });
  archive.choice(entry.local_type, Type::reference);
  archive.choice(entry.crm_type, Type::reference);
  members(archive, entry.local_facts, arena);
  members(archive, entry.crm_facts, arena);
}

void members(Archive& archive, Configuration& configuration) {
  archive.text(configuration.name);
  archive.text(configuration.crm);
  archive.text(configuration.timezone);
  archive.choice(configuration.wire, Wire::salesforce);
  archive.choice(configuration.direction, Direction::bidirectional);
  archive.flag(configuration.create_crm);
  archive.flag(configuration.create_local);
  members(archive, configuration.conflict);
  archive.wide(configuration.limits.cost, Limits{}.cost);
  archive.wide(configuration.limits.output_bytes, Limits{}.output_bytes);
}

}  // namespace crmsync::image
