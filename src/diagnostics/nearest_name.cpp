#include <algorithm>
#include <array>
#include <cstdint>

#include "diagnostics/diagnostic.h"

namespace crmsync {
namespace {

/// Longer names are no misspellings of anything in a mapping file.
constexpr std::size_t longest = 64;

/// Case and the choice between `-`, `_` and space are no reason to miss a suggestion.
char folded(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
  return c == '-' || c == ' ' ? '_' : c;
}

/// Damerau-Levenshtein distance (optimal string alignment): insertions, deletions, substitutions and swaps of
/// neighbours count one each. Past `at_most` it may be any number above it.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t at_most) {
  // What both begin and end with is no distance. Of a single mistake then at most two swapped signs are left.
  const std::size_t shorter = std::min(a.size(), b.size());
  std::size_t front = 0, back = 0;
  while (front < shorter && folded(a[front]) == folded(b[front])) ++front;
  while (front + back < shorter && folded(a[a.size() - 1 - back]) == folded(b[b.size() - 1 - back])) ++back;
  a = a.substr(front, a.size() - front - back);
  b = b.substr(front, b.size() - front - back);
  if (at_most <= 1 && std::max(a.size(), b.size()) > 2) return at_most + 1;
  using Row = std::array<std::uint8_t, longest + 1>;
  Row before_last{}, last{}, current{};
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = static_cast<std::uint8_t>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = static_cast<std::uint8_t>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const char x = folded(a[i - 1]), y = folded(b[j - 1]);
      int best = std::min({last[j] + 1, current[j - 1] + 1, last[j - 1] + (x == y ? 0 : 1)});
      if (i > 1 && j > 1 && x == folded(b[j - 2]) && folded(a[i - 2]) == y)
        best = std::min(best, before_last[j - 2] + 1);
      current[j] = static_cast<std::uint8_t>(best);
    }
    before_last = last;
    last = current;
  }
  return last[b.size()];
}

}  // namespace

std::string_view nearest_name(std::string_view name, const std::vector<std::string_view>& candidates) {
  // A third of the letters may be wrong; more than that is another word.
  return nearest_name(name, candidates, std::max<std::size_t>(name.size(), 3) / 3);
}

std::string_view nearest_name(std::string_view name, const std::vector<std::string_view>& candidates,
                              std::size_t at_most) {
  if (name.empty() || name.size() > longest) return {};
  std::size_t best_distance = at_most + 1;
  std::string_view best;
  for (const std::string_view candidate : candidates) {
    const std::size_t longer = std::max(candidate.size(), name.size()),
                      shorter = std::min(candidate.size(), name.size());
    if (candidate == name || candidate.size() > longest || longer - shorter >= best_distance) continue;
    const std::size_t distance = edit_distance(name, candidate, at_most);
    if (distance < best_distance && distance < candidate.size()) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace crmsync
