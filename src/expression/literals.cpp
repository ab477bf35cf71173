#include "expression/literals.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "expression/text.h"
#include "json/number.h"

namespace crmsync::expression {
namespace {

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 99;
}

/// A number of exactly `count` digits; false if there are fewer.
bool read_digits(std::string_view text, std::size_t from, unsigned count, int base, char32_t& value) {
  value = 0;
  for (unsigned i = 0; i < count; ++i) {
    if (from + i >= text.size() || digit_value(text[from + i]) >= base) return false;
    value = value * static_cast<char32_t>(base) + static_cast<char32_t>(digit_value(text[from + i]));
  }
  return true;
}

constexpr std::string_view plain_escapes = "abfnrtv\\?\"'`";
constexpr std::string_view plain_values = "\a\b\f\n\r\t\v\\?\"'`";

/// Resolves the escape at `body[i]` (the backslash) and moves `i` behind it. False if there is no such escape.
bool resolve_escape(std::string_view body, std::size_t& i, bool bytes, std::string& out) {
  const char kind = i + 1 < body.size() ? body[i + 1] : '\0';
  if (const std::size_t plain = plain_escapes.find(kind); kind != '\0' && plain != std::string_view::npos) {
    out += plain_values[plain];
    i += 2;
    return true;
  }
  char32_t value = 0;
  std::size_t length = 0;
  if ((kind == 'x' || kind == 'X') && read_digits(body, i + 2, 2, 16, value)) {
    length = 4;
  } else if (kind >= '0' && kind <= '3' && read_digits(body, i + 1, 3, 8, value)) {
    length = 4;
  } else if (kind == 'u' && !bytes && read_digits(body, i + 2, 4, 16, value)) {
    length = 6;
  } else if (kind == 'U' && !bytes && read_digits(body, i + 2, 8, 16, value)) {
    length = 10;
  }
  if (length == 0 || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return false;
  if (bytes) {
    out += static_cast<char>(static_cast<unsigned char>(value));
  } else {
    append_code_point(out, value);
  }
  i += length;
  return true;
}

/// What a string token holds between its quotes.
class StringBody {
 public:
  StringBody(const Token& token, std::string_view source) : bytes_(token.kind == TokenKind::bytes) {
    const std::string_view text = source.substr(token.offset, token.length);
    std::size_t quote = 0;
    for (; text[quote] != '"' && text[quote] != '\''; ++quote) raw_ |= text[quote] == 'r' || text[quote] == 'R';
    const bool triple = text.size() >= quote + 6 && text[quote + 1] == text[quote] && text[quote + 2] == text[quote];
    const std::size_t marks = triple ? 3 : 1;
    body_ = text.substr(quote + marks, text.size() - quote - 2 * marks);
    begin_ = token.offset + quote + marks;
  }

  std::string_view written() const { return body_; }
  /// Whether it stands for itself.
  bool is_plain() const {
    return std::none_of(body_.begin(), body_.end(), [this](char c) { return c == '\r' || (c == '\\' && !raw_); });
  }
  bool at_end() const { return position_ == body_.size(); }
  /// In the source.
  std::size_t offset() const { return begin_ + position_; }
  std::size_t left() const { return body_.size() - position_; }

  /// Appends what the next character or escape stands for. False if there is no such escape.
  bool read(std::string& out) {
    if (body_[position_] == '\\' && !raw_) return resolve_escape(body_, position_, bytes_, out);
    if (body_[position_] == '\r') {
      out += '\n';
      position_ += position_ + 1 < body_.size() && body_[position_ + 1] == '\n' ? 2 : 1;
    } else {
      out += body_[position_++];
    }
    return true;
  }

 private:
  std::string_view body_;
  std::size_t begin_ = 0, position_ = 0;
  bool bytes_, raw_ = false;
};

}  // namespace

bool read_string(const Token& token, std::string_view source, IssueSink& issues,
                 std::forward_list<std::string>& resolved, std::string_view& out) {
  StringBody body(token, source);
  out = body.written();
  if (body.is_plain()) return true;
  std::string& text = resolved.emplace_front();
  text.reserve(body.left());
  while (!body.at_end()) {
    if (body.read(text)) continue;
    issues.add(Code::EXP017, body.offset(), std::min<std::size_t>(2, body.left()),
               "a string holds an escape that CEL does not have", "a backslash itself is written \\\\");
    return false;
  }
  out = text;
  return true;
}

std::size_t offset_in_string(const Token& token, std::string_view source, std::size_t bytes) {
  StringBody body(token, source);
  std::string read;
  while (!body.at_end() && read.size() < bytes && body.read(read)) {
  }
  return body.offset();
}

namespace {

bool read_natural(std::string_view digits, std::uint64_t& out) {
  int base = 10;
  if (digits.size() > 1 && (digits[1] == 'x' || digits[1] == 'X')) {
    base = 16;
    digits.remove_prefix(2);
  }
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), out, base);
  return result.ec == std::errc{} && result.ptr == digits.data() + digits.size();
}

