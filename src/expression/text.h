#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// UTF-8 as expressions see it: strings are sequences of code points.
namespace crmsync::expression {

struct CodePoint {
  char32_t value = 0;
  unsigned length = 0;  // bytes; 0: the text is not UTF-8 here
};

/// The code point at `offset`; `length` is 0 where the text is not UTF-8 or ends.
CodePoint code_point_at(std::string_view text, std::size_t offset);

void append_code_point(std::string& out, char32_t value);

/// Code points in valid UTF-8.
std::size_t count_code_points(std::string_view text);

/// Whether Unicode gives the code point the property White_Space.
bool is_white_space(char32_t value);

std::string_view trim(std::string_view text);

}  // namespace crmsync::expression
