#include "mapping/plan.h"

#include <algorithm>
#include <functional>

#include "json/sort.h"
#include "mapping/catalog.h"
#include "mapping/entry_hash.h"
#include "mapping/entry_types.h"
#include "mapping/field.h"
#include "mapping/nullable_input.h"
#include "mapping/plan_completion.h"
#include "mapping/quarantine.h"
#include "mapping/text.h"
#include "mapping/typed.h"

namespace crmsync::mapping {
namespace {

using expression::Program;

class Planner {
 public:
  Planner(Plan& plan, Diagnostics& diagnostics) : plan_(plan), diagnostics_(diagnostics) {}

  void run() {
    set_timezone();
    plan_.local.intern({});
    plan_.crm.intern({});
    const std::vector<Entry>& entries = plan_.configuration.entries;
    plan_.entries.resize(entries.size());
    for (std::uint32_t i = 0; i < entries.size(); ++i) plan_entry(plan_.entries[i], entries[i], i);
    plan_filters();
    shape_records(plan_);
    add_hashes(plan_);
  }

 private:
  void set_timezone() {
    const Configuration& configuration = plan_.configuration;
    expression::Issue issue;
    if (plan_.zones->set_local(configuration.timezone, issue)) return;
    report(issue, configuration.timezone_range, "/timezone");
  }

  void report(const expression::Issue& issue, Range range, const std::string& pointer) {
    Diagnostic diagnostic = make_diagnostic(issue.code, issue.message, range, pointer);
    diagnostic.hint = issue.hint;
    diagnostic.suggestion = issue.suggestion;
    if (issue.is_warning) diagnostic.severity = Severity::warning;
    note_zone(issue, diagnostic);
    diagnostics_.push_back(std::move(diagnostic));
  }

  void plan_entry(PlannedEntry& entry, const Entry& config, std::uint32_t index) {
    begin_entry(entry, config, index);
    entry.quarantined = config.quarantined;
    // An external key is unique, and of whoever made it.
    entry.whole_ids = plan_.configuration.wire == Wire::salesforce && !config.crm_facts.is(Fact::unique) &&
                      !config.local_facts.is(Fact::unique) &&
                      (config.crm_type == Type::id || config.crm_type == Type::reference);
    entry.group = group_of(config);
    // An opt-out travels both ways whatever the direction.
    entry.to_crm = config.direction != Direction::from_crm || entry.suppression;
    entry.from_crm = config.direction != Direction::to_crm || entry.suppression;
    if (entry.suppression) check_suppression(config);
    for (const FieldPath& path : config.local) entry.local_slots.push_back(plan_.local.intern(path.path));
    for (const FieldPath& path : config.crm) entry.crm_slots.push_back(plan_.crm.intern(path.path));
    if (!entry.derived && config.local.size() == 1) intern_parents(plan_.local, config.local, entry.local_parents);
    if (!entry.derived && config.crm.size() == 1) intern_parents(plan_.crm, config.crm, entry.crm_parents);
    if (config.currency_field) entry.currency_slot = plan_.crm.intern(config.currency_field->path);
    if (config.back) {
      plan_way_back(entry, config);
    } else if (entry.derived) {
      plan_expressions(entry, config);
    }
    find_whole(entry, config);
    plan_strategy(entry, config);
    entry.default_to_crm = spelled_default(entry, config.to_crm, true);
    entry.default_from_crm = spelled_default(entry, config.from_crm, false);
    for_each_output(plan_, entry, [&](OutputTree& tree, const std::vector<FieldPath>& paths, std::string_view what) {
      add_output(tree, what, config, paths, index);
    });
    if (entry.to_crm) entry.verbatim_to_crm = verbatim(entry, Target::crm);
    if (entry.from_crm) entry.verbatim_from_crm = verbatim(entry, Target::local);
  }

  /// What `local`, `crm` and `base` are: all the same field.
  struct OneType : expression::FieldTypes {
    explicit OneType(Type type) : kind(kind_of(type)) {}
    Kind type_of(const Path& path) const override { return path.segments.size() == 1 ? kind : Kind::absent; }
    Kind kind;
  };

