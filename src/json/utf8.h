#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

/// UTF-8 as the Unicode Standard has it (table 3-7, well-formed byte sequences): no overlong forms, no surrogates,
/// nothing above U+10FFFF.
namespace crmsync::utf8 {

constexpr int ill_formed = 0;
constexpr int cut_off = -1;  // well-formed as far as it goes, but the text ends within it

/// The length in bytes (1 to 4) of the sequence at `p`, or `ill_formed`, or `cut_off`. Needs p < end.
inline int sequence_length(const char* p, const char* end) {
  const auto byte = [p](int i) { return static_cast<unsigned char>(p[i]); };
  const auto continues = [&](int i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return ill_formed;
  const std::ptrdiff_t left = end - p;
  if (left < 2) return cut_off;
  if (lead < 0xE0) return continues(1) ? 2 : ill_formed;
  // The second byte alone excludes overlong forms (E0, F0), surrogates (ED) and what lies above U+10FFFF (F4).
  const unsigned char lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < lowest || byte(1) > highest) return ill_formed;
  if (left < 3) return cut_off;
  if (!continues(2)) return ill_formed;
  if (lead < 0xF0) return 3;
  if (left < 4) return cut_off;
  return continues(3) ? 4 : ill_formed;
}

/// The offset of the first sequence of `text` that is ill-formed or cut off, or npos.
inline std::size_t find_invalid(std::string_view text) {
  const char* const end = text.data() + text.size();
  for (const char* p = text.data(); p != end;) {
    const int length = sequence_length(p, end);
    if (length <= 0) return static_cast<std::size_t>(p - text.data());
    p += length;
  }
  return std::string_view::npos;
}

/// Writes a Unicode scalar value and returns the place behind it; up to 4 bytes.
inline char* encode(std::uint32_t code_point, char* out) {
  const auto put = [&out](std::uint32_t byte) { *out++ = static_cast<char>(byte); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | code_point >> 6);
    put(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    put(0xE0 | code_point >> 12);
    put(0x80 | (code_point >> 6 & 0x3F));
    put(0x80 | (code_point & 0x3F));
  } else {
    put(0xF0 | code_point >> 18);
    put(0x80 | (code_point >> 12 & 0x3F));
    put(0x80 | (code_point >> 6 & 0x3F));
    put(0x80 | (code_point & 0x3F));
  }
  return out;
}

}  // namespace crmsync::utf8
