# Every Emscripten flag with its reason. Of a setting that is given twice the last on the link line wins, so ENVIRONMENT
# belongs to the two targets at the end.

# Native WASM exceptions: smaller and faster than the emulated ones. The legacy encoding, which every runtime here takes.
add_compile_options(-fwasm-exceptions)
add_link_options(-fwasm-exceptions)

if(NOT CRMSYNC_SCALAR)
  add_compile_options(-msimd128)  # the reader takes 16 bytes a step
endif()

add_link_options(-sALLOW_MEMORY_GROWTH)  # records of any allowed size; running out is std::bad_alloc

# 1 MB of stack: the engine's recursion is bounded, yaml-cpp's reaches a few hundred levels.
if(EMSCRIPTEN_VERSION VERSION_LESS 3.1.25)
  add_link_options(-sTOTAL_STACK=1MB)
else()
  add_link_options(-sSTACK_SIZE=1MB)
endif()

if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-flto)
  # --stack-first: a stack overflow traps instead of overwriting static data.
  add_link_options(-flto -Wl,--stack-first)
else()
  # The same guard for builds with assertions, where --stack-first does not work in Emscripten 3.1.6.
  add_link_options(-sSTACK_OVERFLOW_CHECK=2)
endif()

# Embind. `--bind` of 3.1.6 insists on its own list of C++'s types, of which bindings/embind.cpp has the shorter one; so
# only its JavaScript is taken.
if(EMSCRIPTEN_VERSION VERSION_EQUAL 3.1.6)
  set(embind --js-library "${EMSCRIPTEN_ROOT_PATH}/src/embind/embind.js" -sEXPORTED_FUNCTIONS=_malloc,_free)
else()
  set(embind --bind)
endif()

# The package's module and the bench's.
set(module
  -sMALLOC=emmalloc                   # 3 KB smaller; small allocations are those of allocation.cpp
  -sMODULARIZE -sEXPORT_ES6           # an ES module that exports a factory: any number of instances
  -sENVIRONMENT=web                   # with our own instantiateWasm this glue runs everywhere, Node included
  -sUSE_ES6_IMPORT_META=0             # the loaders find the .wasm, not the glue
  -sWASM_ASYNC_COMPILATION=0          # the factory returns the module: a trapped instance is replaced within a call
  -sDYNAMIC_EXECUTION=0               # no eval: workerd and pages with a CSP forbid it
  -sFILESYSTEM=0                      # nothing reads files
  -sINITIAL_MEMORY=2MB                # grows when needed
  # wasm-opt inlines what has one caller, however large: what `noinline` keeps out of a hot loop would be back in it.
  -sBINARYEN_EXTRA_PASSES=one-caller-inline-max-function-size=50
)
set(CRMSYNC_MODULE_LINK_OPTIONS ${embind} ${module})
set(CRMSYNC_BENCH_LINK_OPTIONS --no-entry ${module})

# The engine's tests under Node.
set(CRMSYNC_TESTS_LINK_OPTIONS
  -sENVIRONMENT=node
  -sNODERAWFS                         # tests/cases
  -sWASM_ASYNC_COMPILATION=0          # Node's own fetch confuses the loader of 3.1.6
  -sEXIT_RUNTIME=1                    # the exit code is the tests'
)
