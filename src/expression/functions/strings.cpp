#include <algorithm>
#include <cstring>
#include <limits>

#include "expression/arithmetic.h"
#include "expression/functions.h"
#include "expression/text.h"
#include "expression/text_writer.h"
#include "json/short_text.h"

/// What is done with texts: cel-spec's startsWith, endsWith and contains, and cel-go's extension (ext/README.md,
/// "Strings"). Positions are code points, from 0.
namespace crmsync::expression {
namespace {

/// A search may look at every pair of characters, as cel-go counts it.
std::uint64_t search_cost(const Value& text, const Value& part) {
  return ((std::uint64_t{text.size} + 9) / 10) * ((std::uint64_t{part.size} + 9) / 10);
}

Value starts_with(const Value* arguments, std::size_t, Context& context) {
  if (!context.charge_text(arguments[0].size)) return context.out_of_budget();
  const std::uint32_t size = arguments[1].size;
  return Value::of(arguments[0].size >= size && same_bytes(arguments[0].text, arguments[1].text, size));
}

Value ends_with(const Value* arguments, std::size_t, Context& context) {
  if (!context.charge_text(arguments[0].size)) return context.out_of_budget();
  const std::uint32_t size = arguments[1].size, before = arguments[0].size - size;
  return Value::of(arguments[0].size >= size && same_bytes(arguments[0].text + before, arguments[1].text, size));
}

Value contains(const Value* arguments, std::size_t, Context& context) {
  // The call itself is counted already, and cel-go counts the search instead of it.
  const std::uint64_t cost = search_cost(arguments[0], arguments[1]);
  if (cost && !context.charge(cost - 1)) return context.out_of_budget();
  return Value::of(arguments[0].view().find(arguments[1].view()) != std::string_view::npos);
}

/// The byte where a code point begins, or the text's end; npos where the index is outside.
std::size_t byte_of(std::string_view text, const Value& index) {
  if (index.integer < 0) return std::string_view::npos;
  std::int64_t left = index.integer;
  std::size_t byte = 0;
  for (; left > 0; --left) {
    if (byte >= text.size()) return std::string_view::npos;
    byte += code_point_at(text, byte).length;
  }
  return byte;
}

Value outside(std::string_view name, Context& context) {
  return context.fail(Code::EXP008, {name, ": the index is outside the string"});
}

Value char_at(const Value* arguments, std::size_t, Context& context) {
  if (!context.charge_text(arguments[0].size)) return context.out_of_budget();
  const std::string_view text = arguments[0].view();
  const std::size_t byte = byte_of(text, arguments[1]);
  if (byte == std::string_view::npos) return outside("charAt", context);
  return Value::of_string(text.substr(byte, code_point_at(text, byte).length));
}

Value substring(const Value* arguments, std::size_t count, Context& context) {
  if (!context.charge_text(arguments[0].size)) return context.out_of_budget();
  const std::string_view text = arguments[0].view();
  const std::size_t begin = byte_of(text, arguments[1]);
  const std::size_t end = count == 3 ? byte_of(text, arguments[2]) : text.size();
  if (begin == std::string_view::npos || end == std::string_view::npos || begin > end) {
    return outside("substring", context);
  }
  return Value::of_string(text.substr(begin, end - begin));
}

/// The index of the first or last `arguments[1]`, looked for from the position `arguments[2]` on or back.
Value find(const Value* arguments, std::size_t count, bool last, Context& context) {
  if (!context.charge_text(arguments[0].size) || !context.charge(search_cost(arguments[0], arguments[1]))) {
    return context.out_of_budget();
  }
  const std::string_view text = arguments[0].view(), part = arguments[1].view();
  std::size_t from = last ? text.size() : 0;
  if (count == 3) {
    from = byte_of(text, arguments[2]);
    if (from == std::string_view::npos) return outside(last ? "lastIndexOf" : "indexOf", context);
  }
  const std::size_t found = last ? text.rfind(part, from) : text.find(part, from);
  if (found == std::string_view::npos) return Value::of_integer(-1);
  return Value::of_integer(static_cast<std::int64_t>(count_code_points(text.substr(0, found))));
}

Value index_of(const Value* arguments, std::size_t count, Context& context) {
  return find(arguments, count, false, context);
}

Value last_index_of(const Value* arguments, std::size_t count, Context& context) {
  return find(arguments, count, true, context);
}

/// The letters from `first` to `first` + 25 in their other case.
Value in_ascii_case(const Value& text, char first, Context& context) {
  if (!context.charge_text(text.size)) return context.out_of_budget();
  char* const changed = context.arena.characters(text.size);
  for (std::size_t i = 0; i < text.size; ++i) {
    const char c = text.text[i];
    changed[i] = c >= first && c <= first + 25 ? static_cast<char>(c ^ ('a' - 'A')) : c;
  }
  return Value::of_string({changed, text.size});
}

Value lower_ascii(const Value* arguments, std::size_t, Context& context) {
  return in_ascii_case(arguments[0], 'A', context);
}

Value upper_ascii(const Value* arguments, std::size_t, Context& context) {
  return in_ascii_case(arguments[0], 'a', context);
}

Value trim_(const Value* arguments, std::size_t, Context& context) {
  if (!context.charge_text(arguments[0].size)) return context.out_of_budget();
  return Value::of_string(trim(arguments[0].view()));
}

Value reverse(const Value* arguments, std::size_t, Context& context) {
  if (!context.charge_text(arguments[0].size)) return context.out_of_budget();
  const std::string_view text = arguments[0].view();
  char* const reversed = context.arena.characters(text.size());
  for (std::size_t byte = 0; byte < text.size();) {
    const std::size_t length = code_point_at(text, byte).length;
    std::memcpy(reversed + (text.size() - byte - length), text.data() + byte, length);
    byte += length;
  }
  return Value::of_string({reversed, text.size()});
}

/// Cuts a text at a separator; an empty one cuts between all characters, as in Go.
struct Pieces {
  std::string_view text, separator;
  std::size_t at = 0;