  void plan_strategy(PlannedEntry& entry, const Entry& config) {
    const StrategyChoice& choice = field_level(config, plan_.configuration.conflict);
    entry.strategy = choice.strategy;
    if (choice.strategy != Strategy::expression || entry.derived || entry.suppression || !entry.bidirectional()) return;
    const OneType types(config.local_type);
    const std::vector<std::string> names{"local", "crm", "base"};
    expression::Scope scope;
    scope.record = &entry.merge_inputs;
    scope.closed_names = &names;
    scope.zones = plan_.zones.get();
    scope.types = &types;
    const std::size_t before = diagnostics_.size();
    entry.merge = compile(choice.expression, scope, config.pointer, nullptr);
    // One expression for many fields: a mistake is told once.
    for (std::size_t i = before; i < diagnostics_.size();) {
      const bool told = std::any_of(diagnostics_.begin(), diagnostics_.begin() + before, [&](const Diagnostic& other) {
        return other.code == diagnostics_[i].code && other.range == diagnostics_[i].range;
      });
      told ? void(diagnostics_.erase(diagnostics_.begin() + i)) : void(++i);
    }
  }

  static void intern_parents(expression::InputTable& table, const std::vector<FieldPath>& fields,
                             std::vector<std::uint32_t>& parents) {
    Path parent = fields.front().path;
    for (parent.segments.pop_back(); !parent.segments.empty(); parent.segments.pop_back())
      parents.push_back(table.intern(parent));
  }

  /// How long a text may be that is written as it is read, of most fields any.
  static std::uint32_t verbatim(const PlannedEntry& entry, Target target) {
    const Entry& config = *entry.config;
    const Target source = target == Target::crm ? Target::local : Target::crm;
    const std::vector<FieldPath>& fields = source == Target::crm ? config.crm : config.local;
    const DirectionRules& rules = rules_of(entry, target);
    const SideFacts& facts = facts_of(entry, target);
    const auto is_text = [](Type type) {
      return type == Type::any || type == Type::string || type == Type::email || type == Type::phone ||
             type == Type::url || type == Type::enumeration;
    };
    const bool plain = fields.size() == 1 && fields.front().elements.empty() && rules.normalize.empty() &&
                       !rules.lookup && entry.values.empty() && !config.format && facts.values.empty();
    if (entry.derived || entry.suppression || entry.whole_ids || !plain || !is_text(type_of(entry, target)) ||
        !is_text(type_of(entry, source)))
      return 0;
    return facts.max_length == 0 ? UINT32_MAX : facts.max_length;
  }

  void plan_way_back(PlannedEntry& entry, const Entry& config) {
    std::vector<expression::Issue> issues;
    entry.splitter.emplace(config.back->split, issues);
    entry.inputs = {plan_.crm.intern(config.back->from.path)};
    for (const expression::Issue& issue : issues) report(issue, config.formula.range, config.pointer);
  }

  /// The entry that this one is a part of stands before it.
  void find_whole(PlannedEntry& entry, const Entry& config) {
    if (config.part_of.empty()) return;
    for (std::uint32_t i = entry.index; i-- > 0;) {
      PlannedEntry& whole = plan_.entries[i];
      if (whole.config->name != config.part_of || !whole.config->returns) continue;
      entry.part_of = i;
      whole.returns = true;
      return;
    }
  }

  std::size_t group_of(const Entry& config) const {
    const std::vector<std::vector<FieldPath>>& groups = plan_.configuration.conflict.groups;
    for (std::size_t group = 0; group < groups.size(); ++group) {
      for (const FieldPath& field : groups[group]) {
        if (!config.local.empty() && covers(field.path, config.local.front().path)) return group;
      }
    }
    return no_group;
  }

