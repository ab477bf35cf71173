#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "expression/context.h"

namespace crmsync::expression {

/// The parts of a template, in order: texts, and values that expressions leave on the machine's stack.
struct Rendering {
  struct Part {
    bool is_value = false;
    bool only_between = false;  // white space alone between two expressions
    std::string text;
  };
  std::vector<Part> parts;
  bool single = false;  // one expression and nothing else: the value keeps its type
};

/// Joins a template's texts with its values. White space that stands alone between two expressions is written only if
/// the value after it is not empty, nor all those before it since the last other text; so a value that is missing
/// between two others takes one of its spaces with it. Nothing at all gives null.
Value render(const Rendering& rendering, Value* values, Context& context);

}  // namespace crmsync::expression