bool out_of_range(const Token& token, IssueSink& issues, const char* type) {
  issues.add(Code::EXP016, token.offset, token.length, std::string("the number does not fit ") + type,
             "a number with a decimal point is a double");
  return false;
}

}  // namespace

bool read_integer(const Token& token, std::string_view source, bool negative, IssueSink& issues, std::int64_t& out) {
  std::uint64_t natural = 0;
  const std::uint64_t largest = std::uint64_t{std::numeric_limits<std::int64_t>::max()} + (negative ? 1 : 0);
  if (!read_natural(source.substr(token.offset, token.length), natural) || natural > largest) {
    return out_of_range(token, issues, "an int (64 bits)");
  }
  out = static_cast<std::int64_t>(negative ? 0 - natural : natural);
  return true;
}

bool read_unsigned(const Token& token, std::string_view source, IssueSink& issues, std::uint64_t& out) {
  return read_natural(source.substr(token.offset, token.length - 1), out) ||
         out_of_range(token, issues, "a uint (64 bits)");
}

bool read_floating(const Token& token, std::string_view source, IssueSink& issues, double& out) {
  return (parse_double(source.substr(token.offset, token.length), out) && std::isfinite(out)) ||
         out_of_range(token, issues, "a double");
}

bool parse_double(std::string_view text, double& out) {
  std::string numeral;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    if (text[0] == '-') numeral = "-";
    text.remove_prefix(1);
  }
  std::string lower;
  for (const char c : text) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  const double sign = numeral.empty() ? 1.0 : -1.0;
  if (lower == "inf" || lower == "infinity") {
    out = sign * std::numeric_limits<double>::infinity();
    return true;
  }
  if (lower == "nan") {
    out = std::numeric_limits<double>::quiet_NaN();
    return true;
  }
  // Brought into JSON's spelling, which `json::to_double` reads: a digit on both sides of the point, no zeros in front.
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t begin = i;
    while (i < lower.size() && lower[i] >= '0' && lower[i] <= '9') ++i;
    return lower.substr(begin, i - begin);
  };
  std::string whole = digits(), fraction;
  if (i < lower.size() && lower[i] == '.') {
    ++i;
    fraction = digits();
  }
  if (whole.empty() && fraction.empty()) return false;
  const std::size_t zeros = std::min(whole.find_first_not_of('0'), whole.size());
  whole.erase(0, zeros);
  numeral += whole.empty() ? "0" : whole;
  if (!fraction.empty()) numeral += '.' + fraction;
  if (i < lower.size() && lower[i] == 'e') {
    numeral += 'e';
    ++i;
    if (i < lower.size() && (lower[i] == '+' || lower[i] == '-')) numeral += lower[i++];
    const std::string exponent = digits();
    if (exponent.empty()) return false;
    numeral += exponent;
  }
  if (i != lower.size()) return false;
  out = json::to_double(numeral);
  return true;
}

}  // namespace crmsync::expression
