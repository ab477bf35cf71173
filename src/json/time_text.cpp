#include "json/time_text.h"

#include "json/number.h"

namespace crmsync::json {
namespace {

/// The last `width` decimal digits of `number`.
void append_padded(std::string& out, std::uint64_t number, int width) {
  char digits[20];
  for (int i = width; i-- > 0; number /= 10) digits[i] = static_cast<char>('0' + number % 10);
  out.append(digits, static_cast<std::size_t>(width));
}

void append_fraction(std::string& out, std::uint32_t nanoseconds) {
  if (nanoseconds == 0) return;
  out += '.';
  append_padded(out, nanoseconds, 9);
  out.erase(out.find_last_not_of('0') + 1);
}

}  // namespace

void append_timestamp(std::string& out, std::int64_t seconds, std::uint32_t nanoseconds) {
  std::int64_t days = seconds / 86'400;
  std::int64_t second = seconds % 86'400;
  if (second < 0) {
    second += 86'400;
    --days;
  }
  // Howard Hinnant, "chrono-compatible low-level date algorithms", civil_from_days: years that begin in March.
  days += 719'468;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const std::int64_t day_of_era = days - era * 146'097;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const std::int64_t day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  const std::int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);

  const auto part = [&out](std::int64_t number, int width, char before) {
    if (before) out += before;
    append_padded(out, static_cast<std::uint64_t>(number), width);
  };
  part(year, 4, 0);
  part(month, 2, '-');
  part(day, 2, '-');
  part(second / 3'600, 2, 'T');
  part(second / 60 % 60, 2, ':');
  part(second % 60, 2, ':');
  append_fraction(out, nanoseconds);
  out += 'Z';
}

void append_duration(std::string& out, std::int64_t nanoseconds) {
  // Negated as unsigned, because the smallest integer has no positive twin.
  const std::uint64_t size =
      nanoseconds < 0 ? 0 - static_cast<std::uint64_t>(nanoseconds) : static_cast<std::uint64_t>(nanoseconds);
  if (nanoseconds < 0) out += '-';
  append_unsigned(out, size / 1'000'000'000);
  append_fraction(out, static_cast<std::uint32_t>(size % 1'000'000'000));
  out += 's';
}

}  // namespace crmsync::json
