#include "json/duration.h"

#include "json/number.h"

namespace crmsync::json {

void append_duration(std::string& out, std::int64_t nanoseconds) {
  if (nanoseconds < 0) out += '-';
  // Negated as unsigned, because the smallest integer has no positive twin.
  const auto bits = static_cast<std::uint64_t>(nanoseconds);
  const std::uint64_t size = nanoseconds < 0 ? 0 - bits : bits;
  append_unsigned(out, size / 1'000'000'000);
  if (std::uint64_t fraction = size % 1'000'000'000; fraction != 0) {
    char digits[9];
    for (int i = 9; i-- > 0; fraction /= 10) digits[i] = static_cast<char>('0' + fraction % 10);
    out += '.';
    out.append(digits, sizeof digits);
    while (out.back() == '0') out.pop_back();
  }
  out += 's';
}

}  // namespace crmsync::json
