#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "json/number.h"

namespace crmsync::json {
namespace {

/// A JSON number taken apart without computing anything: ± 0.d1d2… × 10^(shift + exponent), d1 not 0.
struct Parts {
  bool negative = false;
  std::string_view digits;  // from d1 on, still with its point and zeros at the end; empty: the number is 0
  std::int64_t shift = 0;   // how far d1 lies before the point, or, negative, behind it
  bool exponent_negative = false;
  std::string_view exponent;  // its digits, as many as there are
};

Parts take_apart(std::string_view numeral) {
  Parts parts;
  if (!numeral.empty() && numeral[0] == '-') {
    parts.negative = true;
    numeral.remove_prefix(1);
  }
  const std::size_t e = std::min(numeral.find_first_of("eE"), numeral.size());
  if (e < numeral.size()) {
    parts.exponent = numeral.substr(e + 1);
    if (parts.exponent[0] == '-' || parts.exponent[0] == '+') {
      parts.exponent_negative = parts.exponent[0] == '-';
      parts.exponent.remove_prefix(1);
    }
  }
  const std::string_view mantissa = numeral.substr(0, e);
  const std::size_t first = mantissa.find_first_not_of("0.");
  if (first == std::string_view::npos) return parts;
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  parts.digits = mantissa.substr(first);
  // 12.5 is 0.125 × 10^2; 0.05 is 0.5 × 10^-1.
  parts.shift = static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first) + (first > point ? 1 : 0);
  return parts;
}

bool same_digits(std::string_view a, std::string_view b) {
  std::size_t i = 0;
  std::size_t j = 0;
  for (;;) {
    if (i < a.size() && a[i] == '.') ++i;
    if (j < b.size() && b[j] == '.') ++j;
    if (i >= a.size() && j >= b.size()) return true;
    const char left = i < a.size() ? a[i++] : '0';
    const char right = j < b.size() ? b[j++] : '0';
    if (left != right) return false;
  }
}

/// Whether both have d1 at the same power of ten: a.exponent - b.exponent + (a.shift - b.shift) is 0. The exponents
/// may have any length, so the sum is made as on paper, from its last digit on, with a signed carry.
bool same_magnitude(const Parts& a, const Parts& b) {
  const std::int64_t shift = a.shift - b.shift;
  std::uint64_t rest = static_cast<std::uint64_t>(shift < 0 ? -shift : shift);
  const auto digit = [](const Parts& parts, std::size_t i) {
    const std::string_view text = parts.exponent;
    const int value = i < text.size() ? text[text.size() - 1 - i] - '0' : 0;
    return parts.exponent_negative ? -value : value;
  };
  int carry = 0;
  for (std::size_t i = 0; i < a.exponent.size() || i < b.exponent.size() || rest != 0 || carry != 0; ++i) {
    const int part = static_cast<int>(rest % 10);
    const int sum = digit(a, i) - digit(b, i) + (shift < 0 ? -part : part) + carry;
    if (sum % 10 != 0) return false;
    carry = sum / 10;
    rest /= 10;
  }
  return true;
}

}  // namespace

bool same_number(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const Parts left = take_apart(a);
  const Parts right = take_apart(b);
  if (left.digits.empty() || right.digits.empty()) return left.digits.empty() && right.digits.empty();
  return left.negative == right.negative && same_magnitude(left, right) && same_digits(left.digits, right.digits);
}

bool is_number(std::string_view text) {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t from = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
    return i > from;
  };
  if (i < text.size() && text[i] == '-') ++i;
  const bool leading_zero = i < text.size() && text[i] == '0';
  const std::size_t integer_start = i;
  if (!digits() || (leading_zero && i - integer_start > 1)) return false;
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (!digits()) return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (!digits()) return false;
  }
  return i == text.size();
}

}  // namespace crmsync::json
