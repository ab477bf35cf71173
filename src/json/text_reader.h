#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "diagnostics/codes.h"
#include "json/escapes.h"
#include "json/key_order.h"
#include "json/reader.h"
#include "json/row_store.h"
#include "json/shape.h"
#include "json/short_text.h"
#include "json/simd.h"
#include "json/utf8.h"
#include "json/value.h"

namespace crmsync::json {

/// More levels of nesting than any limit allows; the reader's stack of open containers has this size.
constexpr unsigned maximal_depth = 512;

/// One walk over one JSON value. `read_value` is its face; it is a template so that a test can run it with and without
/// SIMD in one program. Its functions take the place where they start and return the place behind what they read, or
/// null after `fail`: so the place stays in a register.
template <class Block>
class TextReader {
 public:
  TextReader(const char* end, const Shape& shape, Value* slots, unsigned depth, Shared shared)
      : end_(end),
        shape_(shape),
        record_(slots),
        slots_(slots),
        order_(shared.order),
        rows_(shape.has_rows() ? shared.rows : nullptr),
        depth_limit_(depth) {
    if (rows_) rows_->clear();
  }

  Code code() const { return code_; }
  const char* error() const { return error_; }

  const char* read(const char* p) {
    std::uint32_t node = 0;  // what the shape knows of the value at p; `none` when nobody wants it
    for (;;) {
      p = skip_space(p);
      if (p == end_) return fail(Code::JSN003, p);
      if (*p == '{' || *p == '[') {
        if (depth_ == depth_limit_) return fail(Code::JSN004, p);
        Frame& frame = frames_[depth_++] = {p, node, node, Shape::none, *p == '{' ? '}' : ']'};
        if (rows_ && *p == '[' && node != Shape::none) begin_rows(frame);
        p = skip_space(p + 1);
        if (p == end_) return fail(Code::JSN003, p);
        if (*p != frame.closing) {
          p = enter(p, frame, node);
          if (!p) return nullptr;
          continue;
        }
        close(++p);
      } else {
        p = scalar(p, node);
        if (!p) return nullptr;
      }
      // Behind a value: close the containers that end with it, then go on to the next.
      for (;;) {
        if (depth_ == 0) return p;
        Frame& frame = frames_[depth_ - 1];
        p = skip_space(p);
        if (p == end_) return fail(Code::JSN003, p);
        if (*p == ',') {
          p = enter(skip_space(p + 1), frame, node);
          if (!p) return nullptr;
          break;
        }
        if (*p != frame.closing) return unexpected(p);
        close(++p);
      }
    }
  }

 private:
  struct Frame {
    const char* start;
    std::uint32_t node;
    std::uint32_t last_key;  // in the order of keys
    std::uint32_t rows;      // of a list whose elements become rows
    char closing;
  };
  struct Text {
    std::string_view view;
    bool escaped = false;
  };

  const char* skip_space(const char* p) const {
    if (p != end_ && static_cast<unsigned char>(*p) > ' ') return p;
    return find_ink<Block>(p, end_);
  }

  void store(std::uint32_t node, const Value& value) {
    if (node == Shape::none) return;
    const std::uint32_t slot = shape_.node(node).slot;
    if (slot != Shape::none) slots_[slot] = value;
  }

  /// Closes the innermost container, which ends just before `p`.
  void close(const char* p) {
    const Frame& frame = frames_[--depth_];
    if (frame.node == Shape::none) return;
    if (frame.rows != Shape::none) end_rows(frame.rows);
    const Kind kind = frame.closing == '}' ? Kind::map : Kind::list;
    Value value = Value::of_text(kind, {frame.start, static_cast<std::size_t>(p - frame.start)});
    value.flags = Value::raw;
    store(frame.node, value);
  }

  /// While the elements of a list become rows, the slots are those of the row. Inside of them no list does.
  void begin_rows(Frame& list) {
    list.rows = shape_.node(list.node).rows;
    if (list.rows == Shape::none) return;
    table_ = rows_->end();
    row_count_ = 0;
  }

  /// Gives the node of the element that begins.
  std::uint32_t begin_row(Frame& list) {
    const Shape::Rows& rows = shape_.rows(list.rows);
    Value* const row = rows.width() <= RowStore::most_columns ? rows_->add(rows.width()) : nullptr;
    if (!row) {
      slots_ = record_;
      list.rows = Shape::none;
      return Shape::none;
    }
    if (row_count_++ == 0) table_ = row;
    slots_ = row;
    return rows.element;
  }

