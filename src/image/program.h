#pragma once
#include "expression/program.h"
#include "image/archive.h"

namespace crmsync::image {

/// One expression; `record` has the slots that it runs on. A program that was read can run without harm
/// whatever the bytes were (image/verification.h).
void program(Archive& archive, expression::Program& program, const expression::Zones* zones,
             expression::InputTable& record);

}  // namespace crmsync::image
