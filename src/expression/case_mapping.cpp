#include "expression/case_mapping.h"

#include "expression/text.h"

namespace crmsync::expression {
namespace {

constexpr char32_t unknown = 0xFFFFFFFF;

/// Latin Extended-A: capitals stand next to their small letters, even or odd first by stretch (Unicode, chart U0100).
char32_t map_latin_extended(char32_t c, bool upper) {
  if (c == 0x130 || c == 0x131 || c == 0x149 || c == 0x17F)
    return unknown;  // these need more than one character, or a locale
  if (c == 0x138) return c;
  if (c == 0x178) return upper ? c : 0xFF;
  const bool odd_capital = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E);
  const bool is_capital = (c % 2 == 1) == odd_capital;
  if (is_capital == upper) return c;
  return upper ? c - 1 : c + 1;
}

/// Simple mapping of one character, `unknown` where this table has none.
char32_t map(char32_t c, bool upper) {
  if (c < 0x80) {
    if (upper) return c >= 'a' && c <= 'z' ? c - 32 : c;
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
  }
  if (c < 0x100) {
    if (c == 0xB5) return upper ? 0x39C : c;
    if (c == 0xFF) return upper ? 0x178 : c;
    if (c == 0xD7 || c == 0xF7 || c < 0xC0) return c;
    if (c == 0xDF) return upper ? unknown : c;
    if (upper) return c >= 0xE0 ? c - 32 : c;
    return c < 0xDF ? c + 32 : c;
  }
  if (c < 0x180) return map_latin_extended(c, upper);
  // Greek with and without tonos; a capital sigma has two small forms, and two letters have no single capital.
  if (c >= 0x386 && c <= 0x3CE && c != 0x387 && c != 0x38B && c != 0x38D && c != 0x3A2) {
    if (c == 0x390 || c == 0x3B0) return upper ? unknown : c;
    if (c == 0x3A3) return upper ? c : unknown;
    if (c == 0x3C2) return upper ? 0x3A3 : c;
    if (c == 0x386) return upper ? c : 0x3AC;
    if (c >= 0x388 && c <= 0x38A) return upper ? c : c + 37;
    if (c == 0x38C) return upper ? c : 0x3CC;
    if (c == 0x38E || c == 0x38F) return upper ? c : c + 63;
    if (c == 0x3AC) return upper ? 0x386 : c;
    if (c >= 0x3AD && c <= 0x3AF) return upper ? c - 37 : c;
    if (c == 0x3CC) return upper ? 0x38C : c;
    if (c == 0x3CD || c == 0x3CE) return upper ? c - 63 : c;
    if (c >= 0x391 && c <= 0x3AB) return upper ? c : c + 32;
    return upper ? c - 32 : c;
  }
  if (c >= 0x400 && c <= 0x45F) {  // Cyrillic
    if (c < 0x410) return upper ? c : c + 80;
    if (c < 0x430) return upper ? c : c + 32;
    if (c < 0x450) return upper ? c - 32 : c;
    return upper ? c - 80 : c;
  }
  const bool without_case = (c >= 0x5D0 && c <= 0x5EA) || (c >= 0x620 && c <= 0x64A) ||      // Hebrew, Arabic letters
                            (c >= 0x900 && c <= 0x97F) || (c >= 0xE01 && c <= 0xE5B) ||      // Devanagari, Thai
                            (c >= 0x2000 && c <= 0x206F) || (c >= 0x20A0 && c <= 0x20BF) ||  // punctuation, currencies
                            (c >= 0x3000 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x4DBF) ||  // kana, ideographs
                            (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0xAC00 && c <= 0xD7A3) ||  // Hangul
                            (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0xFE00 && c <= 0xFE0F) ||  // pictographs
                            c == 0x2122;
  return without_case ? c : unknown;
}

}  // namespace

bool append_in_case(std::string_view text, LetterCase letter_case, std::string& out) {
  const bool upper = letter_case == LetterCase::upper;
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint point = code_point_at(text, i);
    if (point.length == 0) return false;
    i += point.length;
    if (upper && point.value == 0xDF) {  // sharp s has two letters in capitals
      out += "SS";
      continue;
    }
    const char32_t mapped = map(point.value, upper);
    if (mapped == unknown) return false;
    append_code_point(out, mapped);
  }
  return true;
}

}  // namespace crmsync::expression
