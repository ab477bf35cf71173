#include "expression/duration.h"

#include <limits>

namespace crmsync::expression {
namespace {

/// Reads from the front of a text.
struct Scanner {
  std::string_view text;
  std::size_t at = 0;

  bool done() const { return at == text.size(); }
  char peek() const { return at < text.size() ? text[at] : '\0'; }
  bool accept(char c) {
    if (peek() != c) return false;
    ++at;
    return true;
  }
};

/// The nanoseconds of a unit, 0 if there is none.
std::int64_t read_unit(Scanner& scan) {
  if (scan.accept('h')) return 3'600'000'000'000;
  if (scan.accept('m')) return scan.accept('s') ? 1'000'000 : 60'000'000'000;
  if (scan.accept('s')) return 1'000'000'000;
  if (scan.accept('u')) return scan.accept('s') ? 1'000 : 0;
  if (scan.accept('n')) return scan.accept('s') ? 1 : 0;
  return 0;
}

}  // namespace

std::optional<std::int64_t> parse_duration(std::string_view text) {
  Scanner scan{text};
  const bool negative = scan.accept('-');
  if (!negative) scan.accept('+');
  if (scan.peek() == '0' && scan.at + 1 == text.size()) return 0;
  // Counted downwards, since there is one more negative number than positive ones.
  std::int64_t total = 0;
  if (scan.done()) return std::nullopt;
  while (!scan.done()) {
    std::int64_t whole = 0;
    const std::size_t begin = scan.at;
    for (; scan.peek() >= '0' && scan.peek() <= '9'; ++scan.at) {
      if (__builtin_mul_overflow(whole, 10, &whole) || __builtin_add_overflow(whole, scan.peek() - '0', &whole)) {
        return std::nullopt;
      }
    }
    std::int64_t fraction = 0, scale = 1;
    std::size_t digits = scan.at - begin;
    if (scan.accept('.')) {
      for (; scan.peek() >= '0' && scan.peek() <= '9'; ++scan.at, ++digits) {
        if (scale >= 1'000'000'000'000) continue;  // below a nanosecond for every unit
        fraction = fraction * 10 + (scan.peek() - '0');
        scale *= 10;
      }
    }
    if (digits == 0) return std::nullopt;
    const std::int64_t unit = read_unit(scan);
    if (unit == 0) return std::nullopt;
    std::int64_t part = 0;
    if (__builtin_mul_overflow(whole, unit, &part)) return std::nullopt;
    // In this order, as Go has it, the usual fractions are exact: 0.29s is 29 times 10 ms.
    const auto rest = static_cast<std::int64_t>(static_cast<double>(fraction) *
                                                (static_cast<double>(unit) / static_cast<double>(scale)));
    if (__builtin_sub_overflow(total, part, &total) || __builtin_sub_overflow(total, rest, &total)) return std::nullopt;
  }
  if (negative) return total;
  if (total == std::numeric_limits<std::int64_t>::min()) return std::nullopt;
  return -total;
}

}  // namespace crmsync::expression
