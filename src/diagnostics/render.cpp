#include <algorithm>
#include <string>

#include "diagnostics/diagnostic.h"

namespace crmsync {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
/// Of a long line only this many bytes are shown, around the caret.
constexpr std::size_t window = 120;

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// Appends text of a file for a terminal: what could steer the terminal becomes a question mark.
void append_printable(std::string& out, std::string_view text) {
  for (const char c : text) {
    const unsigned char byte = static_cast<unsigned char>(c);
    out += (byte < 0x20 && c != '\t') || byte == 0x7F ? '?' : c;
  }
}

void append_source_line(std::string& out, const Range& range, std::string_view source) {
  const std::size_t at = offset_at(source, range.begin);
  std::size_t begin = at, end = at;
  while (begin > 0 && source[begin - 1] != '\n') --begin;
  while (end < source.size() && source[end] != '\n' && source[end] != '\r') ++end;
  if (at > end) return;
  std::size_t marked_end = std::clamp(offset_at(source, range.end), at, end);
  if (range.end.line > range.begin.line) marked_end = end;

  std::string_view cut_before, cut_after;
  if (at - begin > window / 2) {
    begin = at - window / 2;
    while (begin < at && is_continuation(source[begin])) ++begin;
    cut_before = "...";
  }
  if (end - begin > window) {
    end = begin + window;
    while (end > at && is_continuation(source[end])) --end;
    marked_end = std::min(marked_end, end);
    cut_after = "...";
  }

  const std::string number = std::to_string(range.begin.line);
  out += "  " + number + " | ";
  out += cut_before;
  append_printable(out, source.substr(begin, end - begin));
  out += cut_after;
  out += '\n';
  out.append(number.size() + 2, ' ');
  out += " | ";
  out.append(cut_before.size(), ' ');
  // Tabs stay tabs, so that the caret stands under its text however wide a tab is shown.
  for (std::size_t i = begin; i < at; ++i) {
    if (!is_continuation(source[i])) out += source[i] == '\t' ? '\t' : ' ';
  }
  const auto marked =
      std::count_if(source.begin() + at, source.begin() + marked_end, [](char c) { return !is_continuation(c); });
  out += '^';
  out.append(static_cast<std::size_t>(std::max<std::ptrdiff_t>(marked, 1)) - 1, '~');
  out += '\n';
}

void append_note(std::string& out, std::string_view label, std::string_view text) {
  out += "  = ";
  out += label;
  append_printable(out, text);
  out += '\n';
}

}  // namespace

std::string render(const Diagnostic& diagnostic, std::string_view file_name, std::string_view source) {
  if (source.starts_with(byte_order_mark)) source.remove_prefix(byte_order_mark.size());
  std::string out;
  append_printable(out, file_name);
  const bool located = diagnostic.range.begin.line != 0;
  if (located) {
    out += ':' + std::to_string(diagnostic.range.begin.line) + ':' + std::to_string(diagnostic.range.begin.column);
  }
  out += ": ";
  out += severity_name(diagnostic.severity);
  out += ' ';
  out += code_name(diagnostic.code);
  out += ": ";
  append_printable(out, diagnostic.message);
  out += '\n';
  if (located) append_source_line(out, diagnostic.range, source);
  if (!diagnostic.suggestion.empty()) append_note(out, "did you mean ", diagnostic.suggestion + "?");
  if (!diagnostic.hint.empty()) append_note(out, "hint: ", diagnostic.hint);
  return out;
}

}  // namespace crmsync
