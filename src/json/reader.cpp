#include "json/reader.h"

#include <algorithm>

#include "json/simd.h"
#include "json/text_reader.h"

namespace crmsync::json {

ReadResult read_value(std::string_view text, std::size_t from, const Shape& shape, Value* slots, const Limits& limits,
                      Shared shared) {
  return read_value_with<NativeBlock>(text, from, shape, slots, limits, shared);
}

ReadResult read_document(std::string_view text, const Shape& shape, Value* slots, const Limits& limits, Shared shared) {
  if (text.size() > limits.bytes) return {Code::JSN005, limits.bytes};
  ReadResult result = read_value(text, 0, shape, slots, limits, shared);
  if (!result.ok()) return result;
  result.offset = skip_white_space(text, result.offset);
  if (result.offset != text.size()) result.code = Code::JSN007;
  return result;
}

std::size_t line_end(std::string_view text, std::size_t from) {
  const char* const end = text.data() + text.size();
  return static_cast<std::size_t>(find_newline<NativeBlock>(text.data() + from, end) - text.data());
}

std::size_t skip_white_space(std::string_view text, std::size_t from) {
  if (from >= text.size()) return text.size();
  const char* const end = text.data() + text.size();
  return static_cast<std::size_t>(find_ink<NativeBlock>(text.data() + from, end) - text.data());
}

}  // namespace crmsync::json
