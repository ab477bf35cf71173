#include "json/time.h"

#include <algorithm>

#include "json/number.h"

namespace crmsync::json {
namespace {

constexpr std::int64_t seconds_per_day = 86'400;

// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day) {
  year -= month <= 2;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto year_of_era = static_cast<unsigned>(year - era * 400);
  const unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + static_cast<std::int64_t>(day_of_era) - 719'468;
}

/// Reads fixed-width decimal digits and literal signs; once something does not fit it stays failed.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}
  unsigned digits(unsigned count) {
    unsigned number = 0;
    for (; count > 0; --count) {
      if (!at_digit()) return fail();
      number = number * 10 + static_cast<unsigned>(text_[at_++] - '0');
    }
    return number;
  }
  bool take(char sign) {
    if (at_ >= text_.size() || text_[at_] != sign) return false;
    ++at_;
    return true;
  }
  void expect(char sign) {
    if (!take(sign)) fail();
  }
  bool at_digit() const { return at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; }
  bool ended() const { return ok_ && at_ == text_.size(); }
  bool ok() const { return ok_; }
  unsigned fail() {
    ok_ = false;
    return 0;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

unsigned days_in_month(unsigned year, unsigned month) {
  constexpr unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : days[month - 1];
}

std::optional<std::int64_t> scan_date(Scanner& scanner) {
  const unsigned year = scanner.digits(4);
  scanner.expect('-');
  const unsigned month = scanner.digits(2);
  scanner.expect('-');
  const unsigned day = scanner.digits(2);
  return scanner.ok() ? days_of(year, month, day) : std::nullopt;
}

void append_digits(std::string& out, std::int64_t number, unsigned width) {
  char digits[20];
  for (unsigned i = width; i > 0; --i) {
    digits[i - 1] = static_cast<char>('0' + number % 10);
    number /= 10;
  }
  out.append(digits, width);
}

std::optional<Value> timestamp_at(std::int64_t seconds, std::uint32_t nanoseconds) {
  if (seconds < smallest_timestamp || seconds > largest_timestamp) return std::nullopt;
  Value value = Value::of_integer(seconds);
  value.kind = Kind::timestamp;
  value.size = nanoseconds;
  return value;
}

}  // namespace

CivilDate civil_date(std::int64_t days) {
  days += 719'468;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const auto day_of_era = static_cast<unsigned>(days - era * 146'097);
  const unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned shifted_month = (5 * day_of_year + 2) / 153;
  const unsigned day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  const unsigned month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  return {static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2), month, day};
}

std::optional<std::int64_t> days_of(std::int64_t year, std::int64_t month, std::int64_t day) {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return std::nullopt;
  const auto y = static_cast<unsigned>(year), m = static_cast<unsigned>(month);
  if (day > days_in_month(y, m)) return std::nullopt;
  return days_from_civil(year, m, static_cast<unsigned>(day));
}

std::optional<Value> parse_timestamp(std::string_view text) {
  bool has_offset = false;
  const std::optional<Value> time = parse_timestamp(text, has_offset);
  return has_offset ? time : std::nullopt;
}

std::optional<Value> parse_timestamp(std::string_view text, bool& has_offset) {
  Scanner scanner(text);
  const std::optional<std::int64_t> days = scan_date(scanner);
  if (!days || !(scanner.take('T') || scanner.take('t') || scanner.take(' '))) return std::nullopt;
  const unsigned hour = scanner.digits(2);
  scanner.expect(':');
  const unsigned minute = scanner.digits(2);
  scanner.expect(':');
  const unsigned second = scanner.digits(2);
  if (!scanner.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  unsigned nanoseconds = 0;
  if (scanner.take('.')) {
    unsigned count = 0;
    for (; scanner.at_digit(); ++count) {
      if (count == 9) return std::nullopt;
      nanoseconds = nanoseconds * 10 + scanner.digits(1);
    }
    if (count == 0) return std::nullopt;
    for (; count < 9; ++count) nanoseconds *= 10;
  }
  std::int64_t offset = 0;
  has_offset = !scanner.ended();
  if (has_offset && !scanner.take('Z') && !scanner.take('z')) {
    const bool east = scanner.take('+');
    if (!east) scanner.expect('-');
    const unsigned hours = scanner.digits(2);
    scanner.take(':');
    const unsigned minutes = scanner.digits(2);
    if (!scanner.ok() || hours > 23 || minutes > 59) return std::nullopt;
    offset = (east ? 1 : -1) * static_cast<std::int64_t>(hours * 3600 + minutes * 60);
  }
  if (!scanner.ended()) return std::nullopt;

  // A leap second is the first moment of the next minute, as in POSIX time.
  return timestamp_at(*days * seconds_per_day + hour * 3600 + minute * 60 + second - offset, nanoseconds);
}

std::optional<Value> parse_milliseconds(std::string_view text) {
  const std::optional<std::int64_t> time = text.size() > 15 ? std::nullopt : to_int64(text);
  if (!time) return std::nullopt;
  const std::int64_t seconds = (*time >= 0 ? *time : *time - 999) / 1000;
  return timestamp_at(seconds, static_cast<std::uint32_t>(*time - seconds * 1000) * 1'000'000);
}

void append_timestamp(std::string& out, const Value& timestamp) {
  std::int64_t days = timestamp.integer / seconds_per_day;
  std::int64_t second = timestamp.integer % seconds_per_day;
  if (second < 0) {
    second += seconds_per_day;
    --days;
  }
  append_date(out, days);
  out += 'T';
  append_digits(out, second / 3600, 2);
  out += ':';
  append_digits(out, second / 60 % 60, 2);
  out += ':';
  append_digits(out, second % 60, 2);
  if (timestamp.size != 0) {
    out += '.';
    append_digits(out, timestamp.size, 9);
    while (out.back() == '0') out.pop_back();
  }
  out += 'Z';
}

std::optional<std::int64_t> parse_date(std::string_view text) {
  Scanner scanner(text);
  const std::optional<std::int64_t> days = scan_date(scanner);
  return scanner.ended() ? days : std::nullopt;
}

void append_date(std::string& out, std::int64_t days) {
  const CivilDate date = civil_date(days);
  append_digits(out, date.year, 4);
  out += '-';
  append_digits(out, date.month, 2);
  out += '-';
  append_digits(out, date.day, 2);
}

Value later_by(const Value& timestamp, std::int64_t nanoseconds) {
  constexpr std::int64_t second = 1'000'000'000;
  const std::int64_t fraction = timestamp.size + nanoseconds % second;
  Value moved = timestamp;
  moved.integer = std::min(largest_timestamp, timestamp.integer + nanoseconds / second + fraction / second);
  moved.size = static_cast<std::uint32_t>(fraction % second);
  return moved;
}

int compare_timestamps(const Value& a, const Value& b) {
  if (a.integer != b.integer) return a.integer < b.integer ? -1 : 1;
  if (a.size != b.size) return a.size < b.size ? -1 : 1;
  return 0;
}

}  // namespace crmsync::json
