#pragma once
#include <string>
#include <type_traits>

#include "diagnostics/diagnostic.h"

namespace crmsync {

/// `guarded` for a call behind a pointer.
bool run_guarded(std::string& out, bool (*call)(void* closure, Diagnostic& problem), void* closure) noexcept;

/// Runs one call of the public interface. Whatever escapes from it becomes a coded error: nothing may leave the engine,
/// since an exception that reaches the host of a WASM module leaks its stack. What was appended to `out` is taken back.
template <class Call>
bool guarded(std::string& out, Call call) noexcept {
  return run_guarded(
      out, [](void* closure, Diagnostic& problem) { return (*static_cast<Call*>(closure))(problem); }, &call);
}

}  // namespace crmsync
