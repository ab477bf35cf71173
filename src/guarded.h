#pragma once
#include <exception>
#include <new>
#include <string>

#include "diagnostics/diagnostic.h"

namespace crmsync {

/// Runs one call of the public interface. Whatever escapes from it becomes a coded error: nothing may leave the engine,
/// since an exception that reaches the host of a WASM module leaks its stack. What was appended to `out` is taken back.
template <class Call>
bool guarded(std::string& out, Call&& call) noexcept {
  const std::size_t start = out.size();
  Diagnostic problem;
  try {
    if (call(problem)) return true;
  } catch (const std::bad_alloc&) {
    problem = make_diagnostic(Code::API002, "the engine ran out of memory");
    problem.hint = "hand over fewer or smaller records at a time";
  } catch (const std::exception& exception) {
    problem = make_diagnostic(Code::API001, std::string("an unforeseen error in the engine: ") + exception.what());
  } catch (...) {
    problem = make_diagnostic(Code::API001, "an unforeseen error in the engine");
  }
  out.resize(start);
  append_json(out, problem);
  return false;
}

}  // namespace crmsync
