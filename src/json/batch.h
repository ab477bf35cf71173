#pragma once
#include <cstdint>
#include <string_view>

#include "json/batch_place.h"
#include "json/reader.h"

namespace crmsync::json {

/// What becomes of the values of a batch, in their order.
class BatchHandler {
 public:
  /// The slots hold the next value.
  virtual void value(std::uint64_t index) = 0;
  /// The next value is broken; the offset counts from the start of the piece.
  virtual void broken(const ReadResult& read, std::uint64_t index) = 0;

 protected:
  ~BatchHandler() = default;
};

/// Reads many values, or what is whole of a piece of them: the elements of one JSON array, or NDJSON (one value a line;
/// blank lines are skipped; see github.com/ndjson/ndjson-spec). A broken line does not touch the next; a broken array
/// ends there, since what follows cannot be told apart. However a batch is cut into pieces, the handler gets the same.
void read_batch(std::string_view piece, BatchPlace& place, const Shape& shape, Value* slots, RowStore* rows,
                const Limits& limits, BatchHandler& handler);

}  // namespace crmsync::json
