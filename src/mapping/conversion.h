#pragma once
#include <string_view>

#include "diagnostics/codes.h"
#include "mapping/plan.h"

namespace crmsync::mapping {

/// What became of a value on its way to the other side.
struct Conversion {
  enum class Outcome : std::uint8_t { converted, unmapped, wrong_type };
  Outcome outcome = Outcome::converted;
  Value value;             // as the target spells it
  Code code = Code::none;  // unless converted
  std::string_view detail;
};

}  // namespace crmsync::mapping
