#include "host.h"

namespace {

std::string buffer;

}  // namespace

std::string& crmsync::bench::given() {
  return buffer;
}

/// Room for a text from the host.
extern "C" EMSCRIPTEN_KEEPALIVE char* room(std::size_t size) {
  buffer.resize(size);
  return buffer.data();
}
