#include <new>

#include "expression/regex/automaton.h"

namespace crmsync::expression::regex {
namespace {

/// Puts arrays behind each other; without memory it only counts their bytes.
class Packer {
 public:
  explicit Packer(char* memory) : memory_(memory) {}

  /// The copy that `items` points to afterwards.
  template <class T>
  T* put(const T*& items, std::size_t count) {
    used_ = (used_ + alignof(T) - 1) & ~(alignof(T) - 1);
    const std::size_t begin = used_;
    used_ += count * sizeof(T);
    if (!memory_) return nullptr;
    T* const copies = reinterpret_cast<T*>(memory_ + begin);
    if (count) std::memcpy(static_cast<void*>(copies), items, count * sizeof(T));
    items = copies;
    return copies;
  }
  std::size_t used() const { return used_; }

 private:
  char* memory_;
  std::size_t used_ = sizeof(Program);
};

/// What matching needs: the whole automaton, or the code to build it from. Returns the bytes.
std::size_t pack(Program program, char* memory) {
  Packer packer(memory);
  Alphabet& alphabet = program.alphabet;
  if (!program.table) {
    Set* const sets = packer.put(program.sets, program.set_count);
    for (std::uint32_t i = 0; i < program.set_count; ++i) {
      const Range* ranges = program.sets[i].ranges;
      packer.put(ranges, program.sets[i].count);
      if (sets) sets[i].ranges = ranges;
    }
    packer.put(program.code, program.size);
    packer.put(alphabet.samples, alphabet.count);
  }
  packer.put(alphabet.begins, alphabet.intervals);
  packer.put(alphabet.classes, alphabet.intervals);
  if (program.table) {
    packer.put(program.table, program.states * (alphabet.count + std::size_t{1}));
    program.code = nullptr;
  }
  if (memory) new (memory) Program(program);
  return packer.used();
}

}  // namespace

std::unique_ptr<char[]> finished(const Program& program, Arena& arena) {
  Program result = program;
  Automaton automaton(program, arena);
  if (automaton.complete()) {
    result.table = automaton.table();
    result.states = automaton.states();
    result.start = automaton.start();
  }
  std::unique_ptr<char[]> memory(new char[pack(result, nullptr)]);
  pack(result, memory.get());
  return memory;
}

}  // namespace crmsync::expression::regex
