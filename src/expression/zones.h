#pragma once
#include <cstdint>
#include <string_view>

#include "json/arena.h"

namespace crmsync {
struct Diagnostic;
}

namespace crmsync::json {
class Options;
}

/// Time zones as tables of transitions that the host hands in: the engine has no database of its own, and whoever has
/// the same tables decides alike.
namespace crmsync::expression {

struct Issue;

struct Zone {
  /// What the zone is ahead of UTC at a moment, in seconds. Before the first transition and behind the last the offset
  /// there holds for ever.
  std::int64_t offset_at(std::int64_t seconds) const;
  /// The moment when the clocks there show `local`, read as UTC. Where they show it twice the first; where they skip it
  /// as far behind the jump.
  std::int64_t moment_of(std::int64_t local) const;

  std::string_view name;
  /// Seconds: the offset before the first transition; then of each transition its moment, since 1970, and the offset
  /// from it on.
  const std::int64_t* table = nullptr;
  std::uint32_t size = 0;       // 0 where there is no zone of this name
  bool used = false;            // something that was compiled depends on it
  std::string_view suggestion;  // of a name that does not exist
};

class Zones {
 public:
  /// Reads the option `name` of a call: `{"Europe/Berlin": [3208, -2422054408, 3600, …]}`, as `Zone::table` has it; of
  /// a name that does not exist the names that do. False where it is malformed, which the options then know.
  bool read(json::Options& options, std::string_view name);

  /// In which zone the dialect `crm` reads the hour, the day and so on where none is named; UTC unless said. False,
  /// with the issue, if the name stands for none.
  bool set_local(std::string_view name, Issue& issue);
  /// Empty of UTC.
  const Zone& local() const { return local_; }

  /// Null if there is none.
  Zone* find(std::string_view name) const;

  const Zone* begin() const { return zones_; }
  const Zone* end() const { return zones_ + count_; }

 private:
  Arena arena_;
  Zone* zones_ = nullptr;
  std::uint32_t count_ = 0;
  Zone local_;
};

/// Seconds east of UTC at a moment, in a zone or at a fixed offset: `+02:00`, `-02:30`, `02:00`, `UTC`. False if it is
/// anything else. `zones` may be null.
bool zone_offset(const Zones* zones, std::string_view name, std::int64_t seconds, std::int64_t& offset);

/// Whether a name that stands in the text is an offset or has a table; marks the zone as used. `zones` may be null.
bool check_zone(Zones* zones, std::string_view name, Issue& issue);

/// Notes in a diagnostic which zone an issue lacks, if any.
void note_zone(const Issue& issue, Diagnostic& diagnostic);

}  // namespace crmsync::expression
