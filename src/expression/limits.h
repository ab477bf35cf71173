#pragma once
#include <cstddef>
#include <cstdint>

/// Limits of an expression's text and of what it may build. Exceeding one is EXP011 unless it says otherwise. What one
/// evaluation may spend is `Budget`.
namespace crmsync::expression {

/// Bytes of an expression or template.
inline constexpr std::size_t max_source_bytes = std::size_t{256} << 10;
/// Brackets, calls, conditionals and member chains inside each other. Chains of binary operators do not count: the
/// compiler walks them in a loop.
inline constexpr unsigned max_nesting = 200;
/// Segments of a record path.
inline constexpr std::size_t max_path_segments = 64;
/// Levels of lists and maps that one program can put around its inputs; it bounds every walk over a value.
inline constexpr unsigned max_value_depth = 200;
/// Bytes that one evaluation may take of the call's arena, the decoding of what it reads included; more is EXP010.
/// Asked where values grow, so one more value may be made before it is noticed.
inline constexpr std::size_t max_evaluation_bytes = std::size_t{64} << 20;

}  // namespace crmsync::expression
