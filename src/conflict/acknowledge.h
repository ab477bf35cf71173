#pragma once
#include <string>
#include <string_view>

#include "diagnostics/diagnostic.h"
#include "mapping/plan.h"

namespace crmsync::conflict {

/// What both sides agree on once a decision was written and the sides were read again: a CRM trims, truncates and
/// re-spells what it takes, or does not take it at all.
///
/// `decision` is one of this mapping; `read_back` is `{local?, crm?}`, each a record as it was read after the write, or
/// the part of it that is known. Appends `{"base": …, "fields": [{"id", "side", "result", "held"}]}`, a field for each
/// that was written to a side and read back: `taken` as it was sent, `respelt`, or `not_taken`, where the side still
/// holds what it held before. Such a field keeps its old base, so it is written again. False with `problem` set
/// (CNF003) where either has another shape, or the decision is another mapping's.
bool acknowledge(const mapping::Plan& plan, std::string_view decision, std::string_view read_back, std::string& out,
                 Diagnostic& problem);

}  // namespace crmsync::conflict
