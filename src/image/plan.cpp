#include "image/plan.h"

#include <algorithm>

#include "image/configuration.h"
#include "image/program.h"
#include "json/number.h"
#include "json/options.h"
#include "json/writer.h"
#include "mapping/plan_completion.h"

namespace crmsync::image {
namespace {

using namespace mapping;
using expression::InputTable;
using expression::Zone;
using expression::Zones;

/// The time zones that something depends on, in the text in which calls hand them in.
void time_zones(Archive& archive, Zones& zones) {
  std::string text = R"({"zones":{)";
  for (const Zone& zone : zones) {
    if (!zone.used) continue;
    if (text.back() != '{') text += ',';
    json::append_string(text, zone.name);
    text += ":[";
    for (std::uint32_t i = 0; i < zone.size; ++i) {
      if (i > 0) text += ',';
      json::append_integer(text, zone.table[i]);
    }
    text += ']';
  }
  text += "}}";
  archive.text(text);
  if (!archive.reads()) return;
  Arena arena;
  Diagnostic problem;
  json::Options given(text, {"zones"}, arena, problem);
  archive.require(zones.read(given, "zones"));
  for (const Zone& zone : zones) zones.find(zone.name)->used = true;
}

void input_table(Archive& archive, InputTable& table) {
  std::vector<Path> paths = table.paths();
  archive.list(paths, [&](Path& path) { archive.input_path(path); });
  for (std::uint32_t slot = 0; archive.reads() && slot < paths.size(); ++slot)
    archive.require(table.intern(paths[slot]) == slot);
  archive.require(!paths.empty() && paths.front().segments.empty());
}

class Members {
 public:
  Members(Archive& archive, Plan& plan) : archive_(archive), plan_(plan) {}

  void plan() {
    Configuration& configuration = plan_.configuration;
    image::members(archive_, configuration);
    if (!plan_.zones) plan_.zones = std::make_unique<Zones>();
    time_zones(archive_, *plan_.zones);
    if (archive_.reads()) {
      expression::Issue issue;
      archive_.require(archive_.ok() && plan_.zones->set_local(configuration.timezone, issue));
    }
    input_table(archive_, plan_.local);
    input_table(archive_, plan_.crm);
    archive_.optional(plan_.filter_to_crm, [&](expression::Program& filter) { program(filter, plan_.local); });
    archive_.optional(plan_.filter_from_crm, [&](expression::Program& filter) { program(filter, plan_.crm); });
    archive_.list(configuration.entries, [&](Entry& config) { entry(config); });
    hash(plan_.hash, 32);
    archive_.require(archive_.at_end() || !archive_.reads());
    if (archive_.reads() && archive_.ok()) complete();
  }

 private:
  void program(expression::Program& program, InputTable& record) {
    image::program(archive_, program, plan_.zones.get(), record);
  }
  /// Decisions hold it as it is.
  void hash(std::string& hash, std::size_t size) {
    archive_.text(hash);
    archive_.require(hash.size() == size && hash.find_first_not_of("0123456789abcdef") == std::string::npos);
  }
  static std::uint32_t last_of(const InputTable& table) { return static_cast<std::uint32_t>(table.paths().size() - 1); }
  InputTable& source_of(const PlannedEntry& entry) const { return entry.to_crm ? plan_.local : plan_.crm; }

  void slots(std::vector<std::uint32_t>& slots, const InputTable& table) {
    archive_.list(slots, [&](std::uint32_t& slot) { archive_.number(slot, last_of(table)); });
  }

  /// The fields of a side are named by their slots.
  void fields(std::vector<FieldPath>& fields, std::vector<std::uint32_t>& slots, const InputTable& table) {
    this->slots(slots, table);
    if (archive_.reads()) fields.resize(slots.size());
    for (std::size_t i = 0; archive_.ok() && i < fields.size(); ++i) {
      if (archive_.reads()) fields[i].path = table.paths()[slots[i]];
      const std::vector<std::string>& segments = fields[i].path.segments;
      archive_.require(std::find(segments.begin(), segments.end(), Path::each) == segments.end());
      archive_.list(fields[i].elements, [&](ElementStep& step) {
        archive_.number(step.index);
        archive_.path(step.then);
      });
    }
  }

  void branch(Branch& branch, InputTable& table) {
    archive_.value(branch.literal);
    archive_.optional(branch.text, [&](expression::Program& text) { program(text, table); });
  }

  /// What a strategy that is an expression reads are parts of `local`, `crm` and `base`.
  void merge(PlannedEntry& entry) {
    std::vector<Path> paths = entry.merge_inputs.paths();
    archive_.list(paths, [&](Path& path) { archive_.input_path(path); });
    for (std::uint32_t slot = 0; archive_.reads() && slot < paths.size(); ++slot)
      archive_.require(entry.merge_inputs.intern(paths[slot]) == slot);
    archive_.optional(entry.merge, [&](expression::Program& merge) { program(merge, entry.merge_inputs); });
  }

