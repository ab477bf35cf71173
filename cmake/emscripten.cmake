# Toolchain file: an active emsdk if there is one, else Debian's Emscripten.
if(DEFINED ENV{EMSDK})
  set(root "$ENV{EMSDK}/upstream/emscripten")
else()
  find_program(CRMSYNC_EMXX em++ REQUIRED)
  get_filename_component(root "${CRMSYNC_EMXX}" REALPATH)
  get_filename_component(root "${root}" DIRECTORY)
endif()
include("${root}/cmake/Modules/Platform/Emscripten.cmake")

# The toolchain file does not say how to run what it builds, only its wrapper emcmake does.
find_program(CRMSYNC_NODE node REQUIRED)
set(CMAKE_CROSSCOMPILING_EMULATOR "${CRMSYNC_NODE}" CACHE FILEPATH "Runs the tests that were built as WASM")
