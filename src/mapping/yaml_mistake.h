#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace crmsync::mapping {

/// What is wrong with a text that is no YAML, said for the person who wrote it.
struct YamlMistake {
  std::string message;
  std::string hint;
  std::size_t offset = 0;  // where the mistake was probably made, which is not always where the parser noticed it
};

/// `parser_message` is yaml-cpp's and only chooses between explanations; `offset` is where the parser stopped, and
/// up to `good` the text was understood.
YamlMistake explain_yaml_mistake(std::string_view text, std::size_t offset, std::size_t good,
                                 std::string_view parser_message);

}  // namespace crmsync::mapping
