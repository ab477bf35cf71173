#pragma once
#include <cstddef>

#include "expression/program.h"

namespace crmsync::image {

/// Whether a program that came as bytes can do no harm: each operand names something that is there, each way through
/// the program leaves the stack as the next instruction needs it, loops and aggregates are entered at their beginning
/// only and end, and values are nested no deeper than those of compiled programs. Works out the size of the stack.
/// `slots` are those of the record that the program runs on.
bool verify(expression::Program::Code& code, std::size_t slots);

}  // namespace crmsync::image
