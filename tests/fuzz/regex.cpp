/// A pattern, a line end, a text: the deterministic automaton against plain simulation of the same code by its meaning.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "expression/regex/program.h"
#include "expression/text.h"

using namespace crmsync;
using namespace crmsync::expression;
using namespace crmsync::expression::regex;

namespace {

/// The code points of a text; what is not UTF-8 counts as U+FFFD, byte by byte.
std::vector<char32_t> code_points(std::string_view text) {
  std::vector<char32_t> result;
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint point = code_point_at(text, i);
    result.push_back(point.length ? point.value : char32_t{0xFFFD});
    i += point.length ? point.length : 1;
  }
  return result;
}

/// Visits every pair of an instruction and a position that can be reached, each once, by depth-first search.
class Search {
 public:
  Search(const Program& program, const std::vector<char32_t>& text)
      : program_(program), text_(text), seen_(program.size * (text.size() + 1)) {}

  bool matches() {
    for (std::size_t start = 0; start <= text_.size(); ++start) reach(0, start);
    while (!waiting_.empty()) {
      const auto [pc, at] = waiting_.back();
      waiting_.pop_back();
      const Instruction& instruction = program_.code[pc];
      switch (instruction.op) {
        case Op::match: return true;
        case Op::range:
          if (at < text_.size() && text_[at] >= instruction.a && text_[at] <= instruction.b) reach(pc + 1, at + 1);
          break;
        case Op::any_of:
          if (at < text_.size() && contains(program_.sets[instruction.a], text_[at])) reach(pc + 1, at + 1);
          break;
        case Op::split:
          reach(pc + 1, at);
          reach(pc + instruction.a, at);
          break;
        case Op::jump: reach(pc + instruction.a, at); break;
        case Op::text_begin: reach_if(at == 0, pc, at); break;
        case Op::text_end: reach_if(at == text_.size(), pc, at); break;
        case Op::line_begin: reach_if(at == 0 || text_[at - 1] == '\n', pc, at); break;
        case Op::line_end: reach_if(at == text_.size() || text_[at] == '\n', pc, at); break;
        case Op::boundary: reach_if(word(at) != (at > 0 && word(at - 1)), pc, at); break;
        case Op::no_boundary: reach_if(word(at) == (at > 0 && word(at - 1)), pc, at); break;
      }
    }
    return false;
  }

 private:
  struct Place {
    std::uint32_t pc;
    std::size_t at;
  };

  void reach(std::uint32_t pc, std::size_t at) {
    if (seen_[pc * (text_.size() + 1) + at]) return;
    seen_[pc * (text_.size() + 1) + at] = true;
    waiting_.push_back({pc, at});
  }
  void reach_if(bool holds, std::uint32_t pc, std::size_t at) {
    if (holds) reach(pc + 1, at);
  }
  bool word(std::size_t at) const { return at < text_.size() && is_word(text_[at]); }
  static bool contains(const Set& set, char32_t c) {
    for (std::uint32_t i = 0; i < set.count; ++i) {
      if (c >= set.ranges[i].first && c <= set.ranges[i].last) return true;
    }
    return false;
  }

  const Program& program_;
  const std::vector<char32_t>& text_;
  std::vector<bool> seen_;
  std::vector<Place> waiting_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line_end = std::min(input.find('\n'), input.size());
  const std::string_view pattern = input.substr(0, line_end);
  const std::string_view text = input.substr(std::min(line_end + 1, input.size())).substr(0, 200);
  Arena arena(std::size_t{256} << 20);
  Mistake mistake;
  const Program* const program = compile(pattern, arena, mistake);
  if (!program) {
    if (!mistake.what || mistake.offset + mistake.length > pattern.size()) std::abort();
    return 0;
  }
  if (program->size > max_instructions + 1) std::abort();
  const bool expected = Search(*program, code_points(text)).matches();
  if (Matcher(*program, arena).matches(text) != expected) std::abort();
  const std::unique_ptr<char[]> kept = finished(*program, arena);
  if (Matcher(*reinterpret_cast<const Program*>(kept.get()), arena).matches(text) != expected) std::abort();
  return 0;
}
