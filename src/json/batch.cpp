#include "json/batch.h"

#include <optional>

#include "diagnostics/position.h"
#include "json/key_order.h"
#include "json/utf8.h"

namespace crmsync::json {
namespace {

using Behind = BatchPlace::Behind;

class BatchReader {
 public:
  BatchReader(std::string_view piece, BatchPlace& place, const Shape& shape, Value* slots, RowStore* rows,
              const Limits& limits, BatchHandler& handler)
      : piece_(piece), place_(place), shape_(shape), slots_(slots), rows_(rows), limits_(limits), handler_(handler) {}

  void read() {
    const std::size_t taken = values();
    place_.taken = static_cast<std::uint32_t>(taken);
    if (place_.last != 0) return;
    count(taken);
    place_.line = position_.line;
    place_.column = position_.column;
  }

 private:
  /// Gives the offset of the first byte that has to come again.
  std::size_t values() {
    std::size_t at = 0;
    if (place_.behind == Behind::nothing) {
      at = skip_white_space(piece_, 0);
      count(at);
      if (at == piece_.size()) return at;
      place_.behind = piece_[at] == '[' ? Behind::bracket : Behind::line;
      if (place_.behind == Behind::bracket) ++at;
    }
    return place_.behind == Behind::line || place_.behind == Behind::long_line ? lines(at) : array(at);
  }

  /// Moves the position on to this offset.
  void count(std::size_t at) {
    position_ = advanced(position_, piece_.substr(counted_, at - counted_));
    counted_ = at;
  }

  std::size_t lines(std::size_t at) {
    while (at < piece_.size()) {
      const std::size_t end = line_end(piece_, at);
      const bool cut = end == piece_.size() && place_.last == 0;
      if (place_.behind == Behind::long_line) {
        if (!cut) place_.behind = Behind::line;
      } else if (at = skip_white_space(piece_.substr(0, end), at); at != end) {
        if (cut && end - at <= limits_.bytes) return at;
        ReadResult read = read_document(piece_.substr(at, end - at), shape_, slots_, limits_, shared());
        read.offset += at;
        finish(read);
        // Too long, whatever follows: nobody has to keep it.
        if (cut) place_.behind = Behind::long_line;
      }
      if (end == piece_.size()) break;
      at = end + 1;
      position_ = {position_.line + 1, 1};
      counted_ = at;
    }
    return piece_.size();
  }

  std::size_t array(std::size_t at) {
    while (place_.behind != Behind::mistake) {
      at = skip_white_space(piece_, at);
      if (at == piece_.size()) {
        if (place_.last != 0 && place_.behind != Behind::array) broken({Code::JSN003, at});
        return at;
      }
      const char next = piece_[at];
      switch (place_.behind) {
        case Behind::bracket:
        case Behind::comma: {
          if (place_.behind == Behind::bracket && next == ']') {
            place_.behind = Behind::array;
            ++at;
            break;
          }
          const ReadResult read = read_value(piece_, at, shape_, slots_, limits_, shared());
          if (place_.last == 0 && may_go_on(read)) return at;
          finish(read);
          place_.behind = read.ok() ? Behind::element : Behind::mistake;
          at = read.offset;
          break;
        }
        case Behind::element:
          if (next == ',' || next == ']') {
            place_.behind = next == ',' ? Behind::comma : Behind::array;
            ++at;
            break;
          }
          mistake({Code::JSN001, at});
          break;
        default: mistake({Code::JSN007, at});
      }
    }
    return piece_.size();
  }

  /// Whether what follows the piece can change how its last value was read.
  bool may_go_on(const ReadResult& read) const {
    const char* const end = piece_.data() + piece_.size();
    // Of a sign that has no place there the other bytes say whether it is one.
    if (read.code == Code::JSN001) return utf8::sequence_length(piece_.data() + read.offset, end) == utf8::cut_off;
    if (!read.ok()) return read.code == Code::JSN003;
    const char last = piece_[read.offset - 1];
    return read.offset == piece_.size() && last >= '0' && last <= '9';
  }

  void finish(const ReadResult& read) {
    if (!read.ok()) return broken(read);
    handler_.value(place_.index++);
    first_ = false;
  }

  void mistake(const ReadResult& read) {
    broken(read);
    place_.behind = Behind::mistake;
  }

  void broken(const ReadResult& read) {
    handler_.broken(read, place_.index++);
    first_ = false;
  }

  Shared shared() {
    if (first_ && !shape_.has_rows()) return {nullptr, rows_};  // often the only one
    if (!order_) order_.emplace(shape_);
    return {&*order_, rows_};
  }

  std::string_view piece_;
  BatchPlace& place_;
  const Shape& shape_;
  Value* slots_;
  RowStore* rows_;
  const Limits& limits_;
  BatchHandler& handler_;
  Position position_ = {place_.line, place_.column};  // of the byte at `counted_`
  std::size_t counted_ = 0;
  bool first_ = true;
  std::optional<KeyOrder> order_;
};

}  // namespace

void read_batch(std::string_view piece, BatchPlace& place, const Shape& shape, Value* slots, RowStore* rows,
                const Limits& limits, BatchHandler& handler) {
  BatchReader(piece, place, shape, slots, rows, limits, handler).read();
}

}  // namespace crmsync::json
