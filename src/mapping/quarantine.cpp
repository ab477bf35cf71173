#include "mapping/quarantine.h"

namespace crmsync::mapping {

Diagnostic quarantine_diagnostic(bool suppression, const Words& message, Range range, const std::string& pointer) {
  Diagnostic diagnostic = make_diagnostic(suppression ? Code::MAP026 : Code::MAP025, message, range, pointer);
  diagnostic.hint = suppression
                        ? "an opt-out that cannot be read may have been given: stop mailing and raise an alarm "
                          "until the field is back, or map another one"
                        : "the entry is quarantined: it is neither read nor written until the field fits again, "
                          "and all other entries run";
  return diagnostic;
}

void quarantine(Reading& reading, Entry& entry, Range range, const Words& message, std::string_view suggestion) {
  if (entry.quarantined) return;
  entry.quarantined = true;
  const bool suppression = entry.local_type == Type::suppression || entry.crm_type == Type::suppression;
  reading.add(quarantine_diagnostic(suppression, message, range, entry.pointer)).suggestion = suggestion;
}

std::string lacking_message(std::string_view field) {
  std::string message = "the CRM has no field `";
  message.append(field).append("`: its imported catalog lacks it");
  return message;
}

}  // namespace crmsync::mapping
