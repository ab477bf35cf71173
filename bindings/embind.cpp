/// The engine's whole surface in JavaScript.
#include "embind.h"

using crmsync::bindings::Engine;

EMSCRIPTEN_BINDINGS(crmsync) {
  crmsync::bindings::bind_running()
      .function("compile", &Engine::compile)
      .function("toBytes", &Engine::to_bytes)
      .function("test", &Engine::test)
      .function("catalog", &Engine::catalog)
      .function("complete", &Engine::complete)
      .function("hover", &Engine::hover)
      .function("evaluate", &Engine::evaluate)
      .function("evaluateTyped", &Engine::evaluate_typed);
}