  /// The piece before the next separator; false where there is none, and `rest` is the last piece.
  bool next(std::string_view& piece) {
    std::size_t end = separator.empty() ? at + code_point_at(text, at).length : text.find(separator, at);
    if (separator.empty() && end >= text.size()) end = std::string_view::npos;
    if (end == std::string_view::npos) return false;
    piece = text.substr(at, end - at);
    at = end + separator.size();
    return true;
  }
  std::string_view rest() const { return text.substr(at); }
};

/// How often at most; a negative limit is none.
std::uint64_t limit_of(const Value* arguments, std::size_t count, std::size_t at) {
  if (count <= at || arguments[at].integer < 0) return std::numeric_limits<std::uint64_t>::max();
  return static_cast<std::uint64_t>(arguments[at].integer);
}

Value replace(const Value* arguments, std::size_t count, Context& context) {
  if (!context.charge(search_cost(arguments[0], arguments[1]))) return context.out_of_budget();
  const std::string_view by = arguments[2].view();
  std::uint64_t left = limit_of(arguments, count, 3);
  Pieces pieces{arguments[0].view(), arguments[1].view()};
  TextWriter out(context);
  // An empty string is found before each character and at the end.
  const auto at_edge = [&] {
    if (arguments[1].size || left == 0) return;
    out.append(by);
    --left;
  };
  at_edge();
  for (std::string_view piece; left > 0 && !out.out_of_budget() && pieces.next(piece); --left) {
    out.append(piece);
    out.append(by);
  }
  out.append(pieces.rest());
  if (arguments[0].size) at_edge();
  return out.result();
}

Value split(const Value* arguments, std::size_t count, Context& context) {
  if (!context.charge(search_cost(arguments[0], arguments[1]))) return context.out_of_budget();
  const std::uint64_t limit = limit_of(arguments, count, 2);
  if (limit == 0 || (arguments[0].size == 0 && arguments[1].size == 0)) return Value::of_list(nullptr, 0);
  const Pieces start{arguments[0].view(), arguments[1].view()};
  std::string_view piece;
  std::size_t size = 1;
  for (Pieces pieces = start; size < limit && pieces.next(piece);) ++size;
  if (!context.charge(size)) return context.out_of_budget();
  Value* const elements = context.arena.array<Value>(size);
  Pieces pieces = start;
  for (std::size_t i = 0; i + 1 < size; ++i) {
    pieces.next(piece);
    elements[i] = Value::of_string(piece);
  }
  elements[size - 1] = Value::of_string(pieces.rest());
  return Value::of_list(elements, size);
}

/// In `crm` elements are joined as `+` joins: null is '', numbers and booleans are written.
Value join(const Value* arguments, std::size_t count, Context& context) {
  const Value& list = arguments[0];
  if (!context.charge(list.size)) return context.out_of_budget();
  TextWriter out(context);
  for (std::uint32_t i = 0; i < list.size && !out.out_of_budget(); ++i) {
    const Value element = scalar(list.elements[i], context.lenient);
    const Value text = context.lenient ? concatenable(element, context) : element;
    if (!text.is(Kind::string)) return context.no_overload("join", &element, 1);
    if (i > 0 && count == 2) out.append(arguments[1].view());
    out.append(text.view());
  }
  return out.result();
}

Value quote(const Value* arguments, std::size_t, Context& context) {
  constexpr std::string_view letters = "abtnvfr";  // of the escapes from U+0007 to U+000D
  std::string_view text = arguments[0].view();
  TextWriter out(context);
  out.append("\"");
  while (!text.empty() && !out.out_of_budget()) {
    const std::size_t plain = std::min(text.find_first_of("\a\b\t\n\v\f\r\"\\"), text.size());
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    const char escape[] = {'\\', text[0] < ' ' ? letters[static_cast<std::size_t>(text[0] - '\a')] : text[0]};
    out.append({escape, 2});
    text.remove_prefix(1);
  }
  out.append("\"");
  return out.result();
}

using takes::integer, takes::string;

constexpr Function functions[] = {
    documented({"startsWith", true, 2, 2, starts_with, Kind::boolean, {string}, {}, Inline::starts_with},
               "string.startsWith(string) -> bool", "Whether it begins with the other string",
               "'hello'.startsWith('he') => true"),
    documented({"endsWith", true, 2, 2, ends_with, Kind::boolean, {string}, {}, Inline::ends_with},
               "string.endsWith(string) -> bool", "Whether it ends with the other string",
               "'hello'.endsWith('lo') => true"),
    documented({"contains", true, 2, 2, contains, Kind::boolean, {string}}, "string.contains(string) -> bool",
               "Whether the other string stands in it", "'hello'.contains('ell') => true"),
    documented({"charAt", true, 2, 2, char_at, Kind::string, {string, integer}}, "string.charAt(int) -> string",
               "The character at a position; '' at the end, an error beyond it",
               "'naïve'.charAt(2) => 'ï'\n'hello'.charAt(5) => ''\n'hello'.charAt(6) => error"),
    documented({"indexOf", true, 2, 3, index_of, Kind::integer, {string, string, integer}},
               "string.indexOf(string[, int]) -> int",
               "Where the other string begins, looked for from a position on; -1 if nowhere",
               "'hello mellow'.indexOf('ello') => 1\n'hello mellow'.indexOf('ello', 2) => 7\n"
               "'hello mellow'.indexOf('jello') => -1"),
    documented({"lastIndexOf", true, 2, 3, last_index_of, Kind::integer, {string, string, integer}},
               "string.lastIndexOf(string[, int]) -> int",
               "Where the other string begins for the last time, at a position or before it; -1 if nowhere",
               "'hello mellow'.lastIndexOf('ello') => 7\n'hello mellow'.lastIndexOf('ello', 6) => 1"),
    documented(
        {"substring", true, 2, 3, substring, Kind::string, {string, integer}}, "string.substring(int[, int]) -> string",
        "The characters from a position on, up to but without the second one",
        "'tacocat'.substring(4) => 'cat'\n'tacocat'.substring(0, 4) => 'taco'\n'tacocat'.substring(2, 1) => error"),
    documented({"lowerAscii", true, 1, 1, lower_ascii, Kind::string, {string}}, "string.lowerAscii() -> string",
               "The letters A to Z in lower case, all others as they are", "'TacoCÆt'.lowerAscii() => 'tacocÆt'"),
    documented({"upperAscii", true, 1, 1, upper_ascii, Kind::string, {string}}, "string.upperAscii() -> string",
               "The letters a to z in upper case, all others as they are", "'TacoCæt'.upperAscii() => 'TACOCæT'"),
    documented({"trim", true, 1, 1, trim_, Kind::string, {string}}, "string.trim() -> string",
               "Without the white space of Unicode at both ends", "' \\t text\\n'.trim() => 'text'"),
    documented({"reverse", true, 1, 1, reverse, Kind::string, {string}}, "string.reverse() -> string",
               "The characters from the last to the first", "'naïve'.reverse() => 'evïan'"),
    documented(
        {"replace", true, 3, 4, replace, Kind::string, {string, string, string, integer}},
        "string.replace(string, string[, int]) -> string",
        "With the first string replaced by the second, everywhere or so many times",
        "'hello hello'.replace('he', 'we') => 'wello wello'\n'hello hello'.replace('he', 'we', 1) => 'wello hello'"),
    documented({"split", true, 2, 3, split, Kind::list, {string, string, integer}},
               "string.split(string[, int]) -> list",
               "The parts between a separator, so many at most; an empty separator cuts between all characters",
               "'a, b, c'.split(', ') => ['a', 'b', 'c']\n'a, b, c'.split(', ', 2) => ['a', 'b, c']\n"
               "'abc'.split('') => ['a', 'b', 'c']"),
    documented(
        {"join", true, 1, 2, join, Kind::string, {takes::list, string}}, "list.join([string]) -> string",
        "The strings of a list one behind the other, with a separator between them; in `crm` null is '', and numbers "
        "and booleans are written as `+` writes them",
        "['x', 'y'].join() => 'xy'\n['x', 'y'].join('-') => 'x-y'"),
    documented({"strings.quote", false, 1, 1, quote, Kind::string, {string}}, "strings.quote(string) -> string",
               "In double quotes, with escapes for quotes, backslashes and control characters",
               "strings.quote('a \"b\"\\n') => r'\"a \\\"b\\\"\\n\"'"),
};

}  // namespace

FunctionFamily string_functions() {
  return {functions, std::size(functions)};
}

}  // namespace crmsync::expression
