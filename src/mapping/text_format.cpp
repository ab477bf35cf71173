#include "mapping/text_format.h"

#include <string>

#include "json/number.h"
#include "json/time.h"
#include "mapping/text.h"

namespace crmsync::mapping {
namespace {

constexpr std::int64_t day = 86'400;
constexpr std::string_view letters = "yMdHmsSX";

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// The parts of a pattern: a letter and how often it stands, or a literal text.
class Parts {
 public:
  explicit Parts(std::string_view pattern) : pattern_(pattern) {}

  bool next() {
    if (at_ == pattern_.size()) return false;
    const char c = pattern_[at_];
    letter = is_letter(c) ? c : 0;
    const std::size_t begin = at_;
    if (letter) {
      while (at_ < pattern_.size() && pattern_[at_] == c) ++at_;
      width = at_ - begin;
    } else if (c == '\'') {
      const std::size_t end = pattern_.find('\'', begin + 1);
      closed = end != std::string_view::npos;
      at_ = closed ? end + 1 : pattern_.size();
      literal = closed ? pattern_.substr(begin + 1, end - begin - 1) : std::string_view();
      if (literal.empty()) literal = "'";  // two apostrophes stand for one
    } else {
      at_ = begin + 1;
      literal = pattern_.substr(begin, 1);
    }
    begin_ = begin;
    return true;
  }
  std::size_t begin() const { return begin_; }

  char letter = 0;
  std::size_t width = 0;
  std::string_view literal;
  bool closed = true;

 private:
  std::string_view pattern_;
  std::size_t at_ = 0, begin_ = 0;
};

bool has(std::string_view pattern, std::string_view wanted) {
  for (const char letter : wanted) {
    bool found = false;
    for (Parts parts(pattern); parts.next();) found = found || parts.letter == letter;
    if (!found) return false;
  }
  return true;
}

void append_padded(std::string& out, std::int64_t number, std::size_t width) {
  char digits[24];
  std::size_t size = 0;
  for (std::int64_t rest = number; rest > 0 || size == 0; rest /= 10)
    digits[size++] = static_cast<char>('0' + rest % 10);
  for (std::size_t i = size; i < width; ++i) out += '0';
  while (size > 0) out += digits[--size];
}

/// `X`: +02, +0530 or Z; `XX`: +0200 or Z; `XXX`: +02:00 or Z.
void append_offset(std::string& out, std::int64_t seconds, std::size_t width) {
  if (seconds == 0) {
    out += 'Z';
    return;
  }
  const std::int64_t minutes = (seconds < 0 ? -seconds : seconds) / 60;
  out += seconds < 0 ? '-' : '+';
  append_padded(out, minutes / 60, 2);
  if (width == 1 && minutes % 60 == 0) return;
  if (width == 3) out += ':';
  append_padded(out, minutes % 60, 2);
}

/// What a pattern's text says so far, and what is left of the text.
struct Read {
  std::string_view rest;
  std::int64_t year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0, nanoseconds = 0;
  std::int64_t offset = 0;
  bool has_offset = false;

