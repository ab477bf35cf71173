# Release builds for WASM: the record path is built for speed, everything that runs once per mapping file or call (which
# is most of the code and none of the time) for size.
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  set(record_path
    src/json/(arena|decode|escapes|number|reader|same_number|unique_keys|writer)
    src/expression/(arithmetic|collections|context|equality|logic|machine|slots|text)
    src/mapping/(conversion|field|forward|map_record|output_tree|reverse|text|typed|value_map)
    src/conflict/(bidirectional|compare|one_way|resolve|strategy)
  )
  list(JOIN record_path "|" record_path)
  set(cold_sources ${engine_sources})
  list(FILTER cold_sources EXCLUDE REGEX "/(${record_path})\\.cpp$")
  set_source_files_properties(${cold_sources} PROPERTIES COMPILE_OPTIONS -Oz)
  set_source_files_properties(bindings/embind.cpp PROPERTIES COMPILE_OPTIONS -Oz)
  target_compile_options(yaml_cpp PRIVATE -Oz)

  # Of yaml-cpp only what reads, with a few lines instead of iostream and locales: 30 KB of the gzipped module.
  get_target_property(yaml_cpp_sources yaml_cpp SOURCES)
  list(FILTER yaml_cpp_sources INCLUDE REGEX
       "/(depthguard|directives|exceptions|exp|null|parser|regex_yaml|scan[a-z]*|simplekey|singledocparser|stream|tag)\\.cpp$")
  set_property(TARGET yaml_cpp PROPERTY SOURCES ${yaml_cpp_sources})
  target_include_directories(yaml_cpp BEFORE PRIVATE cmake/streams)
  set_property(SOURCE src/mapping/yaml_document.cpp APPEND PROPERTY INCLUDE_DIRECTORIES "${CMAKE_SOURCE_DIR}/cmake/streams")
endif()
