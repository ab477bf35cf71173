#pragma once
#include "image/archive.h"
#include "mapping/configuration.h"

/// What running a mapping needs of what its file says. Comments, catalogs, tests and most positions stay behind.
namespace crmsync::image {

void members(Archive& archive, mapping::Configuration& configuration);
/// Without its fields, whose paths the plan's tables hold.
void members(Archive& archive, mapping::Entry& entry, Arena& arena);
/// The places of a text, and the text only where they need it.
void places(Archive& archive, mapping::SourceText& text);

}  // namespace crmsync::image
