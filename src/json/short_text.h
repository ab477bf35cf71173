#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>

/// Names and most values are short: these few instructions are quicker than a call of memcmp or memcpy.
namespace crmsync {

namespace short_text {
template <class Word>
Word word_at(const char* p) {
  Word word;
  std::memcpy(&word, p, sizeof word);
  return word;
}
/// Whether the first and the last word are the same; together they cover `size` bytes, of 1 to 2 words.
template <class Word>
bool same_ends(const char* a, const char* b, std::size_t size) {
  const std::size_t last = size - sizeof(Word);
  return word_at<Word>(a) == word_at<Word>(b) && word_at<Word>(a + last) == word_at<Word>(b + last);
}
template <class Word>
void copy_ends(char* to, const char* from, std::size_t size) {
  const std::size_t last = size - sizeof(Word);
  const Word first_word = word_at<Word>(from), last_word = word_at<Word>(from + last);
  std::memcpy(to, &first_word, sizeof(Word));
  std::memcpy(to + last, &last_word, sizeof(Word));
}
}  // namespace short_text

inline constexpr std::size_t short_size = 32;

/// memcmp(a, b, size) == 0, of at most `short_size`.
inline bool same_short(const char* a, const char* b, std::size_t size) {
  using namespace short_text;
  if (size > 16)
    return same_ends<std::uint64_t>(a, b, 16) && same_ends<std::uint64_t>(a + size - 16, b + size - 16, 16);
  if (size >= 8) return same_ends<std::uint64_t>(a, b, size);
  if (size >= 4) return same_ends<std::uint32_t>(a, b, size);
  if (size >= 2) return same_ends<std::uint16_t>(a, b, size);
  return size == 0 || *a == *b;
}
inline bool same_bytes(const char* a, const char* b, std::size_t size) {
  return size > short_size ? std::memcmp(a, b, size) == 0 : same_short(a, b, size);
}

/// memcpy, of at most `short_size`; also of nothing from nowhere.
inline void copy_short(char* to, const char* from, std::size_t size) {
  using namespace short_text;
  if (size > 16) {
    copy_ends<std::uint64_t>(to, from, 16);
    copy_ends<std::uint64_t>(to + size - 16, from + size - 16, 16);
  } else if (size >= 8) {
    copy_ends<std::uint64_t>(to, from, size);
  } else if (size >= 4) {
    copy_ends<std::uint32_t>(to, from, size);
  } else if (size >= 2) {
    copy_ends<std::uint16_t>(to, from, size);
  } else if (size == 1) {
    *to = *from;
  }
}
/// The same of any size. Emscripten's memcpy goes byte by byte where one begins off the other's words, up to 512 bytes.
inline void copy_bytes(char* to, const char* from, std::size_t size) {
  if (size > 512) {
    std::memcpy(to, from, size);
  } else if (size > short_size) {
    for (std::size_t i = 0; i < size - 16; i += 16) short_text::copy_ends<std::uint64_t>(to + i, from + i, 16);
    short_text::copy_ends<std::uint64_t>(to + size - 16, from + size - 16, 16);
  } else {
    copy_short(to, from, size);
  }
}

}  // namespace crmsync