  bool take(std::string_view literal) {
    if (!rest.starts_with(literal)) return false;
    rest.remove_prefix(literal.size());
    return true;
  }
  /// Exactly `least` digits, or of a letter that stands once up to `most`.
  bool number(std::size_t least, std::size_t most, std::int64_t& out) {
    std::size_t size = 0;
    std::int64_t value = 0;
    while (size < rest.size() && size < most && rest[size] >= '0' && rest[size] <= '9')
      value = value * 10 + (rest[size++] - '0');
    if (size < least) return false;
    rest.remove_prefix(size);
    out = value;
    return true;
  }
  bool fraction(std::size_t width) {
    if (!number(width, width, nanoseconds)) return false;
    for (std::size_t i = width; i < 9; ++i) nanoseconds *= 10;
    return true;
  }
  bool zone(std::size_t width) {
    has_offset = true;
    if (take("Z")) return true;
    const bool negative = rest.starts_with('-');
    if (!take(negative ? "-" : "+")) return false;
    std::int64_t hours = 0, minutes = 0;
    if (!number(2, 2, hours)) return false;
    if (width == 3 ? !(take(":") && number(2, 2, minutes)) : !number(2, 2, minutes) && width == 2) return false;
    offset = (hours * 60 + minutes) * 60 * (negative ? -1 : 1);
    return hours < 24 && minutes < 60;
  }
};

bool read_part(const Parts& part, Read& read) {
  const std::size_t width = part.width, most = width == 1 ? 2 : width;
  switch (part.letter) {
    case 'y': return read.number(4, 4, read.year);
    case 'M': return read.number(width, most, read.month);
    case 'd': return read.number(width, most, read.day);
    case 'H': return read.number(width, most, read.hour) && read.hour < 24;
    case 'm': return read.number(width, most, read.minute) && read.minute < 60;
    case 's': return read.number(width, most, read.second) && read.second < 60;
    case 'S': return read.fraction(width);
    case 'X': return read.zone(width);
    default: return read.take(part.literal);
  }
}

Value failure() {
  return Value::of_failure(nullptr);
}

Value time_from_text(const Format& format, Type type, const expression::Zone& zone, std::string_view text) {
  Read read;
  read.rest = text;
  for (Parts parts(format.pattern); parts.next();) {
    if (!read_part(parts, read)) return failure();
  }
  const std::optional<std::int64_t> days = json::days_of(read.year, read.month, read.day);
  if (!read.rest.empty() || !days) return failure();
  if (!has(format.pattern, "H")) return Value::of_integer(*days);
  const std::int64_t clock = (read.hour * 60 + read.minute) * 60 + read.second;
  if (type == Type::date) return clock == 0 && read.nanoseconds == 0 ? Value::of_integer(*days) : failure();
  const std::int64_t shown = *days * day + clock;
  Value time;
  time.kind = Kind::timestamp;
  time.integer = read.has_offset ? shown - read.offset : zone.moment_of(shown);
  time.size = static_cast<std::uint32_t>(read.nanoseconds);
  return time;
}

Value time_as_text(const Format& format, const expression::Zone& zone, const Value& value, Arena& arena) {
  const bool is_time = value.is(Kind::timestamp);
  // An offset is written in minutes; before there were time zones, places had seconds too.
  const std::int64_t east = is_time ? zone.offset_at(value.integer) : 0;
  const std::int64_t shown =
      is_time ? value.integer + (has(format.pattern, "X") ? east - east % 60 : east) : value.integer * day;
  std::int64_t days = shown / day, seconds = shown % day;
  if (seconds < 0) {
    seconds += day;
    --days;
  }
  const json::CivilDate date = json::civil_date(days);
  if (date.year < 1 || date.year > 9999) return failure();
  std::string text;
  for (Parts parts(format.pattern); parts.next();) {
    switch (parts.letter) {
      case 'y': append_padded(text, date.year, 4); break;
      case 'M': append_padded(text, date.month, parts.width); break;
      case 'd': append_padded(text, date.day, parts.width); break;
      case 'H': append_padded(text, seconds / 3600, parts.width); break;
      case 'm': append_padded(text, seconds / 60 % 60, parts.width); break;
      case 's': append_padded(text, seconds % 60, parts.width); break;
      case 'S': {
        std::int64_t fraction = is_time ? value.size : 0;
        for (std::size_t i = parts.width; i < 9; ++i) fraction /= 10;
        append_padded(text, fraction, parts.width);
        break;
      }
      case 'X': append_offset(text, is_time ? shown - value.integer : 0, parts.width); break;
      default: text += parts.literal;
    }
  }
  return Value::of_string(arena.copy(text));
}

// --- numbers ---

constexpr std::size_t longest_number = 400;  // digits; a double has at most 309 before the point

/// A JSON number's digits without an exponent: those before the point, and those behind it.
struct Digits {
  bool negative = false;
  std::string whole, fraction;
};

bool split(std::string_view numeral, Digits& digits) {
  digits.negative = numeral.starts_with('-');
  if (digits.negative) numeral.remove_prefix(1);
  const std::size_t e = numeral.find_first_of("eE");
  std::int64_t exponent = 0;
  if (e != std::string_view::npos) {
    std::string_view written = numeral.substr(e + 1);
    if (written.starts_with('+')) written.remove_prefix(1);
    const std::optional<std::int64_t> parsed = json::to_int64(written);
    if (!parsed || *parsed > 400 || *parsed < -400) return false;
    exponent = *parsed;
    numeral = numeral.substr(0, e);
  }
  const std::size_t point = std::min(numeral.find('.'), numeral.size());
  std::string all(numeral.substr(0, point));
  if (point < numeral.size()) all += numeral.substr(point + 1);
  std::int64_t before = static_cast<std::int64_t>(point) + exponent;
  if (before < 0) {
    all.insert(0, static_cast<std::size_t>(-before), '0');
    before = 0;
  }
  if (static_cast<std::size_t>(before) > all.size()) all.append(static_cast<std::size_t>(before) - all.size(), '0');
  digits.whole = all.substr(0, static_cast<std::size_t>(before));
  digits.fraction = all.substr(static_cast<std::size_t>(before));
  digits.whole.erase(0, std::min(digits.whole.find_first_not_of('0'), digits.whole.size()));
  return all.size() <= 2 * longest_number;
}

/// Rounds in decimal, halves away from zero, as amounts are: never through a double.
void round_to(Digits& digits, std::size_t decimals) {
  const bool up = digits.fraction.size() > decimals && digits.fraction[decimals] >= '5';
  digits.fraction.resize(decimals, '0');
  if (!up) return;
  for (std::string* const part : {&digits.fraction, &digits.whole}) {
    for (std::size_t i = part->size(); i-- > 0;) {
      if ((*part)[i] != '9') {
        ++(*part)[i];
        return;
      }
      (*part)[i] = '0';
    }
  }
  digits.whole.insert(0, 1, '1');
}

char point_of(const Format& format) {
  return format.thousands == '.' ? ',' : '.';
}

Value number_as_text(const Format& format, std::string_view numeral, Arena& arena) {
  Digits digits;
  if (!split(numeral, digits)) return failure();
  round_to(digits, format.decimals);
  if (digits.whole.empty()) digits.whole = "0";
  const bool zero = (digits.whole + digits.fraction).find_first_not_of('0') == std::string::npos;
  std::string text(digits.negative && !zero ? "-" : "");
  for (std::size_t i = 0; i < digits.whole.size(); ++i) {
    if (format.thousands && i > 0 && (digits.whole.size() - i) % 3 == 0) text += format.thousands;
    text += digits.whole[i];
  }
  if (!digits.fraction.empty()) (text += point_of(format)) += digits.fraction;
  return Value::of_string(arena.copy(text));
}

Value number_from_text(const Format& format, std::string_view text, Arena& arena) {
  std::string numeral;
  std::size_t since_mark = 0;  // digits behind a mark of thousands
  bool marked = false, behind_point = false;
  for (const char c : text) {
    if (format.thousands && c == format.thousands && !behind_point) {
      if (marked && since_mark != 3) return failure();
      marked = true;
      since_mark = 0;
      continue;
    }
    if (c == point_of(format)) {
      behind_point = true;
      numeral += '.';
      continue;
    }
    since_mark += !behind_point;
    numeral += c;
  }
  if ((marked && since_mark != 3) || !json::is_number(numeral)) return failure();
  return Value::of_text(Kind::numeral, arena.copy(numeral));
}

}  // namespace

std::size_t pattern_mistake(std::string_view pattern) {
  for (Parts parts(pattern); parts.next();) {
    if (!parts.closed) return parts.begin();
    if (!parts.letter) continue;
    const bool known = letters.find(parts.letter) != std::string_view::npos;
    const std::size_t most = parts.letter == 'y' ? 4 : parts.letter == 'S' ? 9 : parts.letter == 'X' ? 3 : 2;
    // Two digits of a year do not say which.
    if (!known || parts.width > most || (parts.letter == 'y' && parts.width != 1 && parts.width != 4))
      return parts.begin();
  }
  return std::string_view::npos;
}

bool runs_together(std::string_view pattern) {
  bool open = false;  // the part before may have another digit
  for (Parts parts(pattern); parts.next();) {
    const char letter = parts.letter;
    const bool begins_with_digit =
        letter ? letter != 'X' : parts.literal.front() >= '0' && parts.literal.front() <= '9';
    if (open && begins_with_digit) return true;
    open = letter == 'X' ? parts.width == 1 : letter && letter != 'y' && letter != 'S' && parts.width == 1;
  }
  return false;
}

bool keeps_dates(std::string_view pattern) {
  return has(pattern, "yMd");
}

bool keeps_times(std::string_view pattern) {
  // Fractions beyond the pattern's are lost, as both CRMs lose those beyond milliseconds.
  std::size_t fraction = 0;
  for (Parts parts(pattern); parts.next();) fraction += parts.letter == 'S' ? parts.width : 0;
  return has(pattern, "yMdHmsX") && fraction >= 3;
}

Value formatted(const Format& format, const expression::Zone& zone, const Value& value, Arena& arena) {
  if (format.pattern.empty()) return value.is(Kind::numeral) ? number_as_text(format, value.view(), arena) : failure();
  return value.is(Kind::integer) || value.is(Kind::timestamp) ? time_as_text(format, zone, value, arena) : failure();
}

Value unformatted(const Format& format, Type type, const expression::Zone& zone, std::string_view text, Arena& arena) {
  text = trimmed(text);
  return format.pattern.empty() ? number_from_text(format, text, arena) : time_from_text(format, type, zone, text);
}

}  // namespace crmsync::mapping
