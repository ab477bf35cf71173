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
    fields_.emplace_back().name = name;
    return &fields_.back();
  }

  void builtin() {
    mapping::Wire wire = mapping::Wire::json;
    for (const mapping::Word& word : mapping::WordList(mapping::crms)) {
      if (value_of(0, "crm") == word.name) wire = static_cast<mapping::Wire>(word.value);
    }
    const std::string_view catalog =
        side_ == Side::local ? mapping::penguinmails_catalog : mapping::builtin_catalog(wire);
    for (const mapping::CatalogField& one : mapping::builtin_fields(catalog, value_of(0, "object"))) {
      Field* const field = one.path.ends_with('*') ? nullptr : this->field(one.path);
      if (!field) continue;
      field->type = mapping::type_name(one.type);
      field->is_read_only = !one.facts.is(mapping::Fact::updateable) && !one.facts.is(mapping::Fact::createable);
      for (const std::string_view value : one.values) field->values.emplace_back(value);
    }
  }

  /// What the file's own catalog says, read from the outline since the file may be broken.
  void stated(std::uint32_t catalog) {
    for (std::size_t i = catalog + 1; i < outline_.nodes.size() && outline_.nodes[i].parent >= catalog; ++i) {
      const Node& node = outline_.nodes[i];
      if (node.parent != catalog || !node.has_colon) continue;
      Field* const field = this->field(outline_.key_of(node));
      if (!field) return;
      if (node.kind == NodeKind::scalar) field->type = outline_.value_of(node);
      if (node.kind != NodeKind::map) continue;
      const std::uint32_t facts = index_of(node);
      if (outline_.member(facts, "type")) field->type = value_of(facts, "type");
      if (const Node* values = outline_.member(facts, "values")) {
        field->values.clear();
        for (const Node* value = values + 1; value != outline_.nodes.data() + outline_.nodes.size(); ++value) {
          if (value->parent != index_of(*values) || field->values.size() == max_values) break;
          field->values.emplace_back(outline_.value_of(*value));
        }
      }
      if (outline_.member(facts, "updateable")) field->is_read_only = value_of(facts, "updateable") == "false";
    }
  }

  void used() {
    const std::string_view key = side_ == Side::local ? "penguinmails_field" : "crm_field";
    for (const Node& node : outline_.nodes) {
      // An element of a list belongs to the key of the list.
      const Node& keyed = node.key ? node : outline_.nodes[node.parent];
      if (node.kind != NodeKind::scalar || mapping::snake_case(outline_.key_of(keyed)) != key) continue;
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

std::string facts_of(const Field& field) {
  std::string facts(field.type);
  if (field.is_read_only) facts += facts.empty() ? "read-only" : ", read-only";
  for (std::size_t i = 0; i < field.values.size(); ++i) facts.append(i == 0 ? ": " : ", ").append(field.values[i]);
  return facts;
}

}  // namespace crmsync::editor
