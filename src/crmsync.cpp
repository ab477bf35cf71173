#include "crmsync.h"

#include "conflict/acknowledge.h"
#include "conflict/resolve.h"
#include "editor/editor.h"
#include "expression/evaluate.h"
#include "guarded.h"
#include "image/image.h"
#include "json/options.h"
#include "json/writer.h"
#include "mapping/builtin_catalog.h"
#include "mapping/describe.h"
#include "mapping/map_record.h"
#include "mapping/partial_aggregate.h"
#include "mapping/self_test.h"

namespace crmsync {
namespace {

mapping::MapOptions map_options(std::string_view context, mapping::Tables& tables, Diagnostic& problem) {
  Arena arena;
  json::Options given(context, {"now", "operation", "trace", "includeValues", "lookups", "normalized"}, arena, problem);
  mapping::MapOptions options;
  tables.begin(given);
  options.tables = &tables;
  options.now = given.time("now");
  options.creating = given.choice("operation", "create", "update", true);
  options.trace = given.flag("trace", false);
  options.include_values = given.flag("includeValues", false);
  return options;
}

/// The context of calls that take nothing else: `{lookups?, normalized?}`.
bool begin_tables(std::string_view context, mapping::Tables& tables, Diagnostic& problem) {
  Arena arena;
  json::Options given(context, {"lookups", "normalized"}, arena, problem);
  tables.begin(given);
  return problem.code == Code::none;
}

mapping::Target target_of(MapDirection direction) {
  return direction == MapDirection::to_crm ? mapping::Target::crm : mapping::Target::local;
}

}  // namespace

struct Mapping::Impl {
  explicit Impl(mapping::Plan made) : plan(std::move(made)) {}

  /// Made when a pair is first resolved: most mappings of a preview never are.
  conflict::Resolver& resolver() {
    if (!made_resolver) made_resolver = std::make_unique<conflict::Resolver>(plan, tables);
    return *made_resolver;
  }

