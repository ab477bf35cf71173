#include "expression/regex/alphabet.h"

#include <algorithm>

#include "expression/regex/buffer.h"
#include "expression/regex/class_builder.h"
#include "json/sort.h"

namespace crmsync::expression::regex {
namespace {

/// Cuts the code points where any set begins or ends, then splits classes set by set: what is in the set, what is not.
class Partition {
 public:
  Partition(Arena& arena, std::uint32_t& work) : arena_(arena), work_(work), begins_(arena), moves_(arena) {}

  void cut(const Range* ranges, std::uint32_t count);
  void number();
  void split(const Range* ranges, std::uint32_t count);
  void finish(Alphabet& alphabet);

 private:
  struct Move {
    std::uint32_t split, to;
  };

  Arena& arena_;
  std::uint32_t& work_;
  Buffer<char32_t> begins_;
  std::uint32_t* classes_ = nullptr;
  Buffer<Move> moves_;  // of each class: where its members went in the last split that met it
  std::uint32_t split_ = 0;
};

void Partition::cut(const Range* ranges, std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) {
    begins_.push(ranges[i].first);
    if (ranges[i].last < last_code_point) begins_.push(ranges[i].last + 1);
  }
}

void Partition::number() {
  begins_.push(0);
  const std::uint32_t count = begins_.size();
  work_ += 4 * count;
  const std::uint32_t* const order =
      sorted_positions(count, arena_, [this](std::uint32_t a, std::uint32_t b) { return begins_[a] < begins_[b]; });
  char32_t* const sorted = arena_.array<char32_t>(count);
  for (std::uint32_t i = 0; i < count; ++i) sorted[i] = begins_[order[i]];
  begins_.shrink(static_cast<std::uint32_t>(std::unique_copy(sorted, sorted + count, begins_.data()) - begins_.data()));
  classes_ = arena_.array<std::uint32_t>(begins_.size());
  moves_.push({0, 0});
}

void Partition::split(const Range* ranges, std::uint32_t count) {
  ++split_;
  const char32_t* const begin = begins_.data();
  const char32_t* const end = begin + begins_.size();
  for (std::uint32_t i = 0; i < count; ++i) {
    for (const char32_t* at = std::lower_bound(begin, end, ranges[i].first); at != end; ++at, ++work_) {
      if (*at > ranges[i].last) break;
      std::uint32_t& number = classes_[at - begin];
      if (moves_[number].split != split_) {
        moves_[number] = {split_, moves_.size()};
        moves_.push({split_, moves_.size()});
      }
      number = moves_[number].to;
    }
  }
}

/// Numbers the classes that are left in the order in which they begin.
void Partition::finish(Alphabet& alphabet) {
  const std::uint32_t count = begins_.size();
  std::uint16_t* const classes = arena_.array<std::uint16_t>(count);
  char32_t* const samples = arena_.array<char32_t>(count);
  for (std::uint32_t i = 0; i < moves_.size(); ++i) moves_[i].split = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    Move& move = moves_[classes_[i]];
    if (move.split == 0) {
      samples[alphabet.count] = begins_[i];
      move = {1, alphabet.count++};
    }
    classes[i] = static_cast<std::uint16_t>(move.to);
    const char32_t end = i + 1 < count ? begins_[i + 1] : 128;
    for (char32_t c = begins_[i]; c < end && c < 128; ++c) alphabet.ascii[c] = classes[i];
  }
  alphabet.intervals = count;
  alphabet.begins = begins_.data();
  alphabet.classes = classes;
  alphabet.samples = samples;
}

constexpr Range new_line = {'\n', '\n'};
constexpr Range word[] = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};

template <class Visit>
void for_each_set(const Program& program, Visit visit) {
  for (std::uint32_t i = 0; i < program.size; ++i) {
    const Range range{program.code[i].a, program.code[i].b};
    if (program.code[i].op == Op::range) visit(&range, 1);
  }
  for (std::uint32_t i = 0; i < program.set_count; ++i) visit(program.sets[i].ranges, program.sets[i].count);
  if (program.assertions & (assertion_bit(Op::line_begin) | assertion_bit(Op::line_end))) visit(&new_line, 1);
  if (program.assertions & (assertion_bit(Op::boundary) | assertion_bit(Op::no_boundary))) {
    visit(word, static_cast<std::uint32_t>(std::size(word)));
  }
}

}  // namespace

void make_alphabet(Program& program, Arena& arena, std::uint32_t& work) {
  Partition partition(arena, work);
  for_each_set(program, [&](const Range* ranges, std::uint32_t count) { partition.cut(ranges, count); });
  partition.number();
  for_each_set(program, [&](const Range* ranges, std::uint32_t count) { partition.split(ranges, count); });
  partition.finish(program.alphabet);
}

}  // namespace crmsync::expression::regex
