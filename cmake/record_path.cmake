# Release builds for WASM: what every byte or field runs through is built for speed, what some fields need for size with
# care, and everything that runs once per mapping file or call (most of the code and none of the time) for size.
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  set(record_path
    json/(reader|writer)
    expression/(equality|loop|machine|slots)
    mapping/(map_record|output_tree)
    conflict/write_decision
  )
  set(beside_it
    json/(arena|decode|escapes|number|sort|unique_keys)
    expression/(arithmetic|collections|context|logic|machine_step|text)
    mapping/(conversion|field|text|typed|value_map)
    conflict/(bidirectional|compare|one_way|resolve)
  )
  # From an expression's text to its program, and what each field of a mapping file asks: small functions that call each
  # other. Emscripten 3.1.6 has -Os and -Oz inline only what is declared inline.
  set(compilation
    expression/(constants|emitter|lexer|names|parser)
    expression/functions/registry
    json/path
    mapping/catalog
  )
  # An exception on its way out of the engine (there is no memory) finds nothing to clean up: the package drops the whole
  # instance (bindings/package/boundary.ts). So only those files know exceptions that throw or catch, and all others need
  # neither landing pads nor the names of types.
  set(with_exceptions json/arena guarded mapping/yaml_document)
  foreach(list IN ITEMS record_path beside_it compilation with_exceptions)
    list(JOIN ${list} "|" ${list})
  endforeach()
  foreach(source IN LISTS engine_sources)
    if(source MATCHES "/(${record_path})\\.cpp$")
      set(options -O3)
    elseif(source MATCHES "/(${beside_it})\\.cpp$")
      set(options -Os)
    elseif(source MATCHES "/(${compilation})\\.cpp$")
      set(options -Os -finline-functions)
    else()
      set(options -Oz)
    endif()
    if(NOT source MATCHES "/(${with_exceptions})\\.cpp$")
      list(APPEND options -fno-exceptions -fno-rtti)
    endif()
    set_source_files_properties("${source}" PROPERTIES COMPILE_OPTIONS "${options}")
  endforeach()
  set_source_files_properties(bindings/embind.cpp bindings/runtime.cpp PROPERTIES COMPILE_OPTIONS -Oz)
  # Without the texts of docs/functions.md (src/expression/functions.h): nobody reads them in the module.
  target_compile_definitions(crmsync PRIVATE CRMSYNC_MODULE)
  target_compile_options(yaml_cpp PRIVATE -Oz)

  # Of yaml-cpp only what reads, with a few lines instead of iostream and locales: 30 KB of the gzipped module.
  # With the stream and the expressions of cmake/yaml it is 4 KB smaller, and a file of 200 entries takes 3 ms less.
  set_property(TARGET yaml_cpp PROPERTY SOURCES ${yaml_cpp_reading})
  target_include_directories(yaml_cpp BEFORE PRIVATE cmake/streams)
  target_compile_options(yaml_cpp PRIVATE -include "${CMAKE_SOURCE_DIR}/cmake/yaml/expressions.h")
  # The one loop over all signs of a file.
  set(scalars ${yaml_cpp_reading})
  list(FILTER scalars INCLUDE REGEX "/scanscalar\\.cpp$")
  set_source_files_properties(${scalars} PROPERTIES COMPILE_OPTIONS "-Os;-finline-functions")
  set_property(SOURCE src/mapping/yaml_document.cpp APPEND PROPERTY INCLUDE_DIRECTORIES "${CMAKE_SOURCE_DIR}/cmake/streams")
endif()
