#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Time zones as tables of transitions that the host hands in: the engine has no database of its own, and whoever has
/// the same tables decides alike.
namespace crmsync {
struct Diagnostic;
}

namespace crmsync::json {
class Options;
}

namespace crmsync::expression {

struct Issue;

struct Zone {
  /// What there is of UTC at a moment, in seconds east of it. Before the first transition and behind the last the
  /// offset there holds for ever.
  std::int64_t offset_at(std::int64_t seconds) const;

  std::string name;
  /// Seconds: the offset before the first transition; then of each transition its moment, since 1970, and the offset
  /// from it on. Empty where there is no zone of this name.
  std::vector<std::int64_t> table;
  std::string suggestion;  // of a name that does not exist
  bool used = false;       // something that was compiled depends on it
};

/// Seconds east of UTC: `+02:00`, `-02:30`, `02:00`, `UTC`. False if it is anything else.
bool fixed_offset(std::string_view text, std::int64_t& seconds);

/// Notes in a diagnostic which zone an issue lacks, if any.
void note_zone(const Issue& issue, Diagnostic& diagnostic);

class Zones {
 public:
  /// Reads the option `name` of a call: `{"Europe/Berlin": [3208, -2422054408, 3600, …]}`, as `Zone::table` has it; of
  /// a name that does not exist the names that do. False where it is malformed, which the options then know.
  bool read(json::Options& options, std::string_view name);

  /// In which zone the dialect `crm` reads the hour, the day and so on where none is named; UTC unless said. False,
  /// with the issue, if the name stands for none.
  bool set_local(std::string_view name, Issue& issue);
  /// Of UTC the table is empty.
  const Zone& local() const { return local_; }

  /// Whether a name that stands in the text has a table or is an offset; marks the zone as used.
  bool check(std::string_view name, Issue& issue);
  /// The offset of the zone `name` at a moment; false if there is none.
  bool offset_at(std::string_view name, std::int64_t seconds, std::int64_t& offset) const;

  const std::vector<Zone>& all() const { return zones_; }

 private:
  const Zone* find(std::string_view name) const;

  std::vector<Zone> zones_;
  Zone local_;
};

}  // namespace crmsync::expression
