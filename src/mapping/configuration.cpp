#include "mapping/configuration.h"

#include <string>
#include <utility>

#include "mapping/builtin_catalog.h"
#include "mapping/catalog.h"
#include "mapping/catalog_checks.h"
#include "mapping/choices.h"
#include "mapping/conflict_configuration.h"
#include "mapping/core_schema.h"
#include "mapping/direction_rules.h"
#include "mapping/document.h"
#include "mapping/entry_checks.h"
#include "mapping/entry_configuration.h"
#include "mapping/entry_types.h"
#include "mapping/imported_catalogs.h"
#include "mapping/section.h"
#include "mapping/test_configuration.h"
#include "mapping/value_map_configuration.h"

namespace crmsync::mapping {
namespace {

/// `folder/contacts.yaml` names the mapping `contacts`.
std::string name_of_file(std::string_view file_name) {
  const std::size_t slash = file_name.find_last_of("/\\");
  if (slash != std::string_view::npos) file_name.remove_prefix(slash + 1);
  const std::size_t dot = file_name.rfind('.');
  if (dot != std::string_view::npos && dot > 0) file_name = file_name.substr(0, dot);
  return std::string(file_name);
}

class ConfigurationReader {
 public:
  ConfigurationReader(Reading& reading, Configuration& configuration, std::string_view catalogs)
      : reading_(reading), configuration_(configuration), catalogs_(catalogs) {}

  void read(const Place& root) {
    const std::optional<Section> file = read_section(reading_, root, SectionKind::file);
    if (!file) return;
    read_header(*file);
    if (const auto sync = file->find("sync")) read_sync(*sync);
    if (const auto identity = file->find("identity")) read_identity(*identity);
    if (const auto conflict = file->find("conflict_resolution"))
      read_conflict_resolution(reading_, *conflict, configuration_.conflict);
    if (const auto strategies = file->find("conflict_resolution_strategies"))
      read_conflict_strategies(reading_, *strategies, configuration_.conflict);
    report_overruled_table();
    read_field_mapping(*file);
    if (const auto tests = file->find("tests")) configuration_.tests = read_tests(reading_, *tests);
    if (const auto limits = file->find("limits")) read_limits(*limits);
    check_entries(reading_, configuration_);
  }

 private:
  void read_header(const Section& file) {
    if (const auto version = file.find("version")) {
      const std::optional<std::string> numeral =
          version->is(NodeKind::number) ? json_numeral(version->node->text) : std::nullopt;
      if (!version->is(NodeKind::number))
        reading_.wrong_type(*version, "the number 1");
      else if (numeral != "1")
        reading_.report(Code::MAP003, *version, {"`version` must be 1, but is ", version->node->text},
                        "this engine knows version 1 of the mapping language");
    }
    if (const auto name = file.find("name")) {
      if (auto text = read_text(reading_, *name); text && !text->empty()) configuration_.name = std::move(*text);
    }
    if (const auto object = file.find("object")) configuration_.object = read_text(reading_, *object).value_or("");
    if (const auto crm = file.find("crm")) read_crm(*crm);
    if (const auto timezone = file.find("timezone")) {
      configuration_.timezone = read_text(reading_, *timezone).value_or("");
      configuration_.timezone_range = reading_.range(*timezone);
    }
  }

  void read_crm(const Place& place) {
    const std::optional<std::string> crm = read_text(reading_, place);
    if (!crm) return;
    configuration_.crm = *crm;
    std::vector<std::string_view> known;
    for (const Word& word : WordList(crms)) known.push_back(word.name);
    const std::string_view other_case = nearest_name(*crm, known, 0);
    for (const Word& word : WordList(crms)) {
      if (word.name != *crm && word.name != other_case) continue;
      configuration_.crm = word.name;
      configuration_.wire = static_cast<Wire>(word.value);
      return;
    }
    const std::string_view nearest = nearest_name(*crm, known);
    if (nearest.empty()) return;  // any other CRM is welcome; it has no built-in catalog
    Diagnostic& diagnostic = reading_.report(
        Code::MAP003, place, {"`crm: ", *crm, "` has no built-in catalog, but a CRM of nearly that name has"},
        "any name is allowed; only salesforce and hubspot have fields and spellings built in");
    diagnostic.severity = Severity::warning;
    diagnostic.suggestion = nearest;
  }

