# Code that runs once per mapping file is built for size, in release builds for WASM: it is most of the code and none of
# the time. The record path (reader, machine, mapping of records, conflicts, writer) stays at -O3.
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  set(cold_sources ${engine_sources})
  list(FILTER cold_sources INCLUDE REGEX "/src/(diagnostics|mapping)/")
  list(FILTER cold_sources EXCLUDE REGEX "/src/mapping/(forward|reverse)[^/]*$")
  set_source_files_properties(${cold_sources} PROPERTIES COMPILE_OPTIONS -Oz)
  target_compile_options(yaml_cpp PRIVATE -Oz)
endif()