  void end_rows(std::uint32_t index) {
    slots_ = record_;
    const Shape::Rows& rows = shape_.rows(index);
    if (rows.slot == Shape::none) return;
    Value table = Value::of_list(table_, row_count_);
    table.columns = static_cast<std::uint8_t>(rows.width());
    slots_[rows.slot] = table;
  }

  /// Reads what stands before a value inside a container: nothing in an array, a key and a colon in an object.
  const char* enter(const char* p, Frame& container, std::uint32_t& node) {
    node = Shape::none;
    if (container.closing == ']') {
      if (container.rows != Shape::none) node = begin_row(container);
      return p;
    }
    const bool in_order = order_ && container.node != Shape::none;
    if (in_order) {
      if (const KeyOrder::Key* const key = order_->expected(p, end_, container.last_key)) {
        node = key->node;
        forget_below(node);
        return p + key->size;
      }
    }
    if (p == end_) return fail(Code::JSN003, p);
    if (*p != '"') return unexpected(p);
    const char* const written = p;
    Text key;
    p = string(p, key);
    if (!p) return nullptr;
    if (container.node != Shape::none) node = wanted_child(container.node, key);
    const char* const behind = p;
    p = skip_space(p);
    if (p == end_) return fail(Code::JSN003, p);
    if (*p != ':') return unexpected(p);
    ++p;
    if (in_order && p == behind + 1)
      order_->learn({written, static_cast<std::size_t>(p - written)}, node, container.last_key);
    return p;
  }

  std::uint32_t wanted_child(std::uint32_t parent, const Text& key) {
    std::uint32_t node;
    if (!key.escaped) {
      node = shape_.child(parent, key.view);
    } else {
      decoded_key_.resize(key.view.size());
      const char* const end = unescape(key.view, decoded_key_.data());
      node = shape_.child(parent, {decoded_key_.data(), static_cast<std::size_t>(end - decoded_key_.data())});
    }
    forget_below(node);
    return node;
  }

  /// The same key may have stood here before: its last value wins as a whole, nothing remains of the earlier one.
  void forget_below(std::uint32_t node) {
    if (node == Shape::none) return;
    for (const std::uint32_t slot : shape_.node(node).below) slots_[slot] = Value{};
  }

  const char* scalar(const char* p, std::uint32_t node) {
    switch (*p) {
      case '"': {
        Text text;
        const char* const behind = string(p, text);
        if (!behind) return nullptr;
        if (node != Shape::none) {
          Value value = Value::of_string(text.view);
          if (text.escaped) value.flags = Value::escaped;
          value.plain = !text.escaped;
          store(node, value);
        }
        return behind;
      }
      case 't': return literal(p, "true", node, Value::of(true));
      case 'f': return literal(p, "false", node, Value::of(false));
      case 'n': return literal(p, "null", node, Value::null());
      case '-':
      case '0':
      case '1':
      case '2':
      case '3':
      case '4':
      case '5':
      case '6':
      case '7':
      case '8':
      case '9': {
        const char* const behind = number(p);
        if (!behind) return nullptr;
        if (node != Shape::none) store(node, Value::of_text(Kind::numeral, {p, static_cast<std::size_t>(behind - p)}));
        return behind;
      }
      default: return unexpected(p);
    }
  }

  const char* literal(const char* p, std::string_view name, std::uint32_t node, const Value& value) {
    if (end_ - p < static_cast<std::ptrdiff_t>(name.size()) || !same_short(p, name.data(), name.size())) {
      for (const char* expected = name.data(); p != end_ && *p == *expected; ++expected) ++p;
      return fail(p == end_ ? Code::JSN003 : Code::JSN001, p);
    }
    store(node, value);
    return p + name.size();
  }

  const char* number(const char* p) {
    if (*p == '-') ++p;
    if (p != end_ && *p == '0') {
      ++p;
      if (p != end_ && is_digit(*p)) return fail(Code::JSN008, p);
    } else {
      p = digits(p);
      if (!p) return nullptr;
    }
    if (p != end_ && *p == '.') {
      p = digits(p + 1);
      if (!p) return nullptr;
    }
    if (p != end_ && (*p == 'e' || *p == 'E')) {
      ++p;
      if (p != end_ && (*p == '+' || *p == '-')) ++p;
      p = digits(p);
    }
    return p;
  }

  /// One digit or more.
  const char* digits(const char* p) {
    if (p == end_) return fail(Code::JSN003, p);
    if (!is_digit(*p)) return fail(Code::JSN008, p);
    do {
      ++p;
    } while (p != end_ && is_digit(*p));
    return p;
  }