  mapping::Plan plan;
  bool was_loaded = false;  // from bytes, which hold no tests
  mapping::Workspace workspace;
  mapping::Tables tables;
  std::unique_ptr<conflict::Resolver> made_resolver;
};

std::string_view version() {
  return CRMSYNC_VERSION;
}

Mapping::Mapping(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Mapping::~Mapping() = default;

std::string_view Mapping::name() const {
  return impl_->plan.configuration.name;
}
std::string_view Mapping::crm() const {
  return impl_->plan.configuration.crm;
}
std::string_view Mapping::hash() const {
  return impl_->plan.hash;
}

bool Mapping::describe(std::string& out) const {
  return guarded(out, [&](Diagnostic&) {
    mapping::describe(impl_->plan, out);
    return true;
  });
}

bool Mapping::map(MapDirection direction, std::string_view record, std::string_view context, std::string& out) {
  return guarded(out, [&](Diagnostic& problem) {
    mapping::MapOptions options = map_options(context, impl_->tables, problem);
    options.trace = true;
    return problem.code == Code::none &&
           mapping::map_record(impl_->plan, target_of(direction), record, options, impl_->workspace, out, problem);
  });
}

bool Mapping::map_many(MapDirection direction, std::string_view records, std::string_view context, std::string& out,
                       BatchPlace* place) {
  return guarded(out, [&](Diagnostic& problem) {
    const mapping::MapOptions options = map_options(context, impl_->tables, problem);
    if (problem.code != Code::none) return false;
    BatchPlace whole;
    whole.last = 1;
    mapping::map_batch(impl_->plan, target_of(direction), records, place == nullptr ? whole : *place, options,
                       impl_->workspace, out);
    return true;
  });
}

bool Mapping::wanted(std::string& out) const {
  return guarded(out, [&](Diagnostic&) {
    impl_->tables.append_wanted(out);
    return true;
  });
}

bool Mapping::host_normalizers(std::string& out) const {
  return guarded(out, [&](Diagnostic&) {
    mapping::append_host_normalizers(impl_->plan, out);
    return true;
  });
}

bool Mapping::test(std::string_view context, std::string& out) {
  return guarded(out, [&](Diagnostic& problem) {
    if (impl_->was_loaded) {
      problem = make_diagnostic(Code::API010, "the tests of a mapping stand in its file, not in its compiled bytes");
      problem.hint = "compile the mapping file, and test that";
      return false;
    }
    if (!begin_tables(context, impl_->tables, problem)) return false;
    mapping::run_tests(impl_->plan, impl_->workspace, impl_->tables, out);
    return true;
  });
}

bool Mapping::resolve(std::string_view input, std::string& out, std::string_view context) {
  return guarded(out, [&](Diagnostic& problem) {
    if (!begin_tables(context, impl_->tables, problem)) return false;
    return impl_->resolver().resolve(input, out, problem);
  });
}

bool Mapping::resolve_many(std::string_view inputs, std::string& out, std::string_view context, BatchPlace* place) {
  return guarded(out, [&](Diagnostic& problem) {
    if (!begin_tables(context, impl_->tables, problem)) return false;
    BatchPlace whole;
    whole.last = 1;
    impl_->resolver().resolve_batch(inputs, place == nullptr ? whole : *place, out);
    return true;
  });
}

bool Mapping::acknowledge(std::string_view decision, std::string_view read_back, std::string& out) const {
  return guarded(
      out, [&](Diagnostic& problem) { return conflict::acknowledge(impl_->plan, decision, read_back, out, problem); });
}

bool Mapping::aggregate(Step step, std::string_view entry, std::string_view first, std::string_view second,
                        std::string& out) {
  return guarded(out, [&](Diagnostic& problem) {
    return mapping::aggregate(impl_->plan, static_cast<mapping::Step>(step), entry, first, second, impl_->workspace,
                              out, problem);
  });
}

bool Mapping::to_bytes(std::string& out) const {
  return guarded(out, [&](Diagnostic& problem) {
    if (image::write(impl_->plan, version(), out)) return true;
    problem = make_diagnostic(Code::API001, "the compiled mapping cannot be written");
    return false;
  });
}

std::unique_ptr<Mapping> load(std::string_view bytes, std::string& problem) {
  std::unique_ptr<Mapping> loaded;
  guarded(problem, [&](Diagnostic& why) {
    mapping::Plan plan;
    if (!image::read(bytes, version(), plan, why)) return false;
    loaded.reset(new Mapping(std::make_unique<Mapping::Impl>(std::move(plan))));
    loaded->impl_->was_loaded = true;
    return true;
  });
  return loaded;
}

std::unique_ptr<Mapping> compile(std::string_view file, std::string_view file_name, std::string& diagnostics,
                                 std::string_view options) {
  std::unique_ptr<Mapping> compiled;
  Diagnostics found;
  std::string failure;
  const bool ran = guarded(failure, [&](Diagnostic& problem) {
    Arena arena;
    json::Options given(options, {"zones", "catalogs"}, arena, problem);
    auto zones = std::make_unique<expression::Zones>();
    if (!zones->read(given, "zones")) return false;
    const Value imported = given.of_kind("catalogs", Kind::map, "an object {penguinmails?, crm?}");
    if (!given.ok()) return false;
    std::string catalogs;
    if (imported.is(Kind::map)) json::append_value(catalogs, imported);
    mapping::Configuration configuration = mapping::read_configuration(file, file_name, found, catalogs);
    mapping::Plan plan = mapping::make_plan(std::move(configuration), std::move(zones), found);
    // A file is read and planned in the order in which its parts need each other.
    sort_by_place(found);
    if (!has_errors(found)) compiled.reset(new Mapping(std::make_unique<Mapping::Impl>(std::move(plan))));
    return true;
  });
  diagnostics += '[';
  for (const Diagnostic& diagnostic : found) {
    if (&diagnostic != &found.front()) diagnostics += ',';
    append_json(diagnostics, diagnostic);
  }
  if (!ran) diagnostics += (found.empty() ? "" : ",") + failure;
  diagnostics += ']';
  return compiled;
}

bool builtin_catalog(std::string_view crm, std::string_view object, std::string& out) {
  return guarded(out, [&](Diagnostic& problem) {
    const bool local = crm == "penguinmails";
    if (!local && crm != "hubspot" && crm != "salesforce") {
      problem = make_diagnostic(Code::API004, "there are catalogs of salesforce, hubspot and penguinmails", {}, "/crm");
      return false;
    }
    const mapping::Wire wire = crm == "hubspot" ? mapping::Wire::hubspot : mapping::Wire::salesforce;
    mapping::write_builtin_catalog(local ? mapping::penguinmails_catalog : mapping::builtin_catalog(wire), object,
                                   local, out);
    return true;
  });
}

bool complete(std::string_view file, std::uint32_t line, std::uint32_t column, std::string& out) {
  return guarded(out, [&](Diagnostic&) {
    editor::complete(file, {line, column}, out);
    return true;
  });
}

bool hover(std::string_view file, std::uint32_t line, std::uint32_t column, std::string& out) {
  return guarded(out, [&](Diagnostic&) {
    editor::hover(file, {line, column}, out);
    return true;
  });
}

bool evaluate(std::string_view expression, std::string_view variables, std::string_view options, std::string& out) {
  return guarded(
      out, [&](Diagnostic& problem) { return expression::evaluate(expression, variables, options, out, problem); });
}

bool evaluate_typed(std::string_view expression, std::string_view variables, std::string_view options,
                    std::string& out) {
  return guarded(out, [&](Diagnostic& problem) {
    return expression::evaluate_typed(expression, variables, options, out, problem);
  });
}

}  // namespace crmsync
