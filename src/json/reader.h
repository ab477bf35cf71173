#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "diagnostics/codes.h"
#include "json/shape.h"
#include "json/value.h"

namespace crmsync::json {

class KeyOrder;
class RowStore;

/// What many reads of one shape share.
struct Shared {
  KeyOrder* order = nullptr;  // the keys of those before, from one text
  RowStore* rows = nullptr;   // without it no list becomes a table
};

/// Limits of one text. Exceeding one is a coded error, never a crash.
struct Limits {
  std::size_t bytes = std::size_t{32} << 20;  // JSN005
  unsigned depth = 512;                       // JSN004; objects and arrays inside each other; more than 512 is 512
};

/// How a read ended. `code` is `none` when it succeeded.
struct ReadResult {
  Code code = Code::none;
  std::size_t offset = 0;  // just behind the value, or the byte where the error was noticed
  bool ok() const { return code == Code::none; }
};

/// Reads the one JSON value that starts at `text[from]` (white space before it is skipped), in one pass.
/// The whole value is validated (RFC 8259, UTF-8, no lone surrogates); those parts that `shape` wants land in
/// `slots[0 .. shape.slot_count())`, which are all set to absent first; the rest is skipped without being stored.
/// Of duplicate keys the last wins, as in JavaScript. Slots view `text`; nothing is copied.
/// The tables of a record are there until the next read that shares their room.
ReadResult read_value(std::string_view text, std::size_t from, const Shape& shape, Value* slots,
                      const Limits& limits = {}, Shared shared = {});

/// The same for a whole text: only white space may follow (JSN007).
ReadResult read_document(std::string_view text, const Shape& shape, Value* slots, const Limits& limits = {},
                         Shared shared = {});

/// The offset of the first byte at or after `from` that is not JSON white space.
std::size_t skip_white_space(std::string_view text, std::size_t from);

/// The offset of the first newline at or after `from`, or the text's size.
std::size_t line_end(std::string_view text, std::size_t from);

}  // namespace crmsync::json
