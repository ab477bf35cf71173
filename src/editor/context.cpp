#include "editor/context.h"

#include <iterator>

#include "mapping/document.h"

namespace crmsync::editor {
namespace {

using mapping::Around;
using mapping::Form;
using mapping::Key;
using mapping::SectionKind;
using mapping::Shape;

/// The shape of a child of what has `shape`; `key` becomes the child's key of the language, if it has one.
Shape child_shape(const Outline& outline, const Node& child, Shape shape, const Key*& key) {
  key = nullptr;
  const Around around = shape.around;
  shape.around = Around::nothing;
  if (!child.key) {
    if (around == Around::lists) shape.around = Around::list;
    const bool is_list =
        around == Around::list || around == Around::lists || around == Around::one_or_list || around == Around::entries;
    return is_list ? shape : Shape{};
  }
  const std::string_view name = outline.key_of(child);
  if (around == Around::entries) {
    // The mission's form. An entry of these names would be one of its own.
    key = find_key(SectionKind::field_mapping_examples, name);
    return key ? key->shape : shape;
  }
  const bool is_closed = name == "closed" && shape.section == SectionKind::catalog_field;
  if (is_closed && around != Around::nothing) return {Form::boolean};
  if (around == Around::local_fields || around == Around::crm_fields || around == Around::names) return shape;
  if (around != Around::nothing) return {};
  if (shape.section != SectionKind::none) key = find_key(shape.section, name);
  if (key) return key->shape;
  return shape.form == Form::literal || shape.form == Form::value_map ? Shape{Form::literal} : Shape{};
}

Shape follow(const Outline& outline, std::uint32_t node, const Key*& key) {
  Shape shape{Form::none, mapping::ValueList::none, SectionKind::file};
  key = nullptr;
  // From the file down; what lies deeper than a file may be is nothing.
  std::uint32_t way[mapping::max_document_depth];
  std::size_t length = 0;
  for (; node != 0; node = outline.nodes[node].parent) {
    if (length == std::size(way)) return {};
    way[length++] = node;
  }
  while (length > 0) shape = child_shape(outline, outline.nodes[way[--length]], shape, key);
  return shape;
}

}  // namespace

Shape shape_of(const Outline& outline, std::uint32_t node) {
  const Key* key = nullptr;
  return follow(outline, node, key);
}

const Key* key_of(const Outline& outline, std::uint32_t node) {
  const Key* key = nullptr;
  follow(outline, node, key);
  return key;
}

SectionKind section_of(const Outline& outline, std::uint32_t node) {
  const Shape shape = shape_of(outline, node);
  return shape.around == Around::nothing ? shape.section : SectionKind::none;
}

std::uint32_t entry_around(const Outline& outline, std::uint32_t node) {
  for (std::size_t steps = 0; node != 0 && steps < mapping::max_document_depth;
       ++steps, node = outline.nodes[node].parent) {
    const SectionKind section = section_of(outline, node);
    if (section == SectionKind::entry || section == SectionKind::identity) return node;
  }
  return 0;
}

}  // namespace crmsync::editor
