#pragma once
#include <memory>
#include <vector>

#include "expression/functions.h"
#include "expression/regex/regex.h"

namespace crmsync::expression {

/// The compiled patterns of a program's constants.
class Patterns {
 public:
  /// Compiles a pattern that lives as long as this, unless it is one of them already; false, with the mistake, where it
  /// is none.
  bool add(std::string_view pattern, regex::Mistake& mistake);
  /// Null if the pattern is none of them.
  const regex::Program* find(std::string_view pattern) const;

 private:
  struct Pattern {
    std::string_view pattern;
    std::unique_ptr<char[]> program;
  };
  std::vector<Pattern> patterns_;
};

/// `text.matches(pattern)` and `matches(text, pattern)`.
Value matches(const Value* arguments, std::size_t count, Context& context);

}  // namespace crmsync::expression
