#include "mapping/format_configuration.h"

#include "mapping/section.h"
#include "mapping/text_format.h"

namespace crmsync::mapping {
namespace {

std::optional<Format> read_pattern(Reading& reading, const Place& place) {
  const SourceText source = reading.source_text(*place.node);
  const std::size_t mistake = pattern_mistake(source.text);
  if (mistake == std::string_view::npos && !source.text.empty()) {
    Format format;
    format.pattern = source.text;
    return format;
  }
  std::string message = "the format is empty";
  if (!source.text.empty()) {
    const char sign = source.text[mistake];
    message = sign == '\'' ? std::string("the format's text in apostrophes has no end")
                           : std::string("the format has a `") + sign + "` here that means nothing";
  }
  reading.report(
      Code::MAP029, source.text.empty() ? source.range : source.at(mistake, 1), place.pointer, message,
      "a format is made of yyyy, M or MM, d or dd, H or HH, m or mm, s or ss, S to SSSSSSSSS, X to XXX; other letters "
      "stand in 'apostrophes'");
  return std::nullopt;
}

}  // namespace

std::optional<Format> read_format(Reading& reading, const Place& place) {
  std::optional<Format> format;
  if (place.is(NodeKind::string)) {
    format = read_pattern(reading, place);
  } else if (place.is(NodeKind::map)) {
    const Section section(reading, place, SectionKind::number_format);
    format.emplace();
    if (const auto decimals = section.find("decimals")) {
      // 0 is no natural number, and the most usual here.
      const bool none = decimals->is(NodeKind::number) && decimals->node->text == "0";
      if (!none) format->decimals = static_cast<unsigned>(read_natural(reading, *decimals, 18).value_or(0));
    }
    if (const auto thousands = section.find("thousands")) {
      const std::string mark = read_text(reading, *thousands).value_or("");
      if (mark == "." || mark == "," || mark == " " || mark == "'") {
        format->thousands = mark.front();
      } else if (!mark.empty() || thousands->is(NodeKind::string)) {
        reading.report(Code::MAP003, *thousands, {spoken_name(thousands->pointer), " cannot be `", mark, "`"},
                       "it must be \".\", \",\", \" \" or \"'\"; where it is a point, a comma separates the decimals");
      }
    }
  } else {
    reading.wrong_type(place, "a pattern such as dd.MM.yyyy, or {decimals: 2, thousands: \".\"}");
  }
  if (format) format->range = reading.range(place);
  return format;
}

}  // namespace crmsync::mapping
