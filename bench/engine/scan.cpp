/// The reader, and what no reader that looks at every byte can be faster than, over the bytes that the host handed
/// over.
#include <wasm_simd128.h>

#include <vector>

#include "host.h"
#include "json/batch.h"
#include "json/path.h"
#include "json/simd.h"

namespace {

using namespace crmsync;

constexpr std::size_t width = 16;

/// Bytes beyond the last whole block are left out: they are none of a file's time.
template <class Visit>
void for_each_block(const std::string& text, Visit visit) {
  for (std::size_t at = 0; at + width <= text.size(); at += width) visit(wasm_v128_load(text.data() + at));
}

v128_t equal(v128_t bytes, char c) {
  return wasm_i8x16_eq(bytes, wasm_i8x16_splat(c));
}

/// Quotes, backslashes and control characters: where the inside of a string may end.
int ends_of_strings(v128_t bytes) {
  const v128_t control = wasm_u8x16_lt(bytes, wasm_i8x16_splat(0x20));
  return __builtin_popcount(
      wasm_i8x16_bitmask(wasm_v128_or(wasm_v128_or(equal(bytes, '"'), equal(bytes, '\\')), control)));
}

/// The bytes `behind` before each of `bytes`.
template <int behind>
v128_t shifted(v128_t before, v128_t bytes) {
  constexpr int from = static_cast<int>(width) - behind;
  return wasm_i8x16_shuffle(before, bytes, from, from + 1, from + 2, from + 3, from + 4, from + 5, from + 6, from + 7,
                            from + 8, from + 9, from + 10, from + 11, from + 12, from + 13, from + 14, from + 15);
}

/// Validation of UTF-8 by three look-ups in tables of half bytes (Keiser and Lemire, "Validating UTF-8 in less than one
/// instruction per byte", 2021): each bit is a mistake, which two bytes in a row make if all three tables have it.
class Utf8 {
 public:
  void take(v128_t bytes) {
    if (wasm_i8x16_bitmask(wasm_v128_or(bytes, before_)) != 0) check(bytes);
    before_ = bytes;
  }
  bool valid() const { return !wasm_v128_any_true(mistakes_); }

 private:
  enum : std::uint8_t {
    too_short = 1 << 0,   // a leading byte where a continuation belongs
    too_long = 1 << 1,    // a continuation behind ASCII
    overlong_3 = 1 << 2,  // E0 and less than A0
    surrogate = 1 << 4,   // ED and more than 9F
    overlong_2 = 1 << 5,  // C0, C1
    too_large = 1 << 3,   // F4 and more than 8F, F5 and above
    too_large_1000 = 1 << 6,
    overlong_4 = 1 << 6,  // F0 and less than 90
    two_continuations = 1 << 7,
    any_second = too_short | too_long | two_continuations,
    beyond = any_second | too_large | too_large_1000,
  };

  static v128_t low_half(v128_t bytes) { return wasm_v128_and(bytes, wasm_i8x16_splat(0x0F)); }
  static v128_t high_half(v128_t bytes) { return wasm_u8x16_shr(bytes, 4); }

