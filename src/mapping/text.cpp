#include "mapping/text.h"

namespace crmsync::mapping {
namespace {

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

/// Copies what `keep` lets through; gives the text itself when nothing changes.
template <class Transform>
std::string_view transformed(std::string_view text, Arena& arena, Transform transform) {
  char* to = arena.characters(text.size());
  std::size_t size = 0;
  for (const char c : text) transform(c, to, size);
  return {to, size};
}

}  // namespace

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view first_units(std::string_view text, std::size_t units) {
  std::size_t end = 0;
  while (end < text.size()) {
    const auto lead = static_cast<unsigned char>(text[end]);
    const std::size_t bytes = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    const std::size_t needed = bytes == 4 ? 2 : 1;  // a surrogate pair
    if (needed > units) return text.substr(0, end);
    units -= needed;
    end += bytes;
  }
  return text;
}

bool is_blank(const Value& value) {
  if (!value.is(Kind::string)) return false;
  // Of most texts the first sign tells.
  if (value.size != 0 && static_cast<unsigned char>(value.text[0]) > ' ' && value.text[0] != '\\') return false;
  std::string_view text = value.view();
  if (!(value.flags & Value::escaped)) return trimmed(text).empty();
  // Still escaped: \t, \n, \r, \f and \u0020 and the like are white space too.
  while (!text.empty()) {
    if (is_space(text.front())) {
      text.remove_prefix(1);
    } else if (text.size() >= 2 && text[0] == '\\' &&
               (text[1] == 't' || text[1] == 'n' || text[1] == 'r' || text[1] == 'f')) {
      text.remove_prefix(2);
    } else if (text.size() >= 6 && text.substr(0, 4) == "\\u00" &&
               (text.substr(4, 2) == "20" ||
                (text[4] == '0' && (text[5] == '9' || (text[5] | 0x20) == 'a' || (text[5] | 0x20) == 'b' ||
                                    (text[5] | 0x20) == 'c' || (text[5] | 0x20) == 'd')))) {
      text.remove_prefix(6);
    } else {
      return false;
    }
  }
  return true;
}

std::string_view lowercase_ascii(std::string_view text, Arena& arena) {
  bool lower = true;
  for (const char c : text) lower &= !is_upper(c);
  if (lower) return text;
  return transformed(text, arena, [](char c, char* to, std::size_t& size) {
    to[size++] = is_upper(c) ? static_cast<char>(c | 0x20) : c;
  });
}

std::string_view digits_of(std::string_view text, Arena& arena) {
  return transformed(text, arena, [](char c, char* to, std::size_t& size) {
    if (c >= '0' && c <= '9') to[size++] = c;
  });
}

}  // namespace crmsync::mapping
