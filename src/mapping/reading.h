#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/configuration.h"
#include "mapping/document.h"

/// What the parts of a mapping file have in common when they are read: places, complaints, and the plain values.
namespace crmsync::mapping {

/// A node and its JSON pointer.
struct Place {
  const Node* node = nullptr;
  std::string pointer;

  bool is(NodeKind kind) const { return node->kind == kind; }
  Place element(std::size_t index) const {
    return {&node->elements[index], pointer_to(pointer, std::to_string(index))};
  }
  Place member(std::size_t index) const {
    return {&node->members[index].value, pointer_to(pointer, node->members[index].key.text)};
  }
};

class Reading {
 public:
  Reading(const Document& document, Diagnostics& diagnostics, Arena& arena)
      : document_(document), diagnostics_(diagnostics), arena_(arena) {}

  /// Adds a diagnostic. Past `max_diagnostics` only a first error is still added, so that a hostile file cannot fill
  /// the memory with complaints.
  Diagnostic& report(Code code, Range range, const Words& pointer, const Words& message, const Words& hint = {});
  Diagnostic& report(Code code, const Place& place, const Words& message, const Words& hint = {}) {
    return report(code, range(place), place.pointer, message, hint);
  }
  Diagnostic& add(Diagnostic diagnostic);
  /// MAP002: `expected` reads like "a text".
  void wrong_type(const Place& place, std::string_view expected, const Words& hint = {});

  Range range(const Place& place) const { return document_.range(place.node->extent); }
  Range range(const Node& node) const { return document_.range(node.extent); }
  /// The text of a string node with the place of each byte.
  SourceText source_text(const Node& node) const;
  bool is_full() const { return diagnostics_.size() >= max_diagnostics; }
  Arena& arena() const { return arena_; }

 private:
  const Document& document_;
  Diagnostics& diagnostics_;
  Arena& arena_;
  Diagnostic dropped_;
};

/// "`direction`", or "item 2 of `normalize`": how messages call what stands at a JSON pointer.
std::string spoken_name(const std::string& pointer);
/// "a list", "the number 5", "the text `abc`".
std::string spoken_value(const Node& node);
/// "a, b or c".
std::string spoken_list(const std::vector<std::string_view>& names);

// Each of these reports what does not fit and then gives nothing.
std::optional<std::string> read_text(Reading& reading, const Place& place);
std::optional<bool> read_boolean(Reading& reading, const Place& place);
std::optional<std::uint64_t> read_natural(Reading& reading, const Place& place, std::uint64_t at_most);
std::optional<SourceText> read_source_text(Reading& reading, const Place& place, std::string_view expected);
std::optional<FieldPath> read_path(Reading& reading, const Place& place);
/// A path that names no element of a list.
std::optional<FieldPath> read_plain_path(Reading& reading, const Place& place);
/// One path, or a list of them.
std::vector<FieldPath> read_paths(Reading& reading, const Place& place);
/// A constant of any kind; its texts are copied into the arena.
std::optional<Literal> read_literal(Reading& reading, const Place& place);
/// A key of the file as a path, such as the fields of a conflict table.
std::optional<FieldPath> read_path_key(Reading& reading, const Node& key, const std::string& pointer);

/// One of the words that a key may have.
struct Word {
  std::string_view name;
  std::uint8_t value;
};

struct WordList {
  const Word* words = nullptr;
  std::size_t count = 0;
  const Word* begin() const { return words; }
  const Word* end() const { return words + count; }
};

/// A closed list of words for the values of E (choices.h).
template <class E, std::size_t count>
struct Choices {
  Word words[count];
  constexpr operator WordList() const { return {words, count}; }
};

template <class E>
struct Choice {
  std::string_view name;
  E value;
};

template <class E, std::size_t count>
constexpr Choices<E, count> choices(const Choice<E> (&given)[count]) {
  Choices<E, count> made{};
  for (std::size_t i = 0; i < count; ++i) made.words[i] = {given[i].name, static_cast<std::uint8_t>(given[i].value)};
  return made;
}

/// The value of the word at `place`.
std::optional<std::uint8_t> read_word(Reading& reading, const Place& place, WordList words);

template <class E, std::size_t count>
std::optional<E> read_choice(Reading& reading, const Place& place, const Choices<E, count>& choices) {
  const std::optional<std::uint8_t> value = read_word(reading, place, choices);
  if (!value) return std::nullopt;
  return static_cast<E>(*value);
}

}  // namespace crmsync::mapping
