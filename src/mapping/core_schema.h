#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "mapping/document.h"

namespace crmsync::mapping {

/// What a plain scalar is in YAML 1.2's core schema (section 10.3.2): `NO`, `on` and `yes` are strings.
NodeKind resolve_plain_scalar(std::string_view text);

/// Whether a plain scalar of kind boolean is true.
bool is_true(std::string_view text);

/// A YAML number as a JSON number of the same value: hexadecimal and octal become decimal, `.5` becomes `0.5`; what is
/// a JSON number already stays as it was written. Nothing for `.inf`, `.nan` and numbers past 64 bits in other bases.
std::optional<std::string> json_numeral(std::string_view text);

}  // namespace crmsync::mapping