  /// Reads the string whose opening quote is at `p`.
  const char* string(const char* p, Text& text) {
    const char* const start = ++p;
    for (;;) {
      p = find_special<Block>(p, end_);
      if (p == end_) return fail(Code::JSN003, p);
      if (*p == '"') {
        text.view = {start, static_cast<std::size_t>(p - start)};
        return p + 1;
      }
      if (*p == '\\') {
        text.escaped = true;
        p = escape(p);
      } else {
        p = beyond_ascii(p);
      }
      if (!p) return nullptr;
    }
  }

  /// Reads the sequences that are not ASCII from `p` on; a control character is none and fails.
  const char* beyond_ascii(const char* p) {
    if (static_cast<unsigned char>(*p) < 0x20) return fail(Code::JSN009, p);
    do {
      const int length = utf8::sequence_length(p, end_);
      if (length == utf8::ill_formed) return fail(Code::JSN002, p);
      if (length == utf8::cut_off) return fail(Code::JSN003, end_);
      p += length;
    } while (p != end_ && static_cast<unsigned char>(*p) >= 0x80);
    return p;
  }

  const char* escape(const char* const backslash) {
    const char* p = backslash + 1;
    if (p == end_) return fail(Code::JSN003, p);
    switch (*p) {
      case '"':
      case '\\':
      case '/':
      case 'b':
      case 'f':
      case 'n':
      case 'r':
      case 't': return p + 1;
      case 'u': break;
      default: return fail(Code::JSN009, p);
    }
    std::uint32_t unit = 0;
    p = code_unit(p + 1, unit);
    if (!p || !(is_high_surrogate(unit) || is_low_surrogate(unit))) return p;
    if (is_low_surrogate(unit)) return fail(Code::JSN006, backslash);
    for (const char expected : {'\\', 'u'}) {
      if (p == end_) return fail(Code::JSN003, p);
      if (*p++ != expected) return fail(Code::JSN006, backslash);
    }
    p = code_unit(p, unit);
    return !p || is_low_surrogate(unit) ? p : fail(Code::JSN006, backslash);
  }

  const char* code_unit(const char* p, std::uint32_t& unit) {
    unit = 0;
    for (const char* const end = p + 4; p != end; ++p) {
      if (p == end_) return fail(Code::JSN003, p);
      const int digit = hex_digit(*p);
      if (digit < 0) return fail(Code::JSN009, p);
      unit = unit << 4 | static_cast<std::uint32_t>(digit);
    }
    return p;
  }

  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  /// A byte that may not stand where it stands, said as helpfully as one byte allows.
  const char* unexpected(const char* p) {
    if (utf8::sequence_length(p, end_) == utf8::ill_formed) return fail(Code::JSN002, p);
    return fail(Code::JSN001, p);
  }

  const char* fail(Code code, const char* at) {
    code_ = code;
    error_ = at;
    return nullptr;
  }

  const char* const end_;
  const Shape& shape_;
  Value* const record_;
  Value* slots_;  // the record's, or those of a row of it
  KeyOrder* const order_;
  RowStore* const rows_;
  Value* table_ = nullptr;  // of the list that is being read: the first cell
  std::uint32_t row_count_ = 0;
  const unsigned depth_limit_;
  unsigned depth_ = 0;
  Code code_ = Code::none;
  const char* error_ = nullptr;
  std::string decoded_key_;
  Frame frames_[maximal_depth];
};

/// `read_value` with a given block.
template <class Block>
ReadResult read_value_with(std::string_view text, std::size_t from, const Shape& shape, Value* slots,
                           const Limits& limits, Shared shared = {}) {
  std::fill_n(slots, shape.slot_count(), Value{});
  const char* const text_end = text.data() + text.size();
  const char* const start = find_ink<Block>(text.data() + std::min(from, text.size()), text_end);
  // Sizes of values have 32 bits.
  const std::size_t bytes = std::min<std::size_t>(limits.bytes, 0xFFFFFFFF);
  const bool is_cut = static_cast<std::size_t>(text_end - start) > bytes;
  const char* const end = is_cut ? start + bytes : text_end;
  TextReader<Block> reader(end, shape, slots, std::min(limits.depth, maximal_depth), shared);
  const char* const behind = reader.read(start);
  const auto offset = [&](const char* p) { return static_cast<std::size_t>(p - text.data()); };
  // A text that ends too early where we cut it, or a bare number that may go on there, is too large.
  if (is_cut && (behind ? behind == end && end[-1] >= '0' && end[-1] <= '9' : reader.code() == Code::JSN003)) {
    return {Code::JSN005, offset(end)};
  }
  if (!behind) return {reader.code(), offset(reader.error())};
  return {Code::none, offset(behind)};
}

}  // namespace crmsync::json
