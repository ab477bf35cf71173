#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "json/arena.h"

/// Regular expressions in RE2's syntax (github.com/google/re2/wiki/Syntax), of which only whether they match is asked.
/// Memory and time are bounded: time is linear in the text, and nothing goes back in it.
namespace crmsync::expression::regex {

/// RE2: the highest number in {n,m}, also where repetitions stand inside each other.
inline constexpr unsigned max_repeat = 1000;
/// RE2: groups inside each other.
inline constexpr unsigned max_nesting = 1000;
/// Instructions of a compiled pattern, and ranges of code points in its classes.
inline constexpr std::uint32_t max_instructions = 10'000, max_ranges = 20'000;

/// What is wrong with a pattern, and where in it.
struct Mistake {
  const char* what = nullptr;
  const char* hint = "";
  std::size_t offset = 0, length = 0;  // bytes
};

struct Program;  // program.h

/// Null, with `mistake` set, if the pattern is none.
const Program* compile(std::string_view pattern, Arena& arena, Mistake& mistake);

/// What going over a text costs by: the bytes of the pattern, or the instructions if they are more.
std::size_t weight(std::string_view pattern, const Program& program);
/// What compiling cost, in steps of an evaluation.
std::uint64_t compile_cost(const Program& program);

/// The program with all it needs in one piece of memory. Small deterministic automata are built whole here, with memory
/// from the arena, so that matching only looks things up.
std::unique_ptr<char[]> finished(const Program& program, Arena& arena);

/// The states of one program that matching has met so far, in an arena.
class Matcher {
 public:
  Matcher(const Program& program, Arena& arena) : program_(program), arena_(arena) {}
  /// Whether the pattern matches some part of the text.
  bool matches(std::string_view text);

 private:
  const Program& program_;
  Arena& arena_;
  class Automaton* automaton_ = nullptr;
};

}  // namespace crmsync::expression::regex
