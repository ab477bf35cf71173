#pragma once
#include <string>
#include <string_view>

namespace crmsync::expression {

enum class LetterCase { upper, lower };

/// Appends `text` in upper or lower case, as Unicode's default mapping has it. False, with nothing promised of `out`,
/// where a guess could be a wrong name in someone's CRM: at a capital sigma to be made small, and at small Greek
/// letters with breathings or iota that have no single capital.
bool append_in_case(std::string_view text, LetterCase letter_case, std::string& out);

}  // namespace crmsync::expression
