#pragma once
/// What both modules offer to JavaScript. Included by the one file of each that knows of Emscripten.
#include <cstring>
#include <limits>

#include <emscripten/bind.h>
#include <emscripten/emscripten.h>

#include "engine.h"

#if __EMSCRIPTEN_major__ == 3 && __EMSCRIPTEN_minor__ == 1 && __EMSCRIPTEN_tiny__ == 6
// Embind makes every type of C++ known to JavaScript, its strings and views of the memory among them. The functions
// below take and return three: the others are 4 KB of the module and its glue (bindings/flags.cmake leaves them out).
extern "C" {

/// For the messages of wrong bindings.
EMSCRIPTEN_KEEPALIVE const char* __getTypeName(const std::type_info* type) {
  return strdup(type->name());
}

EMSCRIPTEN_KEEPALIVE __attribute__((constructor)) void __embind_register_native_and_builtin_types() {
  using emscripten::internal::TypeID;
  emscripten::internal::_embind_register_void(TypeID<void>::get(), "void");
  emscripten::internal::_embind_register_integer(TypeID<int>::get(), "int", sizeof(int),
                                                 std::numeric_limits<int>::min(), std::numeric_limits<int>::max());
  emscripten::internal::_embind_register_integer(TypeID<std::size_t>::get(), "unsigned long", sizeof(std::size_t), 0,
                                                 std::numeric_limits<std::size_t>::max());
}
}
#endif

namespace crmsync::bindings {

/// Mappings that are loaded, and all that they answer.
inline emscripten::class_<Engine> bind_running() {
  return emscripten::class_<Engine>("Engine")
      .constructor<>()
      .function("reserve", &Engine::reserve)
      .function("places", &Engine::places)
      .function("version", &Engine::version)
      .function("load", &Engine::load)
      .function("release", &Engine::release)
      .function("fields", &Engine::fields)
      .function("map", &Engine::map)
      .function("mapMany", &Engine::map_many)
      .function("resolve", &Engine::resolve)
      .function("resolveMany", &Engine::resolve_many)
      .function("acknowledge", &Engine::acknowledge)
      .function("wanted", &Engine::wanted)
      .function("aggregate", &Engine::aggregate);
}

}  // namespace crmsync::bindings
