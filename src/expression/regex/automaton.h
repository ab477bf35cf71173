#pragma once
#include "expression/regex/buffer.h"
#include "expression/regex/program.h"

namespace crmsync::expression::regex {

/// The deterministic automaton of a program, built as far as it is needed. A state is a set of instructions that wait
/// for a code point. When there are too many, all are forgotten and it begins anew: memory is bounded, and each code
/// point of a text costs at most one walk over the program.
class Automaton {
 public:
  Automaton(const Program& program, Arena& arena);

  std::uint16_t start();
  /// The state after a code point of class `symbol`, or after the end of the text where it is the alphabet's count.
  std::uint16_t step(std::uint16_t state, std::uint16_t symbol);
  /// A row for each state from `first_state` on. It moves when a state is added.
  const std::uint16_t* table() const { return table_; }

  /// Builds all states; false if they are too many to be worth it.
  bool complete();
  std::uint16_t states() const { return states_; }
  std::uint32_t row_size() const { return row_size_; }

 private:
  void grow();
  void follow(std::uint32_t pc, std::uint32_t* into, std::uint32_t holds);
  std::uint32_t truths(std::uint32_t before, bool at_end, char32_t after) const;
  bool consumes(const Instruction& instruction, char32_t c) const;
  std::uint16_t intern(std::uint32_t* state, std::uint32_t context);
  bool has(const std::uint32_t* state, std::uint32_t pc) const { return state[pc / 32] >> (pc % 32) & 1; }
  std::uint32_t next(const std::uint32_t* state, std::uint32_t pc) const;

  const Program& program_;
  Arena& arena_;
  std::uint32_t words_;     // of a set
  std::uint32_t set_size_;  // words of a state: its hash, what stands before it, its set
  std::uint32_t row_size_;
  bool anchored_ = false;  // it can match at the beginning of a text only
  std::uint32_t* waits_;   // the instructions that wait for something
  std::uint32_t* now_;     // scratch
  std::uint32_t* then_;    // scratch
  std::uint32_t* stack_;   // of `follow`
  std::uint32_t* sets_ = nullptr;
  std::uint16_t* table_ = nullptr;
  std::uint16_t states_ = 0, capacity_ = 0, most_;
  std::uint16_t start_ = unknown_state;
  std::uint32_t work_ = 0;
};

}  // namespace crmsync::expression::regex