  void read_sync(const Place& place) {
    const std::optional<Section> sync = read_section(reading_, place, SectionKind::sync);
    if (!sync) return;
    if (const auto direction = sync->find("direction"))
      configuration_.direction = read_choice(reading_, *direction, directions).value_or(configuration_.direction);
    if (const auto frequency = sync->find("frequency"))
      read_choice(reading_, *frequency, frequencies);  // when to run is the host's part
    if (const auto strategy = sync->find("conflict_resolution"))
      configuration_.conflict.everywhere = read_sync_strategy(reading_, *strategy);
    if (const auto filters = sync->find("filters")) read_filters(*filters);
    if (const auto create = sync->find("create")) read_create(*create);
  }

  void read_filters(const Place& place) {
    if (place.is(NodeKind::string)) {
      if (auto filter = read_source_text(reading_, place, "an expression"))
        configuration_.filter_to_crm = configuration_.filter_from_crm = std::move(*filter);
      return;
    }
    if (!place.is(NodeKind::map)) {
      reading_.wrong_type(place, "an expression, or {to_crm: ..., from_crm: ...}");
      return;
    }
    const Section filters(reading_, place, SectionKind::filters);
    if (const auto to_crm = filters.find("to_crm")) {
      if (auto filter = read_source_text(reading_, *to_crm, "an expression"))
        configuration_.filter_to_crm = std::move(*filter);
    }
    if (const auto from_crm = filters.find("from_crm")) {
      if (auto filter = read_source_text(reading_, *from_crm, "an expression"))
        configuration_.filter_from_crm = std::move(*filter);
    }
  }

  void read_create(const Place& place) {
    const std::optional<Section> create = read_section(reading_, place, SectionKind::create);
    if (!create) return;
    if (const auto crm = create->find("crm")) configuration_.create_crm = read_boolean(reading_, *crm).value_or(true);
    if (const auto local = create->find("penguinmails"))
      configuration_.create_local = read_boolean(reading_, *local).value_or(true);
  }

  void read_identity(const Place& place) {
    if (!place.is(NodeKind::list)) {
      reading_.wrong_type(place, "a list of alternatives", place.is(NodeKind::map) ? "write a `- ` before it" : "");
      return;
    }
    for (std::size_t i = 0; i < place.node->elements.size(); ++i) {
      const Place alternative = place.element(i);
      const std::optional<Section> section = read_section(reading_, alternative, SectionKind::identity);
      if (!section) continue;
      Identity identity;
      for (const std::string_view key : {"penguinmails_field", "crm_field"}) {
        const std::optional<Place> field = section->find(key);
        if (field) {
          (key == "crm_field" ? identity.crm : identity.local) = read_paths(reading_, *field);
        } else if (!section->excuses(key)) {
          reading_.report(Code::MAP005, alternative, {"an identity needs `", key, "`"});
        }
      }
      if (const auto normalize = section->find("normalize"))
        identity.normalize = read_normalizers(reading_, *normalize);
      if (const auto region = section->find("phone_region"))
        identity.phone_region = read_region(reading_, *region).value_or("");
      if (!identity.local.empty() && !identity.crm.empty()) configuration_.identity.push_back(std::move(identity));
    }
  }

  void report_overruled_table() {
    const ConflictRules& rules = configuration_.conflict;
    if (!rules.everywhere || rules.fields.empty()) return;
    const StrategyRule& first = rules.fields.front();
    reading_.report(
        Code::MAP013, first.field.range, first.pointer,
        "the strategies per field are overruled: `sync.conflict_resolution` names one strategy for every field",
        "write `conflict_resolution: field_level` under `sync`, or remove the strategies per field");
  }