  void splitter(Splitter& splitter, const WayBack& back) {
    archive_.texts(splitter.literals());
    InputTable text;
    text.intern({});
    archive_.list(splitter.patterns(),
                  [&](expression::Program& pattern) { image::program(archive_, pattern, nullptr, text); });
    archive_.require(splitter.literals().size() >= 2 && splitter.patterns().size() < splitter.literals().size() &&
                     back.index < splitter.literals().size() - 1);
  }

  void entry(Entry& config) {
    Arena& arena = *plan_.configuration.arena;
    image::members(archive_, config, arena);
    const std::vector<Entry>& all = plan_.configuration.entries;
    if (plan_.entries.empty()) plan_.entries.resize(all.size());
    const auto index = static_cast<std::size_t>(&config - all.data());
    PlannedEntry& entry = plan_.entries[index];
    archive_.flag(entry.to_crm);
    archive_.flag(entry.from_crm);
    archive_.flag(entry.quarantined);
    archive_.flag(entry.whole_ids);
    archive_.flag(entry.returns);
    archive_.choice(entry.strategy, Strategy::expression);
    merge(entry);
    archive_.size(entry.group);
    archive_.number(entry.part_of);
    fields(config.local, entry.local_slots, plan_.local);
    fields(config.crm, entry.crm_slots, plan_.crm);
    slots(entry.local_parents, plan_.local);
    slots(entry.crm_parents, plan_.crm);
    InputTable& source = source_of(entry);
    slots(entry.inputs, source);
    archive_.optional(entry.currency_slot, [&](std::uint32_t& slot) {
      archive_.number(slot, last_of(plan_.crm));
      if (archive_.reads() && archive_.ok()) config.currency_field.emplace().path = plan_.crm.paths()[slot];
    });
    archive_.optional(entry.formula, [&](expression::Program& formula) { program(formula, source); });
    // An aggregate says where in the file it fails.
    if (archive_.ok() && entry.formula && entry.formula->aggregate_count() > 0) {
      archive_.text(config.pointer);
      places(archive_, config.formula);
      places(archive_, config.where);
      places(archive_, config.order_by);
    }
    archive_.optional(entry.splitter, [&](Splitter& splitter) {
      archive_.require(config.back.has_value() && !entry.inputs.empty());
      if (archive_.ok()) this->splitter(splitter, *config.back);
    });
    archive_.list(entry.cases, [&](PlannedCase& one) {
      program(one.when, source);
      branch(one.value, source);
    });
    branch(entry.otherwise, source);
    archive_.optional(entry.if_unknown, [&](Branch& unknown) { branch(unknown, source); });
    archive_.value(entry.default_to_crm);
    archive_.value(entry.default_from_crm);
    hash(entry.hash, 16);
    archive_.number(entry.verbatim_to_crm);
    archive_.number(entry.verbatim_from_crm);
    if (archive_.reads()) require_sense(entry, config, index);
  }

  /// What running relies on, beyond what each member says alone.
  void require_sense(const PlannedEntry& entry, const Entry& config, std::size_t index) {
    const bool derived = config.kind != EntryKind::direct;
    const bool suppression = config.local_type == Type::suppression || config.crm_type == Type::suppression;
    const bool has_local = !entry.local_slots.empty(), has_crm = !entry.crm_slots.empty();
    const bool has_both = has_local && has_crm;
    archive_.require(entry.group == no_group || entry.group < plan_.configuration.conflict.groups.size());
    archive_.require(entry.to_crm || entry.from_crm);
    archive_.require((!entry.to_crm || has_crm) && (!entry.from_crm || has_local));
    archive_.require(!derived || !(entry.to_crm && entry.from_crm));
    archive_.require(!suppression || (has_both && !derived));
    archive_.require(!config.forward_only || has_both);
    archive_.require((!entry.verbatim_to_crm || (has_local && !derived)) &&
                     (!entry.verbatim_from_crm || (has_crm && !derived)));
    archive_.require(!entry.returns || (entry.to_crm && !makes_value(entry.strategy)));
    const bool decides = entry.to_crm && entry.from_crm && !derived && !suppression;
    archive_.require(entry.strategy != Strategy::expression || !decides || entry.merge.has_value());
    archive_.require(entry.group == no_group || !decides || !reads_values(entry.strategy));
    if (entry.part_of == no_entry) return;
    archive_.require(entry.part_of < index && plan_.entries[entry.part_of].returns && !entry.to_crm && has_local);
  }

  /// Once all entries have their places in memory.
  void complete() {
    const std::vector<Entry>& entries = plan_.configuration.entries;
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
      PlannedEntry& entry = plan_.entries[i];
      begin_entry(entry, entries[i], i);
      for_each_output(plan_, entry, [&](OutputTree& tree, const std::vector<FieldPath>& fields, std::string_view) {
        archive_.require(fields.empty() || tree.add(fields.front().path, i));
      });
    }
    shape_records(plan_);
  }

  Archive& archive_;
  Plan& plan_;
};

}  // namespace

void members(Archive& archive, Plan& plan) {
  Members(archive, plan).plan();
}

}  // namespace crmsync::image
