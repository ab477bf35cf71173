#pragma once
#include "expression/regex/program.h"

namespace crmsync::expression::regex {

/// Fills in the alphabet of a program. `work` counts what is done.
void make_alphabet(Program& program, Arena& arena, std::uint32_t& work);

}  // namespace crmsync::expression::regex
