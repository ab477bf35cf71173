#pragma once
#include <cstddef>

/// What regular expressions know of Unicode, packed (scripts/unicode_data.mjs says how).
namespace crmsync::expression::regex {

extern const unsigned char category_kinds[];  // 0 other, 1 letter, 2 decimal digit, 3 other number, 4 separator
extern const unsigned char category_lengths[];
extern const std::size_t category_run_count;

/// From a letter to the smallest one that is the same without case (Unicode, CaseFolding.txt, C and S).
extern const unsigned char fold_runs[];
extern const std::size_t fold_size;

}  // namespace crmsync::expression::regex
