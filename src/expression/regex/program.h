#pragma once
#include <cstdint>

#include "expression/regex/regex.h"

/// What a compiled pattern consists of: a nondeterministic automaton (Thompson) over code points. Jumps are relative,
/// so that a piece of it is repeated by copying it.
namespace crmsync::expression::regex {

enum class Op : std::uint8_t {
  range,   // a code point from a to b
  any_of,  // a code point of set a
  split,   // on to the next instruction and to a further on
  jump,    // on to a further on
  match,   // the last instruction
  // What holds between two code points; `Automaton::truths` relies on the order.
  text_begin,
  line_begin,
  text_end,
  line_end,
  boundary,
  no_boundary,
};

struct Instruction {
  Op op = Op::match;
  std::uint32_t a = 0;
  std::uint32_t b = 0;
};

struct Range {
  char32_t first = 0, last = 0;
};

/// Ranges in order, apart from each other.
struct Set {
  const Range* ranges = nullptr;
  std::uint32_t count = 0;
};

/// Code points that the automaton cannot tell apart are one class. Classes are numbered from 0.
struct Alphabet {
  std::uint16_t ascii[128] = {};  // the class of each
  std::uint32_t intervals = 0;    // from 0 to the last code point, without gaps
  const char32_t* begins = nullptr;
  const std::uint16_t* classes = nullptr;  // of each interval
  std::uint16_t count = 0;
  const char32_t* samples = nullptr;  // one code point of each class
};

/// States of the deterministic automaton.
inline constexpr std::uint16_t unknown_state = 0, accepting = 1, dead = 2, first_state = 3;

struct Program {
  const Instruction* code = nullptr;
  std::uint32_t size = 0;
  const Set* sets = nullptr;
  std::uint32_t set_count = 0;
  std::uint32_t assertions = 0;  // bits of the ops from text_begin on that the code has
  Alphabet alphabet;
  std::uint32_t work = 0;  // what compiling it took
  /// The whole deterministic automaton if it is small: a row for each state from `first_state` on, with the next state
  /// for each class and for the end of the text. Then the code is not needed any more, and is not there.
  const std::uint16_t* table = nullptr;
  std::uint16_t states = 0;
  std::uint16_t start = 0;
};

constexpr std::uint32_t assertion_bit(Op op) {
  return std::uint32_t{1} << (static_cast<unsigned>(op) - static_cast<unsigned>(Op::text_begin));
}

/// What \w and \b take for a letter of a word.
inline bool is_word(char32_t c) {
  return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_';
}

}  // namespace crmsync::expression::regex
