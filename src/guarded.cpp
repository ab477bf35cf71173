#include "guarded.h"

#include <exception>
#include <new>

namespace crmsync {

bool run_guarded(std::string& out, bool (*call)(void*, Diagnostic&), void* closure) noexcept {
  // Volatile, so that the optimiser cannot see which function is called: the package's module is built with most
  // functions marked as never throwing (see cmake/record_path.cmake), and it would remove the handlers below.
  bool (*volatile const opaque)(void*, Diagnostic&) = call;
  const std::size_t start = out.size();
  Diagnostic problem;
  try {
    if (opaque(closure, problem)) return true;
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
