#pragma once
#include "expression/text_writer.h"

/// Doubles in decimal with a given number of digits, rounded from their exact value, ties to even, as Go's strconv
/// does. NaN and the infinities are "NaN", "Infinity" and "-Infinity".
namespace crmsync::expression {

/// `-12.50` with precision 2.
void append_fixed(TextWriter& out, double number, std::size_t precision);
/// `-1.25e+01` with precision 2; two digits of exponent at least.
void append_scientific(TextWriter& out, double number, std::size_t precision);
/// The shortest digits that read back to the same double, never with an exponent.
void append_plain(TextWriter& out, double number);

}  // namespace crmsync::expression