  void plan_expressions(PlannedEntry& entry, const Entry& config) {
    expression::Scope scope;
    scope.record = entry.to_crm ? &plan_.local : &plan_.crm;
    scope.zones = plan_.zones.get();
    scope.types = (entry.to_crm ? plan_.configuration.local_types : plan_.configuration.crm_types).get();
    if (config.over) scope.over = config.over->path;
    scope.where = config.where.text;
    scope.order_by = config.order_by.text;
    if (config.kind == EntryKind::conditional) {
      for (const Case& one : config.cases) {
        scope.is_condition = true;
        std::optional<Program> when = compile(one.when, scope, config);
        scope.is_condition = false;
        Branch value = plan_branch(entry, one.value, scope, config);
        if (when) entry.cases.push_back({std::move(*when), std::move(value)});
      }
      entry.otherwise = plan_branch(entry, config.otherwise, scope, config);
      if (config.if_unknown) entry.if_unknown = plan_branch(entry, *config.if_unknown, scope, config);
    } else if (config.formula.range.begin.line != 0) {  // else its absence is reported
      entry.formula = compile(config.formula, scope, config);
    }
    const auto reads_of = [&](const Program& program) {
      entry.inputs.insert(entry.inputs.end(), program.reads().begin(), program.reads().end());
      entry.row_types += program.row_types();
    };
    const auto reads = [&](const std::optional<Program>& program) {
      if (program) reads_of(*program);
    };
    reads(entry.formula);
    for (const PlannedCase& one : entry.cases) {
      reads_of(one.when);
      reads(one.value.text);
    }
    reads(entry.otherwise.text);
    if (entry.if_unknown) reads(entry.if_unknown->text);
    sort_items(entry.inputs, 0, std::less<>());
    entry.inputs.erase(std::unique(entry.inputs.begin(), entry.inputs.end()), entry.inputs.end());
    check_inputs(entry, config);
    check_unknown(entry, config);
  }

  Branch plan_branch(PlannedEntry& entry, const BranchText& text, const expression::Scope& scope, const Entry& config) {
    Branch branch;
    const Value& literal = text.literal.value;
    branch.literal = literal.is_absent() ? Value::null() : literal;
    if (!text.text.text.empty()) branch.text = compile(text.text, scope, config);
    check_literal(entry, text.literal);
    return branch;
  }

  std::optional<Program> compile(const SourceText& source, const expression::Scope& scope, const Entry& config) {
    return compile(source, scope, config.pointer, &config);
  }

  std::optional<Program> compile(const SourceText& source, const expression::Scope& scope, const std::string& pointer,
                                 const Entry* config) {
    std::vector<expression::Issue> issues;
    std::optional<Program> program = expression::is_template(source.text)
                                         ? expression::compile_template(source.text, scope, issues)
                                         : expression::compile_expression(source.text, scope, issues);
    for (const expression::Issue& issue : issues) {
      const SourceText& text = config ? config->text_of(issue.origin, source) : source;
      report(issue, text.at(issue.offset, issue.length), pointer);
    }
    return program;
  }

  /// A condition that is null counts as false, which is not what its author meant to say.
  void check_unknown(const PlannedEntry& entry, const Entry& config) {
    if (config.if_unknown || entry.cases.size() != config.cases.size()) return;
    const expression::InputTable& table = entry.to_crm ? plan_.local : plan_.crm;
    for (std::size_t i = 0; i < entry.cases.size(); ++i) {
      const std::string input = nullable_input(entry.cases[i].when, table, catalog_of(entry.to_crm),
                                               plan_.configuration.limits.cost, *plan_.configuration.arena);
      if (input.empty()) continue;
      report(Code::MAP019, {"this condition is null where `", input, "` is empty, and then counts as false"},
             config.cases[i].when.range, config);
      diagnostics_.back().hint =
          "say what to write then: `value_if_unknown`; or ask first: " + input + " != null && ...";
      return;
    }
  }

  /// A literal that its own field could never hold is a mistake in the file, not in a record.
  void check_literal(PlannedEntry& entry, const Literal& literal) {
    if (!literal.value.is_nothing()) check_fits(entry, literal, entry.to_crm);
  }

