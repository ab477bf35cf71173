#include "expression/functions/time.h"

#include <limits>
#include <string>

#include "expression/duration.h"
#include "expression/functions.h"
#include "expression/zones.h"
#include "json/duration.h"
#include "json/time.h"

/// timestamp, duration, and what can be read off them: `t.getFullYear()`, `t.getHours('+02:00')`, `d.getSeconds()`.
/// Zones are fixed offsets, and the names whose tables the scope has.
namespace crmsync::expression {
namespace {

constexpr std::int64_t second = 1'000'000'000;
using json::largest_timestamp;
using json::smallest_timestamp;

Value of_timestamp(std::int64_t seconds, std::uint32_t nanoseconds) {
  Value value = Value::of_integer(seconds);
  value.kind = Kind::timestamp;
  value.size = nanoseconds;
  return value;
}

Value of_duration(std::int64_t nanoseconds) {
  Value value = Value::of_integer(nanoseconds);
  value.kind = Kind::duration;
  return value;
}

Value out_of_range(std::string_view what, Context& context) {
  return context.fail(Code::EXP006, {what, " leaves the range of its type"});
}

/// Rounds towards the past, so that the nanoseconds stay positive.
Value shifted(const Value& timestamp, std::int64_t nanoseconds, std::string_view name, Context& context) {
  std::int64_t seconds = timestamp.integer + nanoseconds / second;
  std::int64_t rest = static_cast<std::int64_t>(timestamp.size) + nanoseconds % second;
  if (rest < 0) {
    rest += second;
    --seconds;
  } else if (rest >= second) {
    rest -= second;
    ++seconds;
  }
  if (seconds < smallest_timestamp || seconds > largest_timestamp) return out_of_range(name, context);
  return of_timestamp(seconds, static_cast<std::uint32_t>(rest));
}

/// Without the spellings that only CRMs write and records may hold: a space for the T, `+0100`, leap seconds.
bool strict_rfc3339(std::string_view text) {
  if (text.size() < 20 || text[10] != 'T' || text.substr(17, 2) == "60") return false;
  return text.back() == 'Z' || text[text.size() - 3] == ':';
}

Value timestamp(const Value* arguments, std::size_t count, Context& context) {
  const Value& value = arguments[0];
  if (value.kind == Kind::timestamp) return value;
  if (value.kind == Kind::string) {
    const std::optional<Value> parsed =
        strict_rfc3339(value.view()) ? json::parse_timestamp(value.view()) : std::nullopt;
    return parsed ? *parsed : context.fail(Code::EXP009, {"timestamp: this string is no RFC 3339 date and time"});
  }
  if (value.kind == Kind::integer) {
    if (value.integer < smallest_timestamp || value.integer > largest_timestamp)
      return out_of_range("timestamp", context);
    return of_timestamp(value.integer, 0);
  }
  return context.no_overload("timestamp", arguments, count);
}

Value duration(const Value* arguments, std::size_t count, Context& context) {
  if (arguments[0].kind == Kind::duration) return arguments[0];
  if (arguments[0].kind != Kind::string) return context.no_overload("duration", arguments, count);
  const std::optional<std::int64_t> nanoseconds = parse_duration(arguments[0].view());
  if (!nanoseconds)
    return context.fail(Code::EXP009, {"duration: this string is no duration such as '1h30m' or '1.5s'"});
  return of_duration(*nanoseconds);
}

enum class Part { year, month, date, day_of_month, day_of_week, day_of_year, hours, minutes, seconds, milliseconds };

std::int64_t part_of(Part part, std::int64_t seconds, std::uint32_t nanoseconds) {
  const std::int64_t of_day = ((seconds % 86400) + 86400) % 86400;
  const std::int64_t days = (seconds - of_day) / 86400;
  switch (part) {
    case Part::hours: return of_day / 3600;
    case Part::minutes: return of_day / 60 % 60;
    case Part::seconds: return of_day % 60;
    case Part::milliseconds: return nanoseconds / 1'000'000;
    case Part::day_of_week: return ((days + 4) % 7 + 7) % 7;  // 1970-01-01 was a Thursday; 0 is Sunday
    default: break;
  }
  std::string date;  // YYYY-MM-DD
  json::append_date(date, days);
  const auto digits = [&](std::size_t at, std::size_t count) {
    std::int64_t number = 0;
    for (std::size_t i = at; i < at + count; ++i) number = number * 10 + (date[i] - '0');
    return number;
  };
  switch (part) {
    case Part::year: return digits(0, 4);
    case Part::month: return digits(5, 2) - 1;
    case Part::date: return digits(8, 2);
    case Part::day_of_month: return digits(8, 2) - 1;
    default: return days - *json::parse_date(date.substr(0, 4) + "-01-01");
  }
}

std::int64_t part_of_duration(Part part, std::int64_t nanoseconds) {
  switch (part) {
    case Part::hours: return nanoseconds / second / 3600;
    case Part::minutes: return nanoseconds / second / 60;
    case Part::seconds: return nanoseconds / second;
    default: return nanoseconds / 1'000'000 % 1000;
  }
}

constexpr std::string_view part_names[] = {"getFullYear",  "getMonth",       "getDate",  "getDayOfMonth",
                                           "getDayOfWeek", "getDayOfYear",   "getHours", "getMinutes",
                                           "getSeconds",   "getMilliseconds"};

Value get(Part part, const Value* arguments, std::size_t count, Context& context) {
  const std::string_view name = part_names[static_cast<std::size_t>(part)];
  if (arguments[0].kind == Kind::duration && part >= Part::hours && count == 1) {
    return Value::of_integer(part_of_duration(part, arguments[0].integer));
  }
  if (arguments[0].kind != Kind::timestamp || (count == 2 && arguments[1].kind != Kind::string)) {
    return context.no_overload(name, arguments, count);
  }
  const std::int64_t utc = arguments[0].integer;
  std::int64_t shift = 0;
  if (count == 2) {
    if (!zone_offset(context.zones, arguments[1].view(), utc, shift))
      return context.fail(Code::EXP023, {name, ": there is no time zone of this name"});
  } else if (context.lenient && context.zones) {
    shift = context.zones->local().offset_at(utc);
  }
  const std::int64_t local = utc + shift;
  if (local < smallest_timestamp || local > largest_timestamp) return out_of_range(name, context);
  return Value::of_integer(part_of(part, local, arguments[0].size));
}

template <Part part>
Value get(const Value* arguments, std::size_t count, Context& context) {
  return get(part, arguments, count, context);
}

template <Part part>
constexpr Function getter() {
  return {part_names[static_cast<std::size_t>(part)],
          true,
          1,
          2,
          get<part>,
          Kind::integer,
          {part >= Part::hours ? takes::times : one_of({Kind::timestamp}), takes::string}};
}

constexpr Function functions[] = {
    documented({"timestamp", false, 1, 1, timestamp, Kind::timestamp}, "timestamp(value) -> timestamp",
               "Of a string as RFC 3339 has it, or of seconds since 1970",
               "timestamp('2026-03-09T14:05:06+01:00') => timestamp('2026-03-09T13:05:06Z')\n"
               "timestamp(0) => timestamp('1970-01-01T00:00:00Z')\ntimestamp('9 March') => error"),
    documented({"duration", false, 1, 1, duration, Kind::duration}, "duration(string) -> duration",
               "Of a string with the units h, m, s, ms, us and ns",
               "duration('1h30m') == duration('5400s') => true\nduration('1 hour') => error"),
    documented(getter<Part::year>(), "timestamp.getFullYear([string]) -> int", "The year, here or in a time zone",
               "timestamp('2026-03-09T14:05:06.789Z').getFullYear() => "
               "2026\ntimestamp('2026-01-01T00:00:00Z').getFullYear('-01:00') => 2025"),
    documented(getter<Part::month>(), "timestamp.getMonth([string]) -> int", "The month; January is 0",
               "timestamp('2026-03-09T14:05:06.789Z').getMonth() => 2"),
    documented(getter<Part::date>(), "timestamp.getDate([string]) -> int", "The day of the month, from 1",
               "timestamp('2026-03-09T14:05:06.789Z').getDate() => 9"),
    documented(getter<Part::day_of_month>(), "timestamp.getDayOfMonth([string]) -> int", "The day of the month, from 0",
               "timestamp('2026-03-09T14:05:06.789Z').getDayOfMonth() => 8"),
    documented(getter<Part::day_of_week>(), "timestamp.getDayOfWeek([string]) -> int",
               "The day of the week; Sunday is 0", "timestamp('2026-03-09T14:05:06.789Z').getDayOfWeek() => 1"),
    documented(getter<Part::day_of_year>(), "timestamp.getDayOfYear([string]) -> int", "The day of the year, from 0",
               "timestamp('2026-03-09T14:05:06.789Z').getDayOfYear() => 67"),
    documented(getter<Part::hours>(), "value.getHours([string]) -> int",
               "The hour of the day; of a duration, all its whole hours",
               "timestamp('2026-03-09T14:05:06.789Z').getHours() => "
               "14\ntimestamp('2026-03-09T14:05:06.789Z').getHours('+02:00') => 16\nduration('90m').getHours() => 1"),
    documented(getter<Part::minutes>(), "value.getMinutes([string]) -> int",
               "The minute of the hour; of a duration, all its whole minutes",
               "timestamp('2026-03-09T14:05:06.789Z').getMinutes() => 5\nduration('90m').getMinutes() => 90"),
    documented(getter<Part::seconds>(), "value.getSeconds([string]) -> int",
               "The second of the minute; of a duration, all its whole seconds",
               "timestamp('2026-03-09T14:05:06.789Z').getSeconds() => 6\nduration('90m').getSeconds() => 5400"),
    documented(
        getter<Part::milliseconds>(), "value.getMilliseconds([string]) -> int", "The milliseconds of the second",
        "timestamp('2026-03-09T14:05:06.789Z').getMilliseconds() => 789\nduration('1.5s').getMilliseconds() => 500"),
};

}  // namespace

bool takes_zone(const Function& function) {
  return function.most == 2 && &function >= functions && &function < functions + std::size(functions);
}

Value time_arithmetic(Operator op, const Value& left, const Value& right, Context& context) {
  const std::string name = "'" + std::string(symbol(op)) + "'";
  const Value operands[] = {left, right};
  std::int64_t result = 0;
  if (op == Operator::add) {
    if (left.kind == Kind::timestamp && right.kind == Kind::duration)
      return shifted(left, right.integer, name, context);
    if (left.kind == Kind::duration && right.kind == Kind::timestamp)
      return shifted(right, left.integer, name, context);
    if (left.kind == Kind::duration && right.kind == Kind::duration) {
      if (__builtin_add_overflow(left.integer, right.integer, &result)) return out_of_range(name, context);
      return of_duration(result);
    }
  } else if (op == Operator::subtract) {
    if (left.kind == Kind::timestamp && right.kind == Kind::duration) {
      if (right.integer == std::numeric_limits<std::int64_t>::min()) return out_of_range(name, context);
      return shifted(left, -right.integer, name, context);
    }
    if (left.kind == Kind::duration && right.kind == Kind::duration) {
      if (__builtin_sub_overflow(left.integer, right.integer, &result)) return out_of_range(name, context);
      return of_duration(result);
    }
    if (left.kind == Kind::timestamp && right.kind == Kind::timestamp) {
      if (__builtin_mul_overflow(left.integer - right.integer, second, &result) ||
          __builtin_add_overflow(result, static_cast<std::int64_t>(left.size) - static_cast<std::int64_t>(right.size),
                                 &result)) {
        return out_of_range(name, context);
      }
      return of_duration(result);
    }
  }
  return context.no_overload(name, operands, 2);
}

Value time_of_field(const Value& written, std::string_view text, std::string_view name, Context& context) {
  std::optional<Value> time;
  if (context.has_milliseconds) time = json::parse_milliseconds(text);
  bool has_offset = true;
  if (!time && written.kind == Kind::string) time = json::parse_timestamp(text, has_offset);
  if (time && !has_offset && context.zones) time->integer = context.zones->local().moment_of(time->integer);
  if (time && time->integer >= smallest_timestamp && time->integer <= largest_timestamp) return *time;
  return context.fail(Code::EXP009, {"'", name, "' is a datetime, and its value is none"});
}

std::string_view time_text(const Value& value, Context& context) {
  std::string text;
  if (value.kind == Kind::timestamp) {
    json::append_timestamp(text, value);
  } else {
    json::append_duration(text, value.integer);
  }
  return context.arena.copy(text);
}

FunctionFamily time_functions() {
  return {functions, std::size(functions)};
}

}  // namespace crmsync::expression
