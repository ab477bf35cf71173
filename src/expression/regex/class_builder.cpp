#include "expression/regex/class_builder.h"

#include <algorithm>

#include "expression/regex/unicode_data.h"
#include "json/sort.h"

namespace crmsync::expression::regex {
namespace {

/// A number of 7 bits a byte, the lowest first.
std::uint32_t read_number(const unsigned char*& at) {
  std::uint32_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    const unsigned char byte = *at++;
    value |= std::uint32_t{byte & 0x7Fu} << shift;
    if (byte < 0x80) return value;
  }
}

/// `ranges`: first and last characters, one after the other.
struct AsciiClass {
  std::string_view name, ranges;
};

using namespace std::string_view_literals;

constexpr AsciiClass ascii_classes[] = {
    {"d", "09"},           {"s", "\t\n\f\r  "},   {"w", "09AZ__az"},   {"alnum", "09AZaz"},
    {"alpha", "AZaz"},     {"ascii", "\0\x7F"sv}, {"blank", "\t\t  "}, {"cntrl", "\0\x1F\x7F\x7F"sv},
    {"digit", "09"},       {"graph", "!~"},       {"lower", "az"},     {"print", " ~"},
    {"punct", "!/:@[`{~"}, {"space", "\t\r  "},   {"upper", "AZ"},     {"word", "09AZ__az"},
    {"xdigit", "09AFaf"},
};

/// `kinds`: bits of the kinds of `category_kinds`.
struct Category {
  std::string_view name;
  unsigned kinds;
};

constexpr Category categories[] = {{"Any", 0x1F}, {"L", 0x02}, {"Nd", 0x04}, {"N", 0x0C}, {"Z", 0x10}};

}  // namespace

void ClassBuilder::add(char32_t first, char32_t last) {
  ++work_;
  ranges_.push({first, last});
}

/// Adds what the code points of `range` fold to, or `back`: what folds to them.
void ClassBuilder::fold(Range range, bool back) {
  char32_t first = 0;
  for (const unsigned char* at = fold_runs; at != fold_runs + fold_size; ++work_) {
    first += read_number(at);
    const std::uint32_t count_and_stride = read_number(at);
    const char32_t stride = 1 + (count_and_stride & 1), width = ((count_and_stride >> 1) - 1) * stride;
    const std::uint32_t signed_distance = read_number(at);
    const char32_t distance = signed_distance & 1 ? 0 - (signed_distance >> 1) - 1 : signed_distance >> 1;
    const char32_t from = back ? first + distance : first, to = from + width;
    const char32_t move = back ? 0 - distance : distance;
    first += width;
    if (range.first > to || range.last < from) continue;
    for (char32_t c = from; c <= to; c += stride) {
      if (c >= range.first && c <= range.last) add(c + move, c + move);
    }
  }
}

void ClassBuilder::add_folded(char32_t first, char32_t last) {
  const std::uint32_t begin = size();
  add(first, last);
  fold({first, last}, false);
  const std::uint32_t end = size();
  for (std::uint32_t i = begin; i < end; ++i) fold(ranges_[i], true);
}

void ClassBuilder::add(ClassBuilder& other) {
  for (std::uint32_t i = 0; i < other.size(); ++i) add(other.ranges_[i].first, other.ranges_[i].last);
}

bool ClassBuilder::add_ascii_class(std::string_view name, bool fold) {
  for (const AsciiClass& each : ascii_classes) {
    if (each.name != name) continue;
    for (std::size_t i = 0; i < each.ranges.size(); i += 2) {
      add(static_cast<unsigned char>(each.ranges[i]), static_cast<unsigned char>(each.ranges[i + 1]), fold);
    }
    return true;
  }
  return false;
}

bool ClassBuilder::add_category(std::string_view name, bool fold) {
  for (const Category& each : categories) {
    if (each.name != name) continue;
    const unsigned char* lengths = category_lengths;
    char32_t first = 0;
    for (std::size_t i = 0; i < category_run_count; ++i) {
      const std::uint32_t length = read_number(lengths);
      if (each.kinds >> category_kinds[i] & 1) add(first, first + length - 1, fold);
      first += length;
    }
    work_ += static_cast<std::uint32_t>(category_run_count);
    return true;
  }
  return false;
}

void ClassBuilder::normalise() {
  const std::uint32_t count = size();
  if (count < 2) return;
  work_ += 4 * count;
  const Range* const unordered = ranges_.data();
  const std::uint32_t* const order = sorted_positions(
      count, arena_, [&](std::uint32_t a, std::uint32_t b) { return unordered[a].first < unordered[b].first; });
  Range* const sorted = arena_.array<Range>(count);
  for (std::uint32_t i = 0; i < count; ++i) sorted[i] = unordered[order[i]];
  ranges_.shrink(0);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (size() > 0 && sorted[i].first <= ranges_.top().last + 1) {
      ranges_.top().last = std::max(ranges_.top().last, sorted[i].last);
    } else {
      ranges_.push(sorted[i]);
    }
  }
}

void ClassBuilder::negate() {
  normalise();
  char32_t next = 0;
  std::uint32_t kept = 0;
  const std::uint32_t count = size();
  for (std::uint32_t i = 0; i < count; ++i) {
    const Range range = ranges_[i];
    if (range.first > next) ranges_[kept++] = {next, range.first - 1};
    next = range.last + 1;
  }
  ranges_.shrink(kept);
  if (next <= last_code_point) ranges_.push({next, last_code_point});
}

}  // namespace crmsync::expression::regex
