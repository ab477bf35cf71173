#include "diagnostics/codes.h"

#include <array>
#include <cstddef>

namespace crmsync {
namespace {

struct Registered {
  std::string_view name;
  std::string_view title;
  Severity severity;
};

constexpr std::array<Registered, static_cast<std::size_t>(Code::count_)> registry{{{"", "", Severity::info},
#define CRMSYNC_CODE(name, severity, title) {#name, title, Severity::severity},
                                                                                   CRMSYNC_CODES(CRMSYNC_CODE)
#undef CRMSYNC_CODE
}};

const Registered& entry_of(Code code) {
  return registry[code < Code::count_ ? static_cast<std::size_t>(code) : 0];
}

}  // namespace

std::string_view code_name(Code code) {
  return entry_of(code).name;
}
std::string_view code_title(Code code) {
  return entry_of(code).title;
}
Severity code_severity(Code code) {
  return entry_of(code).severity;
}

std::string_view severity_name(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::info: return "info";
  }
  return "error";
}

}  // namespace crmsync
