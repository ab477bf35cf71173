#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace crmsync::expression {

/// The way back of a formula that calculates with one field: `lead_score * 10 + 5` written to `Score` gives
/// `double(Score - 5) / double(10)` for `lead_score`.
struct Inversion {
  std::string name;        // the field, as the formula writes it
  std::string expression;  // over the written field
  bool exact = true;       // of whole numbers: no division, or one that undoes a multiplication by a whole number
};

/// Nothing where the formula is not affine: one field, once, with numbers added to it, subtracted from it or it from
/// them, multiplied with it, or dividing it.
std::optional<Inversion> invert(std::string_view formula, std::string_view written);

}  // namespace crmsync::expression
