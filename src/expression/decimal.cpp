#include "expression/decimal.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "json/number.h"

namespace crmsync::expression {
namespace {

constexpr std::uint32_t billion = 1'000'000'000;

std::uint64_t bits_of(double number) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &number, sizeof bits);
  return bits;
}

int exponent_bits(double number) {
  return static_cast<int>(bits_of(number) >> 52 & 0x7FF);
}

/// All decimal digits of a finite double's magnitude: up to 309 before the point and 1074 behind it (one for each bit).
class ExactDecimal {
 public:
  explicit ExactDecimal(double number) {
    const int exponent = exponent_bits(number);
    const std::uint64_t fraction = bits_of(number) & ((std::uint64_t{1} << 52) - 1);
    const std::uint64_t significand = exponent ? fraction | std::uint64_t{1} << 52 : fraction;
    const int power = (exponent ? exponent : 1) - 1075;  // the number is significand × 2^power
    if (power >= 0) {
      place(significand, static_cast<unsigned>(power));
      integer_digits((static_cast<unsigned>(power) + 53 + 31) / 32);
      return;
    }
    const auto shift = static_cast<unsigned>(-power);
    place(shift < 64 ? significand >> shift : 0, 0);
    integer_digits(2);
    const unsigned words = (shift + 31) / 32;
    std::memset(words_, 0, sizeof words_);
    place(shift < 64 ? significand & ((std::uint64_t{1} << shift) - 1) : significand, words * 32 - shift);
    fraction_digits(words);
  }

  /// Rounds to the first `count` digits.
  void keep(std::size_t count) {
    if (count >= count_) return;
    bool up = digits_[count] > '5';
    if (digits_[count] == '5') {
      up = (digits_[count - 1] - '0') % 2 == 1;
      for (std::size_t i = count + 1; i < count_; ++i) up = up || digits_[i] != '0';
    }
    count_ = count;
    if (!up) return;
    std::size_t last = count - 1;
    for (; digits_[last] == '9'; --last) digits_[last] = '0';
    ++digits_[last];
  }

  std::size_t before_point() const { return integer_; }
  /// The first digit other than 0; of zero the one before the point.
  std::size_t first() const {
    std::size_t i = 0;
    while (i < count_ && digits_[i] == '0') ++i;
    return i < count_ ? i : integer_ - 1;
  }
  /// Digits from `begin` on, zeros behind the last.
  void write(std::size_t begin, std::size_t count, TextWriter& out) const {
    const std::size_t there = begin < count_ ? std::min(count, count_ - begin) : 0;
    out.append({digits_ + begin, there});
    out.append('0', count - there);
  }

 private:
  void place(std::uint64_t number, unsigned shift) {
    const unsigned word = shift / 32, bit = shift % 32;
    words_[word] |= static_cast<std::uint32_t>(number << bit);
    words_[word + 1] |= static_cast<std::uint32_t>(number >> (32 - bit));
    words_[word + 2] |= bit ? static_cast<std::uint32_t>(number >> (64 - bit)) : 0;
  }

  void append_nine(std::uint32_t digits) {
    for (std::size_t i = 9; i-- > 0; digits /= 10) digits_[count_ + i] = static_cast<char>('0' + digits % 10);
    count_ += 9;
  }

  /// Divides by a billion until nothing is left; the digits come from the last to the first.
  void integer_digits(unsigned words) {
    std::uint32_t nines[36];
    unsigned count = 0;
    while (words > 0) {
      std::uint64_t rest = 0;
      for (unsigned i = words; i-- > 0;) {
        const std::uint64_t dividend = rest << 32 | words_[i];
        words_[i] = static_cast<std::uint32_t>(dividend / billion);
        rest = dividend % billion;
      }
      nines[count++] = static_cast<std::uint32_t>(rest);
      while (words > 0 && words_[words - 1] == 0) --words;
    }
    while (count > 0) append_nine(nines[--count]);
    integer_ = count_;
  }

  /// Multiplies by a billion until nothing is left; what overflows are the digits, from the first to the last.
  void fraction_digits(unsigned words) {
    unsigned least = 0;  // all words below are 0
    for (;;) {
      while (least < words && words_[least] == 0) ++least;
      if (least == words) return;
      std::uint64_t carry = 0;
      for (unsigned i = least; i < words; ++i) {
        carry += std::uint64_t{words_[i]} * billion;
        words_[i] = static_cast<std::uint32_t>(carry);
        carry >>= 32;
      }
      append_nine(static_cast<std::uint32_t>(carry));
    }
  }

  std::uint32_t words_[37] = {};
  char digits_[1 + 18 + 1080] = {'0'};  // the first takes what rounding carries
  std::size_t count_ = 1;
  std::size_t integer_ = 1;
};

/// Writes what has no digits; and the sign of what has.
bool append_special(TextWriter& out, double number) {
  if (std::isnan(number)) {
    out.append("NaN");
    return true;
  }
  if (std::signbit(number)) out.append("-");
  if (std::isinf(number)) out.append("Infinity");
  return std::isinf(number);
}

/// What the digits cost to find: the further the exponent is from 0, the more there are.
bool charge_digits(TextWriter& out, double number) {
  return out.charge(1 + static_cast<std::uint64_t>(std::abs(exponent_bits(number) - 1023)) / 32);
}

}  // namespace

void append_fixed(TextWriter& out, double number, std::size_t precision) {
  if (append_special(out, number) || !charge_digits(out, number)) return;
  ExactDecimal decimal(number);
  const std::size_t point = decimal.before_point();
  decimal.keep(point + precision);
  const std::size_t first = std::min(decimal.first(), point - 1);
  decimal.write(first, point - first, out);
  if (precision == 0) return;
  out.append(".");
  decimal.write(point, precision, out);
}

void append_scientific(TextWriter& out, double number, std::size_t precision) {
  if (append_special(out, number) || !charge_digits(out, number)) return;
  ExactDecimal decimal(number);
  decimal.keep(decimal.first() + 1 + precision);
  const std::size_t first = decimal.first();
  const int exponent = static_cast<int>(decimal.before_point()) - 1 - static_cast<int>(first);
  decimal.write(first, 1, out);
  if (precision > 0) {
    out.append(".");
    decimal.write(first + 1, precision, out);
  }
  out.append(exponent < 0 ? "e-" : "e+");
  if (std::abs(exponent) < 10) out.append("0");
  std::string digits;
  json::append_integer(digits, std::abs(exponent));
  out.append(digits);
}

void append_plain(TextWriter& out, double number) {
  std::string text;
  json::append_number(text, number);
  const std::size_t e = text.find('e');
  if (e == std::string::npos) return out.append(text);
  if (text[0] == '-') out.append("-");
  const bool small = text[e + 1] == '-';
  std::size_t exponent = 0;
  for (std::size_t i = e + 2; i < text.size(); ++i) exponent = exponent * 10 + static_cast<std::size_t>(text[i] - '0');
  std::string digits;
  for (std::size_t i = 0; i < e; ++i) {
    if (text[i] != '-' && text[i] != '.') digits += text[i];
  }
  if (small) {
    out.append("0.");
    out.append('0', exponent - 1);
    out.append(digits);
  } else {
    out.append(digits);
    out.append('0', exponent + 1 - digits.size());
  }
}

}  // namespace crmsync::expression
