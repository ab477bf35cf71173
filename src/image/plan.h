#pragma once
#include "image/archive.h"
#include "mapping/plan.h"

namespace crmsync::image {

/// A whole plan. One that was read runs as the compiled one does.
void members(Archive& archive, mapping::Plan& plan);

}  // namespace crmsync::image
