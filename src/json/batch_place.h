#pragma once
#include <cstdint>

namespace crmsync::json {

/// Where a batch that comes in pieces stands between two of them. A batch begins with a fresh one; its pieces end
/// anywhere, within a record or a sign.
struct BatchPlace {
  /// Set by the caller: nothing follows the piece that is handed over, which is then taken as a whole.
  std::uint32_t last = 0;
  /// Set by the call: so many bytes of the piece are done with. The others have to come again, before what follows.
  std::uint32_t taken = 0;

  // The reader's own.
  enum class Behind : std::uint32_t { nothing, line, long_line, bracket, comma, element, array, mistake };
  Behind behind = Behind::nothing;
  std::uint32_t line = 1;  // of the next byte, in the whole batch
  std::uint32_t column = 1;
  std::uint64_t index = 0;  // of the next record
};

}  // namespace crmsync::json