  void read_field_mapping(const Section& file) {
    NamedValueMaps value_maps;
    if (const auto maps = file.find("value_maps")) value_maps = read_value_maps(reading_, *maps);
    auto local = std::make_unique<Catalog>(builtin_fields(penguinmails_catalog, {}, reading_.arena()), Wire::json);
    auto crm = std::make_unique<Catalog>(
        builtin_fields(builtin_catalog(configuration_.wire), configuration_.object, reading_.arena()),
        configuration_.wire);
    read_imported_catalogs(reading_, catalogs_, *local, *crm);
    if (const auto catalogs = file.find("catalog")) {
      if (const std::optional<Section> sides = read_section(reading_, *catalogs, SectionKind::catalogs)) {
        if (const auto side = sides->find("penguinmails")) local->read(reading_, *side, Catalog::Source::file);
        if (const auto side = sides->find("crm")) crm->read(reading_, *side, Catalog::Source::file);
      }
    }
    apply_to_identity(*local, *crm);
    ConflictRules& conflict = configuration_.conflict;
    for (StrategyRule& rule : conflict.fields) rule.field.path = local->canonical(rule.field.path);
    for (std::vector<FieldPath>& group : conflict.groups) {
      for (FieldPath& field : group) field.path = local->canonical(field.path);
    }
    if (const auto field_mapping = file.find("field_mapping")) {
      configuration_.entries =
          read_entries(reading_, *field_mapping, {configuration_.direction, value_maps, *local, *crm});
      const bool is_empty = field_mapping->node->elements.empty() && field_mapping->node->members.empty();
      if (is_empty && (field_mapping->is(NodeKind::list) || field_mapping->is(NodeKind::map)))
        report_no_entries(*field_mapping);
      check_catalogs(reading_, configuration_, *crm, *field_mapping);
    } else {
      report_no_entries(file.place());
    }
    configuration_.local_types = std::move(local);
    configuration_.crm_types = std::move(crm);
  }

  void apply_to_identity(const Catalog& local, const Catalog& crm) {
    for (Identity& identity : configuration_.identity) {
      for (FieldPath& field : identity.local) field.path = local.canonical(field.path);
      for (FieldPath& field : identity.crm) field.path = crm.canonical(field.path);
      report_unknown(reading_, identity.local, local, "/identity");
      report_unknown(reading_, identity.crm, crm, "/identity");
    }
  }

  void report_no_entries(const Place& place) {
    reading_.report(Code::MAP016, place, "the mapping has no entries", "list the fields to map under `field_mapping`");
  }

  void read_limits(const Place& place) {
    const std::optional<Section> limits = read_section(reading_, place, SectionKind::limits);
    if (!limits) return;
    Limits& read = configuration_.limits;  // a file may only lower them
    if (const auto cost = limits->find("cost"))
      read.cost = read_natural(reading_, *cost, read.cost).value_or(read.cost);
    if (const auto bytes = limits->find("output_bytes"))
      read.output_bytes = read_natural(reading_, *bytes, read.output_bytes).value_or(read.output_bytes);
  }

  Reading& reading_;
  Configuration& configuration_;
  std::string_view catalogs_;
};

}  // namespace

Configuration read_configuration(std::string_view text, std::string_view file_name, Diagnostics& diagnostics,
                                 std::string_view catalogs) {
  Configuration configuration;
  configuration.name = name_of_file(file_name);
  const std::optional<Document> document = read_document(text, diagnostics);
  if (!document) return configuration;
  Reading reading(*document, diagnostics, *configuration.arena);
  ConfigurationReader(reading, configuration, catalogs).read({&document->root, ""});
  return configuration;
}

}  // namespace crmsync::mapping
