#include "json/path.h"

#include <algorithm>

namespace crmsync {
namespace {

bool is_plain(std::string_view segment) {
  for (const char c : segment) {
    if (c == '.' || c == '`' || c == '[' || c == ']' || c == ' ' || c == '\t' || c == '\r' || c == '\n') return false;
  }
  return !segment.empty();
}

}  // namespace

std::optional<Path> parse_path(std::string_view text, std::size_t* error_offset) {
  Path path;
  std::size_t i = 0;
  const auto fail = [&](std::size_t offset) -> std::optional<Path> {
    if (error_offset) *error_offset = offset;
    return std::nullopt;
  };
  while (true) {
    if (i < text.size() && text[i] == '`') {
      const std::size_t close = text.find('`', i + 1);
      if (close == std::string_view::npos || close == i + 1) return fail(i);
      path.segments.emplace_back(text.substr(i + 1, close - i - 1));
      i = close + 1;
    } else {
      const std::size_t end = std::min(text.find('.', i), text.size());
      const std::string_view segment = text.substr(i, end - i);
      if (!is_plain(segment)) return fail(i);
      path.segments.emplace_back(segment);
      i = end;
    }
    if (path.segments.size() > Path::max_segments) return fail(i);
    if (i == text.size()) return path;
    if (text[i] != '.') return fail(i);
    ++i;
  }
}

std::string to_string(const Path& path) {
  std::string text;
  for (const std::string& segment : path.segments) {
    if (!text.empty()) text += '.';
    if (is_plain(segment)) {
      text += segment;
    } else {
      text += '`' + segment + '`';
    }
  }
  return text;
}

std::string json_pointer(const Path& path) {
  std::string pointer;
  for (const std::string& segment : path.segments) {
    pointer += '/';
    for (const char c : segment) {
      if (c == '~') {
        pointer += "~0";
      } else if (c == '/') {
        pointer += "~1";
      } else {
        pointer += c;
      }
    }
  }
  return pointer;
}

bool covers(const Path& prefix, const Path& path) {
  return prefix.segments.size() <= path.segments.size() &&
         std::equal(prefix.segments.begin(), prefix.segments.end(), path.segments.begin());
}

}  // namespace crmsync
