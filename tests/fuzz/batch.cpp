/// A batch in pieces: whatever the bytes, however they are cut, the same comes of them as of the whole.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "diagnostics/position.h"
#include "json/batch.h"
#include "json/row_store.h"
#include "json/writer.h"
#include "required.h"

using namespace crmsync;
using namespace crmsync::json;

namespace {

/// Shorter than what libFuzzer makes, so that records which are too long are met.
constexpr Limits limits{200, 30};

class Notes final : public BatchHandler {
 public:
  void read(std::string_view piece, bool last) {
    place.last = last ? 1 : 0;
    read_batch(piece, place, shape(), slots_, &rows_, limits, *this);
    require(place.taken <= piece.size() && (!last || place.taken == piece.size()));
    done += place.taken;
  }
  void value(std::uint64_t index) override {
    text += std::to_string(index) + " ";
    for (const Value& slot : slots_) {
      if (!slot.is_absent()) append_value(text, slot);
      text += ",";
    }
  }
  void broken(const ReadResult& read, std::uint64_t index) override {
    text += std::to_string(index) + " " + std::string(code_name(read.code)) + std::to_string(done + read.offset) + ",";
  }

  BatchPlace place;
  std::string text;
  std::size_t done = 0;

 private:
  static const Shape& shape() {
    static const Shape wanted = [] {
      Shape shape;
      shape.want(parse_path("a").value(), 0);
      shape.want({{"a", std::string(Path::each), "b"}}, 1);
      shape.want(Path{}, 2);
      return shape;
    }();
    return wanted;
  }

  Value slots_[3];
  RowStore rows_;
};

}  // namespace

/// The first byte says how long the pieces are.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t step = 1 + data[0];
  const std::string_view batch(reinterpret_cast<const char*>(data + 1), size - 1);
  Notes whole, pieces;
  whole.read(batch, true);
  for (std::size_t end = 0; end < batch.size();) {
    end = std::min(end + step, batch.size());
    pieces.read(batch.substr(pieces.done, end - pieces.done), false);
    require(Position{pieces.place.line, pieces.place.column} == position_at(batch, pieces.done));
  }
  pieces.read(batch.substr(pieces.done), true);
  require(pieces.text == whole.text);
  return 0;
}