  void check(v128_t bytes) {
    const v128_t last = shifted<1>(before_, bytes);
    const v128_t of_first_high = wasm_u8x16_make(
        too_long, too_long, too_long, too_long, too_long, too_long, too_long, too_long, two_continuations,
        two_continuations, two_continuations, two_continuations, too_short | overlong_2, too_short,
        too_short | overlong_3 | surrogate, too_short | too_large | too_large_1000 | overlong_4);
    const v128_t of_first_low =
        wasm_u8x16_make(any_second | overlong_3 | overlong_2 | overlong_4, any_second | overlong_2, any_second,
                        any_second, any_second | too_large, beyond, beyond, beyond, beyond, beyond, beyond, beyond,
                        beyond, beyond | surrogate, beyond, beyond);
    const v128_t of_second_high = wasm_u8x16_make(
        too_short, too_short, too_short, too_short, too_short, too_short, too_short, too_short,
        too_long | overlong_2 | two_continuations | overlong_3 | too_large_1000 | overlong_4,
        too_long | overlong_2 | two_continuations | overlong_3 | too_large,
        too_long | overlong_2 | two_continuations | surrogate | too_large,
        too_long | overlong_2 | two_continuations | surrogate | too_large, too_short, too_short, too_short, too_short);
    const v128_t special = wasm_v128_and(wasm_v128_and(wasm_i8x16_swizzle(of_first_high, high_half(last)),
                                                       wasm_i8x16_swizzle(of_first_low, low_half(last))),
                                         wasm_i8x16_swizzle(of_second_high, high_half(bytes)));
    // Two continuations in a row are right behind the first byte of three or four.
    const v128_t third = wasm_u8x16_sub_sat(shifted<2>(before_, bytes), wasm_i8x16_splat(0xE0 - 0x80));
    const v128_t fourth = wasm_u8x16_sub_sat(shifted<3>(before_, bytes), wasm_i8x16_splat(0xF0 - 0x80));
    const v128_t expected = wasm_v128_and(wasm_v128_or(third, fourth), wasm_i8x16_splat(two_continuations));
    mistakes_ = wasm_v128_or(mistakes_, wasm_v128_xor(expected, special));
  }

  v128_t before_ = wasm_i8x16_splat(0);
  v128_t mistakes_ = wasm_i8x16_splat(0);
};

}  // namespace

extern "C" {

/// How many ends of strings there are.
EMSCRIPTEN_KEEPALIVE int scan() {
  int count = 0;
  for_each_block(bench::given(), [&](v128_t bytes) { count += ends_of_strings(bytes); });
  return count;
}

/// The same of valid UTF-8, -1 of any other.
EMSCRIPTEN_KEEPALIVE int scan_utf8() {
  int count = 0;
  Utf8 utf8;
  for_each_block(bench::given(), [&](v128_t bytes) {
    count += ends_of_strings(bytes);
    utf8.take(bytes);
  });
  return utf8.valid() ? count : -1;
}

/// How many fields of map-direct's the reader finds.
EMSCRIPTEN_KEEPALIVE int read_fields() {
  static const json::Shape shape = [] {
    json::Shape wanted;
    std::uint32_t slot = 0;
    for (const char* path :
         {"email", "firstname", "lastname", "company", "jobtitle", "phone", "hs_analytics_source", "website"})
      wanted.want(parse_path(path).value(), slot++);
    return wanted;
  }();
  std::vector<Value> slots(shape.slot_count());
  struct Count final : json::BatchHandler {
    explicit Count(const std::vector<Value>& read) : slots(read) {}
    void value(std::uint64_t) override {
      for (const Value& slot : slots) fields += slot.is_absent() ? 0 : 1;
    }
    void broken(const json::ReadResult&, std::uint64_t) override { fields = -1; }
    const std::vector<Value>& slots;
    int fields = 0;
  } count(slots);
  json::BatchPlace place;
  place.last = 1;
  json::read_batch(bench::given(), place, shape, slots.data(), nullptr, json::Limits{}, count);
  return count.fields;
}

/// How many strings there are, found one after the other: from the quote that opens one to what ends its plain part, 16
/// bytes a step, as often as it takes to the one that closes it; and on to the next quote. Nothing is held against
/// anything else, and what stands between strings is not looked at.
EMSCRIPTEN_KEEPALIVE int walk_strings() {
  const std::string& text = bench::given();
  const char* p = text.data();
  const char* const end = p + text.size();
  int count = 0;
  for (;;) {
    while (p != end && *p != '"') ++p;
    if (p == end) return count;
    for (++p; p != end && *p != '"';) {
      p = json::find_special<json::NativeBlock>(p, end);
      if (p != end && *p != '"') p += *p == '\\' ? 2 : 1;
    }
    if (p == end) return -1;
    ++p;
    ++count;
  }
}

}  // extern "C"
