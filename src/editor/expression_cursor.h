#pragma once
#include <cstddef>

#include "editor/outline.h"
#include "mapping/keys.h"

namespace crmsync::editor {

enum class Word : std::uint8_t {
  none,    // a literal, or a template's text
  name,    // a field or a function, perhaps with dots: `address.ci`
  member,  // what is called behind a value: `trim(name).si`
  filter   // behind the `|` of a template
};

struct ExpressionCursor {
  Word word = Word::none;
  std::size_t path = 0;   // where the name with its dots begins
  std::size_t begin = 0;  // where its last part begins
};

/// What stands in the expression or template of a scalar just before byte `offset` of the file.
ExpressionCursor expression_cursor(const Outline& outline, const Scalar& scalar, mapping::Form form,
                                   std::size_t offset);

bool is_name_character(char c);

}  // namespace crmsync::editor
