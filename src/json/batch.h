#pragma once
#include <optional>
#include <string_view>

#include "json/key_order.h"
#include "json/reader.h"

namespace crmsync::json {

/// Reads many values: the elements of one JSON array, or NDJSON (one value a line; blank lines are skipped; see
/// github.com/ndjson/ndjson-spec). Calls `on_value(text, index)` for each, with `slots` filled, and
/// `on_error(result, index)` for each that is broken, its offset counted from the start of `text`. A broken line does
/// not touch the next; a broken array ends there, since what follows cannot be told apart.
template <class OnValue, class OnError>
void read_batch(std::string_view text, const Shape& shape, Value* slots, RowStore* rows, const Limits& limits,
                OnValue&& on_value, OnError&& on_error) {
  std::size_t at = skip_white_space(text, 0);
  std::size_t index = 0;
  std::optional<KeyOrder> order;
  const auto shared = [&]() -> Shared {
    if (index == 0 && !shape.has_rows()) return {nullptr, rows};  // often the only one
    if (!order) order.emplace(shape);
    return {&*order, rows};
  };
  if (at < text.size() && text[at] == '[') {
    at = skip_white_space(text, at + 1);
    if (at < text.size() && text[at] == ']') {
      at = skip_white_space(text, at + 1);
      if (at < text.size()) on_error(ReadResult{Code::JSN007, at}, index);
      return;
    }
    while (true) {
      const ReadResult read = read_value(text, at, shape, slots, limits, shared());
      if (!read.ok()) return on_error(read, index);
      on_value(text.substr(at, read.offset - at), index++);
      at = skip_white_space(text, read.offset);
      const char next = at < text.size() ? text[at] : '\0';
      if (next == ']') {
        at = skip_white_space(text, at + 1);
        if (at < text.size()) on_error(ReadResult{Code::JSN007, at}, index);
        return;
      }
      if (next != ',') return on_error(ReadResult{at < text.size() ? Code::JSN001 : Code::JSN003, at}, index);
      at = skip_white_space(text, at + 1);
    }
  }
  while (at < text.size()) {
    const std::size_t end = line_end(text, at);
    const std::string_view line = text.substr(at, end - at);
    if (skip_white_space(line, 0) < line.size()) {
      ReadResult read = read_document(line, shape, slots, limits, shared());
      if (read.ok()) {
        on_value(line, index++);
      } else {
        read.offset += at;
        on_error(read, index++);
      }
    }
    at = end + 1;
  }
}

}  // namespace crmsync::json