  bool check_fits(PlannedEntry& entry, const Literal& literal, bool to_crm) {
    const Entry& config = *entry.config;
    const Type type = to_crm ? config.crm_type : config.local_type;
    const SideFacts& facts = to_crm ? config.crm_facts : config.local_facts;
    const bool imported = to_crm && config.imported;
    const Value value = typed(type, Wire::json, literal.value, *plan_.configuration.arena);
    if (value.is(Kind::error)) {
      if (imported)
        quarantine(entry, {"this value no longer fits the field's type, ", type_name(type)}, literal.range);
      else
        report(Code::MAP018, {"this value does not fit the field's type, ", type_name(type)}, literal.range, config);
      return false;
    }
    if (!value.is(Kind::string)) return true;
    const std::string_view text = value.view();
    const bool cut = (to_crm ? config.to_crm : config.from_crm).on_too_long == OnTooLong::truncate;
    if (facts.max_length != 0 && !cut && first_units(text, facts.max_length).size() < text.size()) {
      report(Code::MAP018,
             {"this text is longer than the field, which holds ", std::to_string(facts.max_length), " characters"},
             literal.range, config);
    } else if (!facts.values.empty() && !facts.values.contains(text)) {
      report(Code::MAP018, {"\"", text, "\" is not one of the field's values"}, literal.range, config);
      Diagnostic& diagnostic = diagnostics_.back();
      // An imported list may be older than the CRM.
      if (imported) diagnostic.severity = Severity::warning;
      diagnostic.suggestion = nearest_name(text, {facts.values.begin(), facts.values.end()});
      diagnostic.hint = "the catalog lists the values that the field may have";
    }
    return true;
  }

  Value spelled_default(PlannedEntry& entry, const DirectionRules& rules, bool to_crm) {
    if (!rules.default_value || rules.default_value->value.is_nothing()) return {};
    if (!check_fits(entry, *rules.default_value, to_crm)) return {};
    const Entry& config = *entry.config;
    const Type type = to_crm ? config.crm_type : config.local_type;
    Arena& arena = *plan_.configuration.arena;
    const Value value = spelled(type, to_crm ? plan_.configuration.wire : Wire::json,
                                typed(type, Wire::json, rules.default_value->value, arena), arena);
    if (value.is(Kind::error)) {
      report(Code::MAP018, "the CRM cannot hold this default: HubSpot's values are strings", rules.default_value->range,
             config);
      return {};
    }
    return value;
  }

  // --- what the catalogs say of the names in expressions ---

  void quarantine(PlannedEntry& entry, const Words& message, Range range) {
    if (entry.quarantined) return;
    entry.quarantined = true;
    diagnostics_.push_back(quarantine_diagnostic(entry.suppression, message, range, entry.config->pointer));
  }

  /// Names that a closed catalog does not have: of an imported one the entry is quarantined, else they are mistakes.
  void check_inputs(PlannedEntry& entry, const Entry& config) {
    const Catalog& catalog = catalog_of(entry.to_crm);
    for (const std::uint32_t slot : entry.inputs) {
      const Path& path = (entry.to_crm ? plan_.local : plan_.crm).paths()[slot];
      if (path.segments.empty() || !catalog.misses(path)) continue;
      const std::string name = to_string(path);
      const Range range = range_of(name, config);
      if (!entry.to_crm && catalog.is_import()) {
        quarantine(entry, lacking_message(name), range);
        diagnostics_.back().suggestion = catalog.near_miss(path);
      } else {
        diagnostics_.push_back(unknown_field(catalog, path, range, config.pointer));
      }
    }
  }

  void check_filter(const expression::Program& filter, const SourceText& text, bool of_local,
                    std::string_view pointer) {
    const Catalog& catalog = catalog_of(of_local);
    for (const std::uint32_t slot : filter.reads()) {
      const Path& path = (of_local ? plan_.local : plan_.crm).paths()[slot];
      if (path.segments.empty() || !catalog.misses(path)) continue;
      const std::string name = to_string(path);
      const std::size_t at = text.text.find(name);
      const Range range = at == std::string::npos ? text.range : text.at(at, name.size());
      diagnostics_.push_back(unknown_field(catalog, path, range, pointer));
    }
  }

  const Catalog& catalog_of(bool local) const {
    const Configuration& configuration = plan_.configuration;
    return static_cast<const Catalog&>(*(local ? configuration.local_types : configuration.crm_types));
  }

