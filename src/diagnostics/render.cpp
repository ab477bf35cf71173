#include <algorithm>
#include <string>

#include "diagnostics/diagnostic.h"
#include "json/utf8.h"

/// The form in which `crm-sync check` shows a diagnostic (web/cli/diagnostics.ts), without its colours.
namespace crmsync {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view replacement = "\xEF\xBF\xBD";
/// Of a line that is longer than both together, this much is shown before and after the caret, in UTF-16 units.
constexpr std::size_t units_before = 60, units_after = 50;

/// One character of a text: its bytes, its code point, and how many UTF-16 units it is.
struct Character {
  std::string_view bytes;
  std::uint32_t code_point;
  std::size_t units;
};

Character character_at(std::string_view text) {
  const int length = utf8::sequence_length(text.data(), text.data() + text.size());
  if (length <= 0) return {text.substr(0, 1), 0xFFFD, 1};
  const auto byte = [&](int i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  std::uint32_t code_point = length == 1 ? byte(0) : byte(0) & (0xFFU >> (length + 1));
  for (int i = 1; i < length; ++i) code_point = code_point << 6 | (byte(i) & 0x3F);
  return {text.substr(0, static_cast<std::size_t>(length)), code_point, length == 4 ? std::size_t{2} : std::size_t{1}};
}

/// Columns on a terminal: none for a combining mark, two for East Asian wide characters and pictures.
std::size_t columns_of(std::uint32_t c) {
  struct Block {
    std::uint32_t first, last;
  };
  static constexpr Block combining[] = {{0x300, 0x36F}, {0x200B, 0x200F}, {0xFE00, 0xFE0F}};
  static constexpr Block wide[] = {{0x1100, 0x115F}, {0x2E80, 0xA4CF}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
                                   {0xFE30, 0xFE6F}, {0xFF00, 0xFF60}, {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD}};
  const auto holds = [c](const Block& block) { return block.first <= c && c <= block.last; };
  if (std::any_of(std::begin(combining), std::end(combining), holds)) return 0;
  return std::any_of(std::begin(wide), std::end(wide), holds) ? 2 : 1;
}

/// Control characters and those that turn the direction of a text round.
bool could_steer_a_terminal(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029 || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

/// Appends text of a file for a terminal, and returns its columns.
std::size_t append_printable(std::string& out, std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const Character next = character_at(text);
    text.remove_prefix(next.bytes.size());
    const std::uint32_t c = next.code_point;
    if (!could_steer_a_terminal(c)) {
      out += c == 0xFFFD ? replacement : next.bytes;
      columns += columns_of(c);
    } else if (c == '\n' || c == '\t') {
      out += c == '\n' ? "\\n" : "\\t";
      columns += 2;
    } else {
      out += "\\u";
      for (int shift = 12; shift >= 0; shift -= 4) out += "0123456789abcdef"[c >> shift & 0xF];
      columns += 6;
    }
  }
  return columns;
}

/// A part of the source line; tabs are shown one column wide.
std::size_t append_source(std::string& out, std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '\t', ' ');
  return append_printable(out, spaced);
}

std::size_t units_of(std::string_view text) {
  std::size_t units = 0;
  for (; !text.empty(); text.remove_prefix(character_at(text).bytes.size())) units += character_at(text).units;
  return units;
}

/// The offset behind the characters at the beginning of `text` that have at most so many units.
std::size_t offset_of_units(std::string_view text, std::size_t units) {
  std::size_t offset = 0;
  while (offset < text.size()) {
    const Character next = character_at(text.substr(offset));
    if (next.units > units) break;
    units -= next.units;
    offset += next.bytes.size();
  }
  return offset;
}

/// The line of source and the line with the caret.
void append_excerpt(std::string& out, const Range& range, std::string_view source) {
  const std::size_t at = std::min(offset_at(source, range.begin), source.size());
  const std::size_t line_begin = at == 0 ? 0 : source.rfind('\n', at - 1) + 1;  // npos + 1 is 0
  const std::string_view line =
      source.substr(line_begin, std::min(source.find_first_of("\r\n", at), source.size()) - line_begin);
  const std::size_t start = at - line_begin;
  const std::size_t units = units_of(line.substr(0, start));
  const bool is_long = units_of(line) > units_before + units_after;
  const std::size_t from = is_long && units > units_before ? offset_of_units(line, units - units_before) : 0;
  const std::size_t to = is_long ? start + offset_of_units(line.substr(start), units_after) : line.size();
  std::size_t end = line.size();
  if (range.end.line == range.begin.line) end = std::max(offset_at(source, range.end), at) - line_begin;
  const std::size_t one_more = start < line.size() ? start + character_at(line.substr(start)).bytes.size() : start;
  end = std::min(std::max(end, one_more), to);

  std::string label = std::to_string(range.begin.line);
  label.insert(0, 5 - std::min<std::size_t>(label.size(), 5), ' ');
  out += label + " | ";
  if (from > 0) out += "…";
  const std::size_t head = (from > 0 ? 1 : 0) + append_source(out, line.substr(from, start - from));
  const std::size_t marked = append_source(out, line.substr(start, end - start));
  append_source(out, line.substr(end, to - end));
  if (to < line.size()) out += "…";
  out += '\n';
  out.append(label.size(), ' ') += " | ";
  out.append(head, ' ') += '^';
  out.append(std::max<std::size_t>(marked, 1) - 1, '~') += '\n';
}

bool has_line(std::string_view source, std::uint32_t line) {
  return line > 0 && static_cast<std::uint32_t>(std::count(source.begin(), source.end(), '\n')) >= line - 1;
}

}  // namespace

std::string render(const Diagnostic& diagnostic, std::string_view file_name, std::string_view source) {
  if (source.starts_with(byte_order_mark)) source.remove_prefix(byte_order_mark.size());
  const Position begin = diagnostic.range.begin;
  std::string out(file_name);
  if (begin.line != 0) out += ':' + std::to_string(begin.line) + ':' + std::to_string(begin.column);
  out.append(": ").append(severity_name(diagnostic.severity)) += ' ';
  out.append(code_name(diagnostic.code)) += ": ";
  append_printable(out, diagnostic.message);
  out += '\n';
  if (has_line(source, begin.line)) append_excerpt(out, diagnostic.range, source);
  if (!diagnostic.suggestion.empty()) {
    out += "  did you mean ";
    append_printable(out, diagnostic.suggestion);
    out += "?\n";
  }
  if (!diagnostic.hint.empty()) {
    out += "  hint: ";
    append_printable(out, diagnostic.hint);
    out += '\n';
  }
  return out;
}

}  // namespace crmsync
