#include "expression/zones.h"

#include "diagnostics/diagnostic.h"
#include "expression/expression.h"
#include "json/number.h"
#include "json/options.h"
#include "json/writer.h"

namespace crmsync::expression {
namespace {

constexpr std::int64_t day = 86'400;

/// Offsets of less than a day, and moments that ascend.
bool read_table(const Value& list, std::vector<std::int64_t>& table) {
  if (list.size % 2 == 0) return false;
  for (std::uint32_t i = 0; i < list.size; ++i) {
    const Value& number = list.elements[i];
    const auto seconds = number.is(Kind::numeral) ? json::to_int64(number.view()) : std::nullopt;
    if (!seconds) return false;
    const bool fits = i % 2 == 0 ? *seconds > -day && *seconds < day : i == 1 || *seconds > table[i - 2];
    if (!fits) return false;
    table.push_back(*seconds);
  }
  return true;
}

bool read_zone(const Value& list, Zone& zone) {
  if (!list.is(Kind::list) || list.size == 0) return false;
  if (!list.elements[0].is(Kind::string)) return read_table(list, zone.table);
  std::vector<std::string_view> names;
  for (std::uint32_t i = 0; i < list.size; ++i) {
    if (list.elements[i].is(Kind::string)) names.push_back(list.elements[i].view());
  }
  zone.suggestion = nearest_name(zone.name, names);
  return true;
}

}  // namespace

std::int64_t Zone::offset_at(std::int64_t seconds) const {
  std::size_t begun = 0;  // transitions
  for (std::size_t end = table.size() / 2; begun < end;) {
    const std::size_t middle = (begun + end) / 2;
    if (table[2 * middle + 1] <= seconds) {
      begun = middle + 1;
    } else {
      end = middle;
    }
  }
  return table.empty() ? 0 : table[2 * begun];
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

void note_zone(const Issue& issue, Diagnostic& diagnostic) {
  if (issue.zone.empty()) return;
  json::append_string(diagnostic.zones, issue.zone);
  diagnostic.zones += ',';
}

bool Zones::read(json::Options& options, std::string_view name) {
  const Value given = options.of_kind(name, Kind::map, "an object");
  for (std::uint32_t i = 0; i < given.size; ++i) {
    Zone zone;
    zone.name = given.members[i].key.view();
    if (!read_zone(given.members[i].value, zone)) {
      options.fail(name, "the time zone " + zone.name + " is no list of transitions");
      return false;
    }
    zones_.push_back(std::move(zone));
  }
  return options.ok();
}

const Zone* Zones::find(std::string_view name) const {
  for (const Zone& zone : zones_) {
    if (zone.name == name) return &zone;
  }
  return nullptr;
}

bool Zones::set_local(std::string_view name, Issue& issue) {
  if (!check(name, issue)) return false;
  std::int64_t offset = 0;
  if (fixed_offset(name, offset)) {
    if (offset != 0) local_.table = {offset};
  } else {
    local_ = *find(name);
  }
  return true;
}

bool Zones::check(std::string_view name, Issue& issue) {
  std::int64_t offset = 0;
  if (fixed_offset(name, offset)) return true;
  const Zone* zone = find(name);
  if (zone != nullptr && !zone->table.empty()) {
    zones_[static_cast<std::size_t>(zone - zones_.data())].used = true;
    return true;
  }
  issue.code = Code::EXP023;
  issue.message = "there is no time zone '" + std::string(name) + "'";
  issue.hint = "a zone is a name such as 'Europe/Berlin', or an offset such as '+02:00'";
  if (zone != nullptr) {
    issue.suggestion = zone->suggestion;
  } else {
    issue.zone = name;
    issue.message += " among those that were handed in";
  }
  return false;
}

bool Zones::offset_at(std::string_view name, std::int64_t seconds, std::int64_t& offset) const {
  if (fixed_offset(name, offset)) return true;
  const Zone* zone = find(name);
  if (zone == nullptr || zone->table.empty()) return false;
  offset = zone->offset_at(seconds);
  return true;
}

}  // namespace crmsync::expression
