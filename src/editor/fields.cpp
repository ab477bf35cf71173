#include "editor/fields.h"

#include "mapping/builtin_catalog.h"
#include "mapping/choices.h"
#include "mapping/typed.h"

namespace crmsync::editor {
namespace {

/// More than a page can show, and few enough to be searched one by one.
constexpr std::size_t max_fields = 2000;
constexpr std::size_t max_values = 100;

class Fields {
 public:
  Fields(const Outline& outline, Side side) : outline_(outline), side_(side) {}

  std::vector<Field> gather() {
    builtin();
    if (const Node* catalog = outline_.member(0, "catalog")) {
      if (const Node* own = outline_.member(index_of(*catalog), side_ == Side::local ? "penguinmails" : "crm"))
        stated(index_of(*own));
    }
    used();
    return std::move(fields_);
  }

 private:
  std::uint32_t index_of(const Node& node) const { return static_cast<std::uint32_t>(&node - outline_.nodes.data()); }

  std::string_view value_of(std::uint32_t map, std::string_view key) const {
    const Node* const member = outline_.member(map, key);
    return member ? outline_.value_of(*member) : std::string_view();
  }

  /// The field of that name, new if there was none; null when there are too many.
  Field* field(std::string_view name) {
    for (Field& field : fields_) {
      if (field.name == name) return &field;
    }
    if (name.empty() || fields_.size() >= max_fields) return nullptr;
    fields_.emplace_back();
    fields_.back().name = name;
    return &fields_.back();
  }

  void builtin() {
    mapping::Wire wire = mapping::Wire::json;
    for (const mapping::Word& word : mapping::WordList(mapping::crms)) {
      if (value_of(0, "crm") == word.name) wire = static_cast<mapping::Wire>(word.value);
    }
    const std::string_view catalog =
        side_ == Side::local ? mapping::penguinmails_catalog : mapping::builtin_catalog(wire);
    Arena arena;  // of the list only: the names stand in the catalog's text
    for (const mapping::CatalogField& one : mapping::builtin_fields(catalog, value_of(0, "object"), arena)) {
      Field* const field = one.path.ends_with('*') ? nullptr : this->field(one.path);
      if (!field) continue;
      field->type = mapping::type_name(one.type);
      field->is_read_only = !one.facts.is(mapping::Fact::updateable) && !one.facts.is(mapping::Fact::createable);
    }
  }

  /// What the file's own catalog says, read from the outline since the file may be broken.
  void stated(std::uint32_t catalog) {
    for (std::uint32_t i = catalog + 1; i < outline_.nodes.size() && outline_.nodes[i].parent >= catalog; ++i) {
      const Node& node = outline_.nodes[i];
      if (node.parent != catalog || !node.has_colon) continue;
      Field* const field = this->field(outline_.key_of(node));
      if (!field) return;
      if (node.kind == NodeKind::scalar) field->type = outline_.value_of(node);
      if (node.kind != NodeKind::map) continue;
      if (const std::string_view type = value_of(i, "type"); !type.empty()) field->type = type;
      if (const Node* values = outline_.member(i, "values")) field->values = index_of(*values);
      if (const std::string_view said = value_of(i, "updateable"); !said.empty()) field->is_read_only = said == "false";
    }
  }

  void used() {
    const std::string_view key = side_ == Side::local ? "penguinmails_field" : "crm_field";
    for (const Node& node : outline_.nodes) {
      // An element of a list belongs to the key of the list.
      const Node& keyed = node.key ? node : outline_.nodes[node.parent];
      if (node.kind != NodeKind::scalar || !outline_.is_called(keyed, key)) continue;
      if (Field* const field = this->field(outline_.value_of(node))) field->is_used = true;
    }
  }

  const Outline& outline_;
  Side side_;
  std::vector<Field> fields_;
};

}  // namespace

std::vector<Field> fields_of(const Outline& outline, Side side) {
  return Fields(outline, side).gather();
}

std::vector<std::string_view> values_of(const Outline& outline, const Field& field) {
  std::vector<std::string_view> values;
  if (field.values == 0) return values;
  for (std::size_t i = field.values + 1; i < outline.nodes.size(); ++i) {
    if (outline.nodes[i].parent != field.values || values.size() == max_values) break;
    values.push_back(outline.value_of(outline.nodes[i]));
  }
  return values;
}

std::string facts_of(const Outline& outline, const Field& field) {
  std::string facts(field.type);
  if (field.is_read_only) facts += facts.empty() ? "read-only" : ", read-only";
  const char* separator = ": ";
  for (const std::string_view value : values_of(outline, field)) {
    facts.append(separator).append(value);
    separator = ", ";
  }
  return facts;
}

}  // namespace crmsync::editor
