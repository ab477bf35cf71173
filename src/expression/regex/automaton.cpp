#include "expression/regex/automaton.h"

#include <algorithm>
#include <bit>
#include <new>

#include "expression/regex/class_builder.h"
#include "expression/text.h"

namespace crmsync::expression::regex {
namespace {

/// What all states may take, in bytes; at least a few are always there.
constexpr std::uint32_t max_memory = std::uint32_t{256} << 10;
constexpr std::uint32_t fewest_states = 4, most_states = 1000;
/// A whole automaton is built when a mapping is compiled if it stays below these.
constexpr std::uint16_t most_whole_states = 64;
constexpr std::uint32_t most_whole_work = 100'000;

/// What stands before a code point, as bits of a state.
constexpr std::uint32_t before_text = 1, before_line = 2, after_word = 4;

constexpr std::uint32_t about_text = assertion_bit(Op::text_begin);
constexpr std::uint32_t about_lines = assertion_bit(Op::line_begin);
constexpr std::uint32_t about_words = assertion_bit(Op::boundary) | assertion_bit(Op::no_boundary);

bool is_assertion(Op op) {
  return op >= Op::text_begin;
}

}  // namespace

Automaton::Automaton(const Program& program, Arena& arena)
    : program_(program),
      arena_(arena),
      words_((program.size + 31) / 32),
      set_size_(words_ + 2),
      row_size_(program.alphabet.count + std::uint32_t{1}),
      waits_(arena.array<std::uint32_t>(words_)),
      now_(arena.array<std::uint32_t>(set_size_)),
      then_(arena.array<std::uint32_t>(set_size_)),
      stack_(arena.array<std::uint32_t>(program.size + std::size_t{1})),
      most_(static_cast<std::uint16_t>(
          std::clamp(max_memory / (set_size_ * 4 + row_size_ * 2), fewest_states, most_states))) {
  for (std::uint32_t pc = 0; pc < program.size; ++pc) {
    const Op op = program.code[pc].op;
    if (op != Op::split && op != Op::jump) waits_[pc / 32] |= std::uint32_t{1} << (pc % 32);
  }
  follow(0, now_, ~about_text);
  anchored_ = true;
  for_each(now_, [this](std::uint32_t pc) { anchored_ = anchored_ && is_assertion(program_.code[pc].op); });
}

template <class Visit>
void Automaton::for_each(const std::uint32_t* state, Visit visit) const {
  for (std::uint32_t i = 0; i < words_; ++i) {
    for (std::uint32_t bits = state[i] & waits_[i]; bits != 0; bits &= bits - 1) {
      visit(i * 32 + static_cast<std::uint32_t>(std::countr_zero(bits)));
    }
  }
}

/// Adds an instruction and those that are reached from it without a code point. `holds`: the assertions that are true.
void Automaton::follow(std::uint32_t pc, std::uint32_t* into, std::uint32_t holds) {
  std::uint32_t waiting = 0;
  stack_[waiting++] = pc;
  while (waiting > 0) {
    pc = stack_[--waiting];
    if (has(into, pc)) continue;
    into[pc / 32] |= std::uint32_t{1} << (pc % 32);
    ++work_;
    const Instruction& instruction = program_.code[pc];
    const bool jumps = instruction.op == Op::split || instruction.op == Op::jump;
    if (jumps) stack_[waiting++] = pc + instruction.a;
    if (instruction.op == Op::split || (is_assertion(instruction.op) && holds & assertion_bit(instruction.op))) {
      stack_[waiting++] = pc + 1;
    }
  }
}

/// The assertions that hold between what stands before and `after`.
std::uint32_t Automaton::truths(std::uint32_t before, bool at_end, char32_t after) const {
  std::uint32_t holds = 0;
  const auto say = [&](Op op, bool is_true) { holds |= is_true ? assertion_bit(op) : 0; };
  const bool at_boundary = ((before & after_word) != 0) != (!at_end && is_word(after));
  say(Op::text_begin, before & before_text);
  say(Op::text_end, at_end);
  say(Op::line_begin, before & before_line);
  say(Op::line_end, at_end || after == '\n');
  say(Op::boundary, at_boundary);
  say(Op::no_boundary, !at_boundary);
  return holds;
}

bool Automaton::consumes(const Instruction& instruction, char32_t c) const {
  if (instruction.op == Op::range) return c >= instruction.a && c <= instruction.b;
  if (instruction.op != Op::any_of) return false;
  const Set& set = program_.sets[instruction.a];
  const Range* const end = set.ranges + set.count;
  const Range* const range =
      std::lower_bound(set.ranges, end, c, [](const Range& each, char32_t value) { return each.last < value; });
  return range != end && range->first <= c;
}

std::uint16_t Automaton::start() {
  if (start_ == unknown_state) {
    std::fill_n(then_, set_size_, 0);
    follow(0, then_ + 2, 0);
    start_ = intern(then_, before_text | before_line);
  }
  return start_;
}

std::uint16_t Automaton::step(std::uint16_t state, std::uint16_t next) {
  const std::uint32_t* const record = sets_ + std::size_t{state - std::uint32_t{first_state}} * set_size_;
  const bool at_end = next == program_.alphabet.count;
  const char32_t after = at_end ? 0 : program_.alphabet.samples[next];
  const std::uint32_t* set = record + 2;
  if (program_.assertions) {
    const std::uint32_t holds = truths(record[1], at_end, after);
    std::copy_n(set, words_, now_);
    for_each(set, [&](std::uint32_t pc) {
      const Op op = program_.code[pc].op;
      if (is_assertion(op) && holds & assertion_bit(op)) follow(pc + 1, now_, holds);
    });
    set = now_;
  }
  std::uint16_t result = dead;
  if (has(set, program_.size - 1)) {
    result = accepting;
  } else if (!at_end) {
    std::fill_n(then_, set_size_, 0);
    for_each(set, [&](std::uint32_t pc) {
      ++work_;
      if (consumes(program_.code[pc], after)) follow(pc + 1, then_ + 2, 0);
    });
    if (!anchored_) follow(0, then_ + 2, 0);
    const std::uint16_t before = states_;
    result = intern(then_, (after == '\n' ? before_line : 0) | (is_word(after) ? after_word : 0));
    if (states_ < before) return result;  // all were forgotten, `state` too
  }
  table_[std::size_t{state - std::uint32_t{first_state}} * row_size_ + next] = result;
  return result;
}

/// The state with a set, new if it was not there.
std::uint16_t Automaton::intern(std::uint32_t* state, std::uint32_t context) {
  if (has(state + 2, program_.size - 1)) return accepting;
  bool empty = true, asserts = false;
  for_each(state + 2, [&](std::uint32_t pc) {
    empty = false;
    asserts = asserts || is_assertion(program_.code[pc].op);
  });
  if (empty) return dead;
  // Only what an assertion can ask for tells states apart.
  const std::uint32_t told_apart = (program_.assertions & about_text ? before_text : 0) |
                                   (program_.assertions & about_lines ? before_line : 0) |
                                   (program_.assertions & about_words ? after_word : 0);
  state[1] = asserts ? context & told_apart : 0;
  std::uint32_t hash = state[1];
  for (std::uint32_t i = 0; i < words_; ++i) {
    state[2 + i] &= waits_[i];
    hash = (hash ^ state[2 + i]) * 0x9E3779B1;
    hash ^= hash >> 15;
  }
  state[0] = hash;
  for (std::uint16_t i = 0; i < states_; ++i) {
    const std::uint32_t* const other = sets_ + std::size_t{i} * set_size_;
    if (other[0] == hash && std::equal(state, state + set_size_, other)) {
      return static_cast<std::uint16_t>(i + first_state);
    }
  }
  work_ += states_ + words_;
  if (states_ == most_) {
    states_ = 0;
    start_ = unknown_state;
  }
  if (states_ == capacity_) grow();
  std::copy_n(state, set_size_, sets_ + std::size_t{states_} * set_size_);
  std::fill_n(table_ + std::size_t{states_} * row_size_, row_size_, unknown_state);
  return static_cast<std::uint16_t>(states_++ + first_state);
}

void Automaton::grow() {
  capacity_ = static_cast<std::uint16_t>(std::min<std::uint32_t>(capacity_ ? 2 * capacity_ : 8, most_));
  std::uint32_t* const sets = arena_.array<std::uint32_t>(std::size_t{capacity_} * set_size_);
  std::uint16_t* const table = arena_.array<std::uint16_t>(std::size_t{capacity_} * row_size_);
  if (states_) {
    std::copy_n(sets_, std::size_t{states_} * set_size_, sets);
    std::copy_n(table_, std::size_t{states_} * row_size_, table);
  }
  sets_ = sets;
  table_ = table;
}

bool Automaton::complete() {
  if (start() < first_state) return true;
  for (std::uint16_t state = 0; state < states_; ++state) {
    for (std::uint16_t next = 0; next <= program_.alphabet.count; ++next) {
      step(static_cast<std::uint16_t>(state + first_state), next);
      if (states_ > std::min(most_whole_states, most_) - 1 || work_ > most_whole_work) return false;
    }
  }
  return true;
}

// --- regex.h ---

bool Matcher::matches(std::string_view text) {
  const Alphabet& alphabet = program_.alphabet;
  const std::uint16_t* table = program_.table;
  std::uint16_t state = program_.start;
  if (!table) {
    if (!automaton_)
      automaton_ = new (arena_.allocate(sizeof(Automaton), alignof(Automaton))) Automaton(program_, arena_);
    state = automaton_->start();
    table = automaton_->table();
  }
  const std::size_t row_size = alphabet.count + std::size_t{1};
  for (std::size_t i = 0; state >= first_state;) {
    std::uint16_t next = alphabet.count;
    if (i < text.size()) {
      const auto byte = static_cast<unsigned char>(text[i]);
      if (byte < 0x80) {
        next = alphabet.ascii[byte];
        ++i;
      } else {
        const CodePoint point = code_point_at(text, i);
        const char32_t* const interval = std::upper_bound(alphabet.begins, alphabet.begins + alphabet.intervals,
                                                          point.length ? point.value : char32_t{0xFFFD});
        next = alphabet.classes[interval - alphabet.begins - 1];
        i += std::max(point.length, 1u);
      }
    }
    const std::uint16_t after = table[(state - first_state) * row_size + next];
    if (after != unknown_state) {
      state = after;
    } else {
      state = automaton_->step(state, next);
      table = automaton_->table();
    }
  }
  return state == accepting;
}

std::size_t weight(std::string_view pattern, const Program& program) {
  return std::max<std::size_t>(pattern.size(), program.size - 1);
}

std::uint64_t compile_cost(const Program& program) {
  return 20 + program.work / 32;
}

}  // namespace crmsync::expression::regex
