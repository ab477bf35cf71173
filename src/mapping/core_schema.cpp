#include "mapping/core_schema.h"

#include <cstdint>
#include <initializer_list>

namespace crmsync::mapping {
namespace {

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> choices) {
  for (const std::string_view choice : choices) {
    if (text == choice) return true;
  }
  return false;
}

std::string_view without_sign(std::string_view text) {
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  return text;
}

std::size_t count_digits(std::string_view text, std::size_t from) {
  std::size_t count = 0;
  while (from + count < text.size() && text[from + count] >= '0' && text[from + count] <= '9') ++count;
  return count;
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 99;
}

/// 16 for `0x…`, 8 for `0o…`, else 0.
int other_base(std::string_view text) {
  const int base = text.starts_with("0x") ? 16 : text.starts_with("0o") ? 8 : 0;
  if (base == 0 || text.size() == 2) return 0;
  for (const char c : text.substr(2)) {
    if (digit_of(c) >= base) return 0;
  }
  return base;
}

/// The parts of `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`.
struct Decimal {
  bool negative = false;
  std::string_view whole, fraction, exponent;  // the exponent with its sign
};

std::optional<Decimal> parse_decimal(std::string_view text) {
  Decimal number;
  number.negative = !text.empty() && text.front() == '-';
  text = without_sign(text);
  const std::size_t whole = count_digits(text, 0);
  std::size_t at = whole;
  number.whole = text.substr(0, whole);
  if (at < text.size() && text[at] == '.') {
    const std::size_t fraction = count_digits(text, at + 1);
    number.fraction = text.substr(at + 1, fraction);
    at += 1 + fraction;
  }
  if (number.whole.empty() && number.fraction.empty()) return std::nullopt;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    std::size_t digits = at + 1;
    if (digits < text.size() && (text[digits] == '-' || text[digits] == '+')) ++digits;
    const std::size_t exponent = count_digits(text, digits);
    if (exponent == 0) return std::nullopt;
    number.exponent = text.substr(at + 1, digits + exponent - at - 1);
    at = digits + exponent;
  }
  if (at != text.size()) return std::nullopt;
  return number;
}

}  // namespace

NodeKind resolve_plain_scalar(std::string_view text) {
  // Most are words that begin like none of these.
  if (!text.empty() && std::string_view("~nNtTfF.-+0123456789").find(text.front()) == std::string_view::npos)
    return NodeKind::string;
  if (is_one_of(text, {"", "~", "null", "Null", "NULL"})) return NodeKind::null;
  if (is_one_of(text, {"true", "True", "TRUE", "false", "False", "FALSE"})) return NodeKind::boolean;
  if (is_one_of(text, {".nan", ".NaN", ".NAN"})) return NodeKind::number;
  if (is_one_of(without_sign(text), {".inf", ".Inf", ".INF"})) return NodeKind::number;
  return other_base(text) != 0 || parse_decimal(text) ? NodeKind::number : NodeKind::string;
}

bool is_true(std::string_view text) {
  return is_one_of(text, {"true", "True", "TRUE"});
}

std::optional<std::string> json_numeral(std::string_view text) {
  if (const int base = other_base(text)) {
    std::uint64_t number = 0;
    for (const char c : text.substr(2)) {
      const auto digit = static_cast<std::uint64_t>(digit_of(c));
      if (number > (UINT64_MAX - digit) / static_cast<std::uint64_t>(base)) return std::nullopt;
      number = number * static_cast<std::uint64_t>(base) + digit;
    }
    return std::to_string(number);
  }
  const std::optional<Decimal> number = parse_decimal(text);
  if (!number) return std::nullopt;
  std::string numeral = number->negative ? "-" : "";
  std::string_view whole = number->whole;
  while (whole.size() > 1 && whole.front() == '0') whole.remove_prefix(1);
  numeral += whole.empty() ? std::string_view("0") : whole;
  if (!number->fraction.empty()) {
    numeral += '.';
    numeral += number->fraction;
  }
  if (!number->exponent.empty()) {
    numeral += text[text.find_first_of("eE")];
    numeral += number->exponent;
  }
  return numeral;
}

}  // namespace crmsync::mapping
