#include "expression/zones.h"

#include "diagnostics/diagnostic.h"
#include "expression/expression.h"
#include "json/number.h"
#include "json/options.h"
#include "json/writer.h"

namespace crmsync::expression {
namespace {

constexpr std::int64_t day = 86'400;

/// Of offsets of less than a day, and moments that ascend.
bool read_table(const Value& list, Arena& arena, Zone& zone) {
  std::int64_t* table = arena.array<std::int64_t>(list.size);
  for (std::uint32_t i = 0; i < list.size; ++i) {
    const Value& number = list.elements[i];
    const auto seconds = number.is(Kind::numeral) ? json::to_int64(number.view()) : std::nullopt;
    if (!seconds) return false;
    const bool fits = i % 2 == 0 ? *seconds > -day && *seconds < day : i == 1 || *seconds > table[i - 2];
    if (!fits) return false;
    table[i] = *seconds;
  }
  zone.table = table;
  zone.size = list.size;
  return list.size % 2 == 1;
}

bool read_zone(const Value& list, Arena& arena, Zone& zone) {
  if (!list.is(Kind::list) || list.size == 0) return false;
  if (!list.elements[0].is(Kind::string)) return read_table(list, arena, zone);
  std::vector<std::string_view> names;
  for (std::uint32_t i = 0; i < list.size; ++i) {
    if (list.elements[i].is(Kind::string)) names.push_back(list.elements[i].view());
  }
  zone.suggestion = arena.copy(nearest_name(zone.name, names));
  return true;
}

bool fixed_offset(std::string_view text, std::int64_t& seconds) {
  seconds = 0;
  if (text == "UTC" || text == "Z" || text.empty()) return true;
  const bool west = text[0] == '-';
  if (west || text[0] == '+') text.remove_prefix(1);
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : 100; };
  if (text.size() != 5 || text[2] != ':') return false;
  const int hours = digit(0) * 10 + digit(1), minutes = digit(3) * 10 + digit(4);
  if (hours > 23 || minutes > 59) return false;
  seconds = (west ? -1 : 1) * (hours * 3600 + minutes * 60);
  return true;
}

}  // namespace

std::int64_t Zone::offset_at(std::int64_t seconds) const {
  std::size_t begun = 0;  // transitions
  for (std::size_t end = size / 2; begun < end;) {
    const std::size_t middle = (begun + end) / 2;
    if (table[2 * middle + 1] <= seconds) {
      begun = middle + 1;
    } else {
      end = middle;
    }
  }
  return size == 0 ? 0 : table[2 * begun];
}

std::int64_t Zone::moment_of(std::int64_t local) const {
  // No zone is a day off UTC, and none changes twice within two days.
  const std::int64_t before = local - offset_at(local - day), after = local - offset_at(local + day);
  const auto shows = [&](std::int64_t moment) { return moment + offset_at(moment) == local; };
  return !shows(before) && shows(after) ? after : before;
}

bool Zones::read(json::Options& options, std::string_view name) {
  const Value given = options.of_kind(name, Kind::map, "an object");
  zones_ = arena_.array<Zone>(given.size);
  for (; count_ < given.size; ++count_) {
    Zone& zone = zones_[count_] = {};
    zone.name = arena_.copy(given.members[count_].key.view());
    if (!read_zone(given.members[count_].value, arena_, zone)) {
      options.fail(name, {"the time zone ", zone.name, " is no list of transitions"});
      return false;
    }
  }
  return options.ok();
}

Zone* Zones::find(std::string_view name) const {
  for (std::uint32_t i = 0; i < count_; ++i) {
    if (zones_[i].name == name) return zones_ + i;
  }
  return nullptr;
}

bool Zones::set_local(std::string_view name, Issue& issue) {
  if (!check_zone(this, name, issue)) return false;
  std::int64_t* offset = arena_.array<std::int64_t>(1);
  if (fixed_offset(name, *offset)) {
    local_.table = offset;
    local_.size = *offset != 0;
  } else {
    local_ = *find(name);
  }
  return true;
}

bool zone_offset(const Zones* zones, std::string_view name, std::int64_t seconds, std::int64_t& offset) {
  if (fixed_offset(name, offset)) return true;
  const Zone* zone = zones ? zones->find(name) : nullptr;
  if (zone == nullptr || zone->size == 0) return false;
  offset = zone->offset_at(seconds);
  return true;
}

bool check_zone(Zones* zones, std::string_view name, Issue& issue) {
  std::int64_t offset = 0;
  Zone* zone = zones ? zones->find(name) : nullptr;
  if (zone_offset(zones, name, 0, offset)) {
    if (zone) zone->used = true;
    return true;
  }
  issue.code = Code::EXP023;
  issue.message = "there is no time zone '" + std::string(name) + "'";
  issue.hint = "a zone is a name such as 'Europe/Berlin', or an offset such as '+02:00'";
  if (zone) {
    issue.suggestion = zone->suggestion;
  } else {
    issue.message += " among those that were handed in";
    issue.zone = name;
  }
  return false;
}

void note_zone(const Issue& issue, Diagnostic& diagnostic) {
  if (issue.zone.empty()) return;
  json::append_string(diagnostic.zones, issue.zone);
  diagnostic.zones += ',';
}

}  // namespace crmsync::expression
