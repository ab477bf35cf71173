#pragma once
#include "editor/outline.h"
#include "mapping/keys.h"

/// What the mapping language has at a place of an outline.
namespace crmsync::editor {

/// What may stand as the value of `node`.
mapping::Shape shape_of(const Outline& outline, std::uint32_t node);

/// The key that `node` has; null where its map has keys of the file's own, or none of that name.
const mapping::Key* key_of(const Outline& outline, std::uint32_t node);

/// The section that the keys of the map `node` are of; `none` where they are the file's own.
mapping::SectionKind section_of(const Outline& outline, std::uint32_t node);

/// The entry, or the alternative of `identity`, around a node; 0 where there is none.
std::uint32_t entry_around(const Outline& outline, std::uint32_t node);

}  // namespace crmsync::editor
