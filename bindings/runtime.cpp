/// The smaller module: runs mappings that were compiled elsewhere, and has no compiler.
#include "embind.h"

EMSCRIPTEN_BINDINGS(crmsync) {
  crmsync::bindings::bind_running();
}
