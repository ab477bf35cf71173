/// The engine's whole surface in JavaScript. The only file that knows of Emscripten.
#include <emscripten/bind.h>

#include "engine.h"

using crmsync::bindings::Engine;

EMSCRIPTEN_BINDINGS(crmsync) {
  emscripten::class_<Engine>("Engine")
      .constructor<>()
      .function("reserve", &Engine::reserve)
      .function("output", &Engine::output)
      .function("outputSize", &Engine::output_size)
      .function("version", &Engine::version)
      .function("compile", &Engine::compile)
      .function("release", &Engine::release)
      .function("map", &Engine::map)
      .function("mapMany", &Engine::map_many)
      .function("resolve", &Engine::resolve)
      .function("resolveMany", &Engine::resolve_many)
      .function("evaluate", &Engine::evaluate)
      .function("evaluateTyped", &Engine::evaluate_typed);
}
