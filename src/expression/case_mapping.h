#pragma once
#include <string>
#include <string_view>

namespace crmsync::expression {

enum class LetterCase { upper, lower };

/// Appends `text` in upper or lower case, as Unicode's default mapping has it, for the scripts of `case_mapping.cpp`
/// and all that have no case there. False, with nothing promised of `out`, at a character whose mapping is not known
/// here: a guess would be a wrong name in someone's CRM.
bool append_in_case(std::string_view text, LetterCase letter_case, std::string& out);

}  // namespace crmsync::expression
