#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "expression/expression.h"
#include "json/path.h"
#include "json/value.h"

/// The way back of a text that a template joined: taken apart at the literal texts between its values.
namespace crmsync::mapping {

struct TextSplit {
  std::vector<Path> names;            // what stands between the literals, in order
  std::vector<std::string> literals;  // one more than the names; those in the middle are never empty
  std::vector<std::string> patterns;  // regular expressions that the values must match, or none at all
};

/// `{{first_name}} {{last_name}}`: nothing where a part is more than a field's name, or two follow each other with no
/// text between them.
std::optional<TextSplit> split_of_template(std::string_view text);

/// `^(?<first_name>\S+) (?<last_name>.+)$`: literal texts and named groups. Nothing where it is anything else.
std::optional<TextSplit> split_of_pattern(std::string_view pattern);

/// A split that is ready to run.
class Splitter {
 public:
  Splitter() = default;
  /// `issues` takes what is wrong with the patterns, `zones` may be null.
  Splitter(const TextSplit& split, std::vector<expression::Issue>& issues);

  /// The value of name `index`; nothing where the text does not follow. The text is split where a literal stands first,
  /// or, where the patterns do not match then, last.
  std::optional<std::string_view> value(std::string_view text, std::size_t index, Arena& arena) const;

  /// Its parts, for those who store them.
  std::vector<std::string>& literals() { return literals_; }
  std::vector<expression::Program>& patterns() { return patterns_; }

 private:
  bool split(std::string_view text, bool at_last, std::string_view* values) const;
  bool match(const std::string_view* values, Arena& arena) const;

  std::vector<std::string> literals_;
  std::vector<expression::Program> patterns_;
};

}  // namespace crmsync::mapping
