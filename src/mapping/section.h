#pragma once
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "mapping/keys.h"
#include "mapping/reading.h"

namespace crmsync::mapping {

/// A map of the file whose keys are checked against the language when it is made: unknown ones (MAP001), and one key
/// in two spellings (FIL007).
class Section {
 public:
  Section(Reading& reading, const Place& place, SectionKind kind);

  /// The value of a key, or nothing.
  std::optional<Place> find(std::string_view key) const;
  /// The node of the key itself, to mark it; the key must be there.
  const Node& key_node(std::string_view key) const;
  bool has(std::string_view key) const { return index_of(key) != missing; }
  /// Whether a key stands there that was reported and would explain the absence of `key`: it is misspelt, or it is
  /// this very key and not built yet.
  bool excuses(std::string_view key) const;
  bool has_any(std::initializer_list<std::string_view> keys) const;
  const Place& place() const { return place_; }

 private:
  static constexpr std::size_t missing = static_cast<std::size_t>(-1);
  std::size_t index_of(std::string_view key) const;

  Place place_;
  std::vector<std::pair<std::string_view, std::size_t>> found_;  // known keys, and the index of their member
  std::vector<std::string_view> reported_;                       // known keys that were meant and cannot be used
};

/// The map at `place`, or nothing and MAP002.
std::optional<Section> read_section(Reading& reading, const Place& place, SectionKind kind);

}  // namespace crmsync::mapping