  /// Where a name stands in the first of an entry's texts that has it.
  static Range range_of(std::string_view name, const Entry& config) {
    Range range;
    const auto look_in = [&](const SourceText& text) {
      const std::size_t at = text.text.find(name);
      if (range.begin.line == 0 && at != std::string::npos) range = text.at(at, name.size());
    };
    look_in(config.formula);
    for (const Case& one : config.cases) {
      look_in(one.when);
      look_in(one.value.text);
    }
    look_in(config.otherwise.text);
    if (config.if_unknown) look_in(config.if_unknown->text);
    return range.begin.line == 0 ? config.range : range;
  }

  void add_output(OutputTree& tree, std::string_view what, const Entry& config, const std::vector<FieldPath>& paths,
                  std::uint32_t index) {
    if (paths.empty() || tree.add(paths.front().path, index)) return;
    report(Code::MAP006, {"\"", paths.front().text, "\" is ", what, " as a whole and in parts by different entries"},
           paths.front().range, config);
  }

  /// A calculated consent could lift an opt-out that nobody lifted, and of alternatives one could hide another's.
  void check_suppression(const Entry& config) {
    if (config.kind == EntryKind::direct && config.local.size() == 1 && config.crm.size() == 1) return;
    report(Code::MAP006, "a suppression field must be mapped directly, from one field to one field", config.name_range,
           config);
  }

  void plan_filters() {
    const Configuration& configuration = plan_.configuration;
    expression::Scope scope;
    scope.is_condition = true;
    scope.record = &plan_.local;
    scope.zones = plan_.zones.get();
    scope.types = configuration.local_types.get();
    if (!configuration.filter_to_crm.text.empty()) {
      plan_.filter_to_crm = compile(configuration.filter_to_crm, scope, "/sync/filters/to_crm", nullptr);
      if (plan_.filter_to_crm)
        check_filter(*plan_.filter_to_crm, configuration.filter_to_crm, true, "/sync/filters/to_crm");
    }
    scope.record = &plan_.crm;
    scope.types = configuration.crm_types.get();
    if (!configuration.filter_from_crm.text.empty()) {
      plan_.filter_from_crm = compile(configuration.filter_from_crm, scope, "/sync/filters/from_crm", nullptr);
      if (plan_.filter_from_crm)
        check_filter(*plan_.filter_from_crm, configuration.filter_from_crm, false, "/sync/filters/from_crm");
    }
    const Position to_crm = configuration.filter_to_crm.range.begin,
                   from_crm = configuration.filter_from_crm.range.begin;
    const bool shared = plan_.filter_to_crm && plan_.filter_from_crm && to_crm.line == from_crm.line &&
                        to_crm.column == from_crm.column;
    if (shared) check_shared_filter();
  }

  /// One filter for both directions may only use names that are mapped under the same name.
  void check_shared_filter() {
    for (const std::uint32_t slot : plan_.filter_to_crm->reads()) {
      const Path& path = plan_.local.paths()[slot];
      const auto same_on_both = [&](const PlannedEntry& entry) {
        const Entry& config = *entry.config;
        return !config.local.empty() && !config.crm.empty() && config.local.front().path == path &&
               config.crm.front().path == path;
      };
      if (std::any_of(plan_.entries.begin(), plan_.entries.end(), same_on_both)) continue;
      Diagnostic diagnostic =
          make_diagnostic(Code::MAP021, {"`", to_string(path), "` is not mapped under the same name on both sides"},
                          plan_.configuration.filter_to_crm.range, "/sync/filters");
      diagnostic.hint = "write one filter for each direction: filters: {to_crm: …, from_crm: …}";
      diagnostics_.push_back(std::move(diagnostic));
    }
  }

  void report(Code code, const Words& message, Range range, const Entry& config) {
    diagnostics_.push_back(make_diagnostic(code, message, range, config.pointer));
  }

  Plan& plan_;
  Diagnostics& diagnostics_;
};

}  // namespace

Plan make_plan(Configuration configuration, std::unique_ptr<expression::Zones> zones, Diagnostics& diagnostics) {
  Plan plan;
  plan.zones = std::move(zones);
  plan.configuration = std::move(configuration);
  Planner(plan, diagnostics).run();
  return plan;
}

}  // namespace crmsync::mapping
