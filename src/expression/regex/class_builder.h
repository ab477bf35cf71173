#pragma once
#include <string_view>

#include "expression/regex/buffer.h"
#include "expression/regex/program.h"

namespace crmsync::expression::regex {

inline constexpr char32_t last_code_point = 0x10FFFF;

/// Collects the code points of a class.
class ClassBuilder {
 public:
  /// `work` counts what is done.
  ClassBuilder(Arena& arena, std::uint32_t& work) : ranges_(arena), arena_(arena), work_(work) {}

  void clear() { ranges_.shrink(0); }
  void add(char32_t first, char32_t last);
  /// With all that are the same without case (Unicode's simple case folding).
  void add_folded(char32_t first, char32_t last);
  void add(ClassBuilder& other);
  /// `d`, `s`, `w` or an ASCII class such as `alpha`; false if there is none of that name.
  bool add_ascii_class(std::string_view name, bool fold);
  /// A general category of Unicode; false if it is not among those that are known.
  bool add_category(std::string_view name, bool fold);
  /// Puts the ranges in order and joins those that touch.
  void normalise();
  void negate();

  const Range* ranges() { return ranges_.data(); }
  std::uint32_t size() const { return ranges_.size(); }

 private:
  void add(char32_t first, char32_t last, bool fold) { fold ? add_folded(first, last) : add(first, last); }
  void fold(Range range, bool back);

  Buffer<Range> ranges_;
  Arena& arena_;
  std::uint32_t& work_;
};

}  // namespace crmsync::expression::regex
