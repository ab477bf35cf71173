#include "editor/reading_side.h"

#include "editor/context.h"

namespace crmsync::editor {

Sides sides_read(const Outline& outline, std::uint32_t node) {
  Sides sides;
  // What is written, or filtered for, is what the other side's fields are read for.
  const auto written = [&](bool crm) {
    sides.local = crm;
    sides.crm = !crm;
  };
  const Node& at = outline.nodes[node];
  if (node != 0 && section_of(outline, at.parent) == mapping::SectionKind::filters) {
    written(mapping::snake_case(outline.key_of(at)) == "to_crm");
    return sides;
  }
  sides.entry = entry_around(outline, node);
  if (sides.entry == 0) return sides;
  const Node* const direction = outline.member(sides.entry, "direction");
  const std::string_view said = direction ? outline.value_of(*direction) : std::string_view();
  if (mapping::snake_case(outline.key_of(at)) == "reverse") {
    written(false);
    return sides;
  }
  const bool has_crm = outline.member(sides.entry, "crm_field"),
             has_local = outline.member(sides.entry, "penguinmails_field");
  if (said == "to_crm" || said == "from_crm") {
    written(said == "to_crm");
  } else if (has_crm != has_local) {
    written(has_crm);
  }
  if (const Node* over = outline.member(sides.entry, "over")) sides.over = outline.value_of(*over);
  return sides;
}

}  // namespace crmsync::editor
