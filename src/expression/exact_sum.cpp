#include "expression/exact_sum.h"

#include <cmath>
#include <utility>

namespace crmsync::expression {

void ExactSum::grow(double term) {
  std::uint32_t kept = 0;
  for (std::uint32_t i = 0; i < count_; ++i) {
    double part = parts_[i];
    if (std::fabs(term) < std::fabs(part)) std::swap(term, part);
    const double high = term + part;
    const double low = part - (high - term);  // exactly what `high` lacks
    if (low != 0) parts_[kept++] = low;
    term = high;
  }
  count_ = kept;
  if (term != 0) parts_[count_++] = term;
}

void ExactSum::add(double term) {
  grow(term);
  if (count_ < crowded) return;
  double parts[most_parts];
  const std::uint32_t count = split(parts);
  count_ = 0;
  for (std::uint32_t i = count; i > 0; --i) parts_[count_++] = parts[i - 1];
}

void ExactSum::add(std::int64_t term) {
  // Both halves are exact as doubles.
  add(static_cast<double>(term >> 32) * 0x1p32);
  add(static_cast<double>(term & 0xFFFFFFFF));
}

void ExactSum::add(const ExactSum& other) {
  for (std::uint32_t i = 0; i < other.count_; ++i) add(other.parts_[i]);
}

double ExactSum::rounded() const {
  if (count_ == 0) return 0;
  std::uint32_t i = count_ - 1;
  double high = parts_[i], low = 0;
  while (i > 0 && low == 0) {
    const double before = high, part = parts_[--i];
    high = before + part;
    low = part - (high - before);
  }
  // Half way between two doubles the next part decides.
  if (i > 0 && low != 0 && (low < 0) == (parts_[i - 1] < 0)) {
    const double twice = low * 2, other = high + twice;
    if (twice == other - high) high = other;
  }
  return high;
}

std::uint32_t ExactSum::split(double (&parts)[most_parts]) const {
  ExactSum rest = *this;
  std::uint32_t count = 0;
  while (rest.count_ > 0 && count < most_parts) {
    parts[count] = rest.rounded();
    rest.grow(-parts[count++]);
  }
  return count;
}

bool ExactSum::to_integer(std::int64_t& out) const {
  double parts[most_parts];
  const std::uint32_t count = split(parts);
  out = 0;
  if (count == 0) return true;
  constexpr double beyond = 0x1p63;
  const double rest = count > 1 ? parts[1] : 0;  // two doubles hold more bits than an int has
  if (parts[0] == beyond) {
    out = INT64_MAX;  // and 1
    return rest < 0 && !__builtin_add_overflow(out, static_cast<std::int64_t>(rest) + 1, &out);
  }
  if (!(parts[0] >= -beyond && parts[0] < beyond)) return false;
  return !__builtin_add_overflow(static_cast<std::int64_t>(parts[0]), static_cast<std::int64_t>(rest), &out);
}

}  // namespace crmsync::expression
