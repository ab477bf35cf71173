#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>

#if defined(__wasm_simd128__) && !defined(CRMSYNC_SCALAR)
#include <wasm_simd128.h>
#elif defined(__SSE2__) && !defined(CRMSYNC_SCALAR)
#include <emmintrin.h>
#endif

/// Looking for bytes in JSON text, a block at a time. A block answers four questions about the `width` bytes at `p`,
/// with bit i for byte i. All blocks give the same answers, so whoever uses them gives the same bytes and offsets.
///
///   special: a byte that ends the plain part of a JSON string: quote, backslash, control character, or not ASCII
///   escape:  a byte that JSON.stringify escapes: quote, backslash, control character
///   ink:     a byte that is not JSON white space
///   newline: the byte that ends a line
namespace crmsync::json {

struct ScalarBlock {
  static constexpr std::ptrdiff_t width = 1;
  static std::uint32_t special(const char* p) { return escape(p) | (static_cast<unsigned char>(*p) >= 0x80); }
  static std::uint32_t escape(const char* p) {
    return *p == '"' || *p == '\\' || static_cast<unsigned char>(*p) < 0x20;
  }
  static std::uint32_t ink(const char* p) { return !(*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'); }
  static std::uint32_t newline(const char* p) { return *p == '\n'; }
};

#if defined(__wasm_simd128__) && !defined(CRMSYNC_SCALAR)

struct WasmBlock {
  static constexpr std::ptrdiff_t width = 16;
  static std::uint32_t special(const char* p) {
    const v128_t bytes = wasm_v128_load(p);
    // Signed: bytes from 0x80 are negative, so one comparison finds them together with the control characters.
    return mask(wasm_v128_or(quote_or_backslash(bytes), wasm_i8x16_lt(bytes, wasm_i8x16_splat(0x20))));
  }
  static std::uint32_t escape(const char* p) {
    const v128_t bytes = wasm_v128_load(p);
    return mask(wasm_v128_or(quote_or_backslash(bytes), wasm_u8x16_lt(bytes, wasm_i8x16_splat(0x20))));
  }
  static std::uint32_t ink(const char* p) {
    const v128_t bytes = wasm_v128_load(p);
    const v128_t blanks =
        wasm_v128_or(wasm_i8x16_eq(bytes, wasm_i8x16_splat(' ')), wasm_i8x16_eq(bytes, wasm_i8x16_splat('\t')));
    const v128_t breaks =
        wasm_v128_or(wasm_i8x16_eq(bytes, wasm_i8x16_splat('\n')), wasm_i8x16_eq(bytes, wasm_i8x16_splat('\r')));
    return ~mask(wasm_v128_or(blanks, breaks)) & 0xFFFF;
  }
  static std::uint32_t newline(const char* p) { return mask(wasm_i8x16_eq(wasm_v128_load(p), wasm_i8x16_splat('\n'))); }

 private:
  static v128_t quote_or_backslash(v128_t bytes) {
    return wasm_v128_or(wasm_i8x16_eq(bytes, wasm_i8x16_splat('"')), wasm_i8x16_eq(bytes, wasm_i8x16_splat('\\')));
  }
  static std::uint32_t mask(v128_t hits) { return static_cast<std::uint32_t>(wasm_i8x16_bitmask(hits)); }
};
using NativeBlock = WasmBlock;

#elif defined(__SSE2__) && !defined(CRMSYNC_SCALAR)

struct SseBlock {
  static constexpr std::ptrdiff_t width = 16;
  static std::uint32_t special(const char* p) {
    const __m128i bytes = load(p);
    // Signed: bytes from 0x80 are negative, so one comparison finds them together with the control characters.
    return mask(_mm_or_si128(quote_or_backslash(bytes), _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20))));
  }
  static std::uint32_t escape(const char* p) {
    const __m128i bytes = load(p);
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes);
    return mask(_mm_or_si128(quote_or_backslash(bytes), control));
  }
  static std::uint32_t ink(const char* p) {
    const __m128i bytes = load(p);
    const __m128i blanks = _mm_or_si128(equal(bytes, ' '), equal(bytes, '\t'));
    const __m128i breaks = _mm_or_si128(equal(bytes, '\n'), equal(bytes, '\r'));
    return ~mask(_mm_or_si128(blanks, breaks)) & 0xFFFF;
  }
  static std::uint32_t newline(const char* p) { return mask(equal(load(p), '\n')); }

 private:
  static __m128i load(const char* p) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p)); }
  static __m128i equal(__m128i bytes, char c) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)); }
  static __m128i quote_or_backslash(__m128i bytes) { return _mm_or_si128(equal(bytes, '"'), equal(bytes, '\\')); }
  static std::uint32_t mask(__m128i hits) { return static_cast<std::uint32_t>(_mm_movemask_epi8(hits)); }
};
using NativeBlock = SseBlock;

#else
using NativeBlock = ScalarBlock;
#endif

/// The first byte in [p, end) for which `Question` of a block says yes, or `end`. Reads nothing behind `end`.
template <class Block, std::uint32_t (*Question)(const char*), std::uint32_t (*ScalarQuestion)(const char*)>
inline const char* find(const char* p, const char* end) {
  for (; end - p >= Block::width; p += Block::width) {
    if (const std::uint32_t hits = Question(p)) return p + std::countr_zero(hits);
  }
  while (p != end && !ScalarQuestion(p)) ++p;
  return p;
}

template <class Block>
inline const char* find_special(const char* p, const char* end) {
  return find<Block, Block::special, ScalarBlock::special>(p, end);
}

template <class Block>
inline const char* find_escape(const char* p, const char* end) {
  return find<Block, Block::escape, ScalarBlock::escape>(p, end);
}

template <class Block>
inline const char* find_ink(const char* p, const char* end) {
  return find<Block, Block::ink, ScalarBlock::ink>(p, end);
}

template <class Block>
inline const char* find_newline(const char* p, const char* end) {
  return find<Block, Block::newline, ScalarBlock::newline>(p, end);
}

}  // namespace crmsync::json
