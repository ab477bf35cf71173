#include "expression/text.h"

#include "json/utf8.h"

namespace crmsync::expression {

CodePoint code_point_at(std::string_view text, std::size_t offset) {
  if (offset >= text.size()) return {};
  const int length = utf8::sequence_length(text.data() + offset, text.data() + text.size());
  if (length <= 0) return {};
  const auto byte = [&](int i) { return static_cast<unsigned char>(text[offset + static_cast<std::size_t>(i)]); };
  if (length == 1) return {byte(0), 1};
  char32_t value = static_cast<char32_t>(byte(0) & (0x7F >> length));
  for (int i = 1; i < length; ++i) value = value << 6 | (byte(i) & 0x3F);
  return {value, static_cast<unsigned>(length)};
}

void append_code_point(std::string& out, char32_t value) {
  char bytes[4];
  out.append(bytes, utf8::encode(value, bytes));
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

bool is_white_space(char32_t value) {
  return value == ' ' || (value >= 0x09 && value <= 0x0D) || value == 0x85 || value == 0xA0 || value == 0x1680 ||
         (value >= 0x2000 && value <= 0x200A) || value == 0x2028 || value == 0x2029 || value == 0x202F ||
         value == 0x205F || value == 0x3000;
}

std::string_view trim(std::string_view text) {
  std::size_t begin = 0;
  while (begin < text.size()) {
    const CodePoint point = code_point_at(text, begin);
    if (point.length == 0 || !is_white_space(point.value)) break;
    begin += point.length;
  }
  std::size_t end = text.size();
  while (end > begin) {
    std::size_t start = end - 1;
    while (start > begin && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) --start;
    const CodePoint point = code_point_at(text, start);
    if (point.length == 0 || !is_white_space(point.value)) break;
    end = start;
  }
  return text.substr(begin, end - begin);
}

}  // namespace crmsync::expression
