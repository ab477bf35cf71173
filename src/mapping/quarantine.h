#pragma once
#include <string>

#include "mapping/configuration.h"
#include "mapping/reading.h"

namespace crmsync::mapping {

/// MAP025: the imported catalog says that the CRM is not as the mapping needs it. That entry is left alone, and the
/// sync goes on; where the field is an opt-out nobody may be mailed, so that it is an error (MAP026).
Diagnostic quarantine_diagnostic(bool suppression, const Words& message, Range range, const std::string& pointer);

/// Quarantines an entry, and says so the first time.
void quarantine(Reading& reading, Entry& entry, Range range, const Words& message, std::string_view suggestion = {});

/// Why a field that the imported catalog lacks is quarantined.
std::string lacking_message(std::string_view field);

}  // namespace crmsync::mapping
