#include "mapping/text_split.h"

#include <utility>

#include "json/writer.h"
#include "mapping/text.h"

namespace crmsync::mapping {
namespace {

/// Whether values can be told apart: something stands between any two of them.
bool is_complete(const TextSplit& split) {
  for (std::size_t i = 1; i < split.names.size(); ++i) {
    if (split.literals[i].empty()) return false;
  }
  return !split.names.empty() && split.literals.size() == split.names.size() + 1;
}

/// Where the group that opens at `begin` closes; npos where it does not.
std::size_t end_of_group(std::string_view pattern, std::size_t begin) {
  unsigned depth = 0;
  bool in_class = false;
  for (std::size_t i = begin; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\') {
      ++i;
    } else if (in_class) {
      in_class = c != ']';
    } else if (c == '[') {
      in_class = true;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')' && --depth == 0) {
      return i;
    }
  }
  return std::string_view::npos;
}

}  // namespace

std::optional<TextSplit> split_of_template(std::string_view text) {
  TextSplit split;
  if (text.find('\\') != std::string_view::npos) return std::nullopt;  // escaped braces
  for (;;) {
    const std::size_t open = text.find("{{");
    split.literals.emplace_back(text.substr(0, open));
    if (open == std::string_view::npos) break;
    const std::size_t close = text.find("}}", open);
    if (close == std::string_view::npos) return std::nullopt;
    std::optional<Path> name = parse_path(trimmed(text.substr(open + 2, close - open - 2)));
    if (!name) return std::nullopt;
    split.names.push_back(std::move(*name));
    text.remove_prefix(close + 2);
  }
  return is_complete(split) ? std::optional(std::move(split)) : std::nullopt;
}

std::optional<TextSplit> split_of_pattern(std::string_view pattern) {
  if (pattern.starts_with('^')) pattern.remove_prefix(1);
  if (pattern.ends_with('$') && !pattern.ends_with("\\$")) pattern.remove_suffix(1);
  TextSplit split;
  split.literals.emplace_back();
  while (!pattern.empty()) {
    const char c = pattern.front();
    if (c == '(') {
      const std::size_t name = pattern.starts_with("(?<") ? 3 : pattern.starts_with("(?P<") ? 4 : 0;
      const std::size_t named = pattern.find('>'), end = end_of_group(pattern, 0);
      if (name == 0 || named == std::string_view::npos || end == std::string_view::npos || named > end)
        return std::nullopt;
      std::optional<Path> path = parse_path(pattern.substr(name, named - name));
      if (!path) return std::nullopt;
      split.names.push_back(std::move(*path));
      split.patterns.emplace_back(pattern.substr(named + 1, end - named - 1));
      split.literals.emplace_back();
      pattern.remove_prefix(end + 1);
      continue;
    }
    const bool escaped = c == '\\' && pattern.size() > 1;
    const char literal = escaped ? pattern[1] : c;
    const bool is_letter =
        (literal >= 'a' && literal <= 'z') || (literal >= 'A' && literal <= 'Z') || (literal >= '0' && literal <= '9');
    // `\s` and the like stand for many signs, and `.` `*` and the like for what is around them.
    if (escaped ? is_letter : std::string_view(".*+?[]{}|^$)\\").find(c) != std::string_view::npos) return std::nullopt;
    split.literals.back() += literal;
    pattern.remove_prefix(escaped ? 2 : 1);
  }
  return is_complete(split) ? std::optional(std::move(split)) : std::nullopt;
}

Splitter::Splitter(const TextSplit& split, std::vector<expression::Issue>& issues) : literals_(split.literals) {
  for (const std::string& pattern : split.patterns) {
    std::string expression = "text.matches(";
    json::append_string(expression, "^(?:" + pattern + ")$");
    expression += ')';
    expression::InputTable names;
    expression::Scope scope;
    scope.record = &names;
    if (auto program = expression::compile_expression(expression, scope, issues))
      patterns_.push_back(std::move(*program));
  }
}

bool Splitter::split(std::string_view text, bool at_last, std::string_view* values) const {
  const std::string &prefix = literals_.front(), &suffix = literals_.back();
  if (text.size() < prefix.size() + suffix.size() || !text.starts_with(prefix) || !text.ends_with(suffix)) return false;
  text = text.substr(prefix.size(), text.size() - prefix.size() - suffix.size());
  const std::size_t count = literals_.size() - 1;
  for (std::size_t i = 1; i < count; ++i) {
    const std::string& literal = literals_[at_last ? count - i : i];
    const std::size_t at = at_last ? text.rfind(literal) : text.find(literal);
    if (at == std::string_view::npos) return false;
    if (at_last) {
      values[count - i] = text.substr(at + literal.size());
      text = text.substr(0, at);
    } else {
      values[i - 1] = text.substr(0, at);
      text.remove_prefix(at + literal.size());
    }
  }
  values[at_last ? 0 : count - 1] = text;
  return true;
}

bool Splitter::match(const std::string_view* values, Arena& arena) const {
  for (std::size_t i = 0; i < patterns_.size(); ++i) {
    const Value text = Value::of_string(values[i]);
    expression::Inputs inputs;
    inputs.record = &text;
    expression::Budget budget;
    const Value matches = patterns_[i].evaluate(inputs, arena, budget);
    if (!matches.is(Kind::boolean) || !matches.boolean) return false;
  }
  return true;
}

std::optional<std::string_view> Splitter::value(std::string_view text, std::size_t index, Arena& arena) const {
  auto* const values = arena.array<std::string_view>(literals_.size());
  if (split(text, false, values) && match(values, arena)) return values[index];
  if (!patterns_.empty() && split(text, true, values) && match(values, arena)) return values[index];
  return std::nullopt;
}

}  // namespace crmsync::mapping
