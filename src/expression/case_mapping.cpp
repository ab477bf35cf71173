#include "expression/case_mapping.h"

#include "expression/case_table.h"
#include "expression/text.h"

namespace crmsync::expression {
namespace {

/// Characters that have more than one in the other case (Unicode, SpecialCasing.txt), each with what it becomes and a
/// space.
constexpr std::string_view special_capitals =
    "ßSS ŉʼN ǰJ̌ ΐ\u0399\u0308\u0301 ΰ\u03a5\u0308\u0301 ևԵՒ ẖH̱ ẗT̈ ẘW̊ ẙY̊ ẚAʾ ﬀFF ﬁFI ﬂFL ﬃFFI ﬄFFL ﬅST ﬆST ﬓՄՆ ﬔՄԵ ﬕՄԻ "
    "ﬖՎՆ ﬗՄԽ ";

/// Of the small Greek letters U+1F50 to U+1FFF, 16 a number: those with breathings or iota that have more than one
/// capital (SpecialCasing.txt). They are 79, and rare in names.
constexpr std::uint16_t special_greek[] = {0x0055, 0,      0,      0xFFFF, 0xFFFF, 0xFFFF,
                                           0x10DC, 0x10DC, 0x00CC, 0x00DC, 0x10DC};

bool is_special_greek(char32_t c) {
  return c >= 0x1F50 && c <= 0x1FFF && (special_greek[(c - 0x1F50) >> 4] >> (c & 15) & 1) != 0;
}

/// Neighbours in the table that a character was found among; the next character of a text mostly is too.
struct Run {
  char32_t first = 1, last = 0, stride = 1;
  std::int32_t delta = 0;

  bool holds(char32_t c) const { return c >= first && c <= last && (c - first) % stride == 0; }
};

std::uint32_t next_number(const std::uint8_t*& at) {
  std::uint32_t number = 0;
  for (unsigned shift = 0;; shift += 7) {
    number |= static_cast<std::uint32_t>(*at & 0x7F) << shift;
    if (*at++ < 0x80) return number;
  }
}

/// False where the character has no other case.
bool find_run(char32_t c, bool upper, Run& run) {
  const std::uint8_t* at = case_table;
  for (unsigned list = 0; list < 3; ++list) {
    char32_t start = 0;
    for (std::uint32_t count = next_number(at); count != 0; count = next_number(at)) {
      start += next_number(at);
      const std::uint32_t zigzag = next_number(at);
      const auto delta = static_cast<std::int32_t>(zigzag >> 1) ^ -static_cast<std::int32_t>(zigzag & 1);
      if (list != 0 && upper != (list == 1)) continue;
      const bool from_small = list == 0 && upper;
      run.stride = 1 + (count & 1);
      run.first = from_small ? start + static_cast<char32_t>(delta) : start;
      run.last = run.first + ((count >> 1) - 1) * run.stride;
      run.delta = from_small ? -delta : delta;
      if (run.holds(c)) return true;
    }
  }
  run = {};
  return false;
}

/// Blocks of scripts without case, which need no search: Hebrew to Myanmar, CJK, Hangul and what is private.
bool is_without_case(char32_t c) {
  return (c >= 0x590 && c < 0x10A0) || (c >= 0x2E00 && c < 0xA640) || (c >= 0xAC00 && c < 0xFB00) || c > 0x1EFFF;
}

char32_t ascii_in_case(char32_t c, bool upper) {
  const char32_t first = upper ? U'a' : U'A';
  return c >= first && c < first + 26 ? c ^ 0x20 : c;
}

}  // namespace

bool append_in_case(std::string_view text, LetterCase letter_case, std::string& out) {
  const bool upper = letter_case == LetterCase::upper;
  Run run;
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint point = code_point_at(text, i);
    if (point.length == 0) return false;
    const std::string_view character = text.substr(i, point.length);
    i += point.length;
    const char32_t c = point.value;
    if (c < 0x80) {
      out += static_cast<char>(ascii_in_case(c, upper));
    } else if (!is_without_case(c) && (run.holds(c) || find_run(c, upper, run))) {
      // A capital sigma has two small letters; which one depends on the word.
      if (!upper && c == 0x3A3) return false;
      append_code_point(out, static_cast<char32_t>(static_cast<std::int32_t>(c) + run.delta));
    } else if (upper) {
      const std::size_t special = special_capitals.find(character);
      const bool found = special != std::string_view::npos && (special == 0 || special_capitals[special - 1] == ' ');
      if (is_special_greek(c)) return false;
      const std::size_t begin = special + character.size();
      out += found ? special_capitals.substr(begin, special_capitals.find(' ', begin) - begin) : character;
    } else {
      out += c == 0x130 ? std::string_view("i̇") : character;
    }
  }
  return true;
}

}  // namespace crmsync::expression
