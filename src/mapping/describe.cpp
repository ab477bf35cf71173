#include "mapping/describe.h"

#include "json/writer.h"
#include "mapping/normalize.h"
#include "mapping/trace.h"
#include "mapping/typed.h"

namespace crmsync::mapping {
namespace {

std::string_view direction_name(const PlannedEntry& entry) {
  if (entry.bidirectional() || entry.returns) return "bidirectional";
  return entry.to_crm ? "to_crm" : "from_crm";
}

void append_field(std::string& out, std::string_view key, const std::vector<FieldPath>& paths) {
  out += key;
  if (paths.empty()) {
    out += "null";
  } else {
    json::append_string(out, paths.front().spelled());
  }
}

void append_reads(std::string& out, const Plan& plan, const PlannedEntry& entry) {
  const expression::InputTable& table = entry.to_crm ? plan.local : plan.crm;
  const std::vector<std::uint32_t>& slots = entry.derived  ? entry.inputs
                                            : entry.to_crm ? entry.local_slots
                                                           : entry.crm_slots;
  out += ",\"reads\":[";
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (i != 0) out += ',';
    json::append_string(out, to_string(table.paths()[slots[i]]));
  }
  out += ']';
}

void append_verdict(std::string& out, const PlannedEntry& entry) {
  const Reversal& reversal = entry.config->reversal;
  const bool goes_both_ways = entry.bidirectional() || entry.returns;
  out += ",\"verdict\":";
  json::append_string(out, !goes_both_ways ? "one_way" : reversal.lossy ? "lossy" : "lossless");
  if (!goes_both_ways || !reversal.lossy) return;
  out += ",\"loss\":";
  json::append_string(out, reversal.loss);
}

}  // namespace

void append_host_normalizers(const Plan& plan, std::string& out) {
  std::uint32_t seen = 0;
  out += '[';
  for (const PlannedEntry& entry : plan.entries) {
    for (const DirectionRules* const rules : {&entry.config->to_crm, &entry.config->from_crm}) {
      for (const Normalizer normalizer : rules->normalize) {
        const std::uint32_t bit = 1U << static_cast<unsigned>(normalizer);
        if (!is_of_host(normalizer) || (seen & bit)) continue;
        if (seen) out += ',';
        seen |= bit;
        json::append_string(out, spelled_normalizer(normalizer));
      }
    }
  }
  out += ']';
}

void describe(const Plan& plan, std::string& out) {
  out += '[';
  for (const PlannedEntry& entry : plan.entries) {
    const Entry& config = *entry.config;
    out += entry.index == 0 ? "{\"id\":" : ",{\"id\":";
    json::append_string(out, config.name);
    out += ",\"kind\":";
    json::append_string(out, kind_name(config.kind));
    out += ",\"direction\":";
    json::append_string(out, direction_name(entry));
    append_field(out, ",\"local_field\":", config.local);
    append_field(out, ",\"crm_field\":", config.crm);
    out += ",\"local_type\":";
    json::append_string(out, type_name(config.local_type));
    out += ",\"crm_type\":";
    json::append_string(out, type_name(config.crm_type));
    append_verdict(out, entry);
    if (!config.part_of.empty()) {
      out += ",\"part_of\":";
      json::append_string(out, config.part_of);
    }
    if (config.currency_field) append_field(out, ",\"currency_field\":", {*config.currency_field});
    append_reads(out, plan, entry);
    if (entry.quarantined) out += ",\"quarantined\":true";
    out += '}';
  }
  out += ']';
}

}  // namespace crmsync::mapping
