#pragma once
/// How the bench's calls reach JavaScript.
#include <string>

#ifdef __EMSCRIPTEN__
#include <emscripten.h>
#else
#define EMSCRIPTEN_KEEPALIVE
#endif

namespace crmsync::bench {

/// What the host handed over last (`room`).
std::string& given();

}  // namespace crmsync::bench
