# Third-party sources, each under one name. `scripts/setup` puts Debian's packages into .deps; without that folder they
# are fetched at the same versions, so that the same CMake works with and without Debian.
include(FetchContent)
set(CRMSYNC_DEPS "${CMAKE_SOURCE_DIR}/.deps" CACHE PATH "Folder that scripts/setup fills")

function(crmsync_header_library name probe repository tag subdirectory)
  add_library(${name} INTERFACE)
  if(EXISTS "${CRMSYNC_DEPS}/include/${probe}")
    target_include_directories(${name} SYSTEM INTERFACE "${CRMSYNC_DEPS}/include")
  else()
    FetchContent_Declare(${name}_source GIT_REPOSITORY ${repository} GIT_TAG ${tag} GIT_SHALLOW TRUE SOURCE_SUBDIR none)
    FetchContent_MakeAvailable(${name}_source)
    target_include_directories(${name} SYSTEM INTERFACE "${${name}_source_SOURCE_DIR}/${subdirectory}")
  endif()
endfunction()

crmsync_header_library(nlohmann_json nlohmann/json.hpp https://github.com/nlohmann/json.git v3.11.2 include)
crmsync_header_library(fast_float fast_float/fast_float.h https://github.com/fastfloat/fast_float.git v3.9.0 include)
crmsync_header_library(dragonbox dragonbox/dragonbox.h https://github.com/jk-jeon/dragonbox.git 1.1.3 include)
crmsync_header_library(xxhash xxhash.h https://github.com/Cyan4973/xxHash.git v0.8.1 .)
crmsync_header_library(catch2 catch2/catch.hpp https://github.com/catchorg/Catch2.git v2.13.10 single_include)

# yaml-cpp must be compiled for WASM, so it comes as source everywhere.
if(NOT EXISTS "${CRMSYNC_DEPS}/yaml-cpp/src")
  FetchContent_Declare(yaml_cpp_source GIT_REPOSITORY https://github.com/jbeder/yaml-cpp.git GIT_TAG yaml-cpp-0.7.0
                       GIT_SHALLOW TRUE SOURCE_SUBDIR none)
  FetchContent_MakeAvailable(yaml_cpp_source)
  set(yaml_cpp_dir "${yaml_cpp_source_SOURCE_DIR}")
else()
  set(yaml_cpp_dir "${CRMSYNC_DEPS}/yaml-cpp")
endif()
file(GLOB yaml_cpp_sources "${yaml_cpp_dir}/src/*.cpp")
# Of it what reads, without the stream and the expressions that cmake/yaml has instead.
set(yaml_cpp_reading ${yaml_cpp_sources})
list(FILTER yaml_cpp_reading INCLUDE REGEX
     "/(depthguard|directives|exceptions|exp|null|parser|scan[a-z]*|simplekey|singledocparser|tag)\\.cpp$")
add_library(yaml_cpp STATIC ${yaml_cpp_sources})
target_include_directories(yaml_cpp SYSTEM PUBLIC "${yaml_cpp_dir}/include")
target_compile_definitions(yaml_cpp PUBLIC YAML_CPP_STATIC_DEFINE)
target_compile_options(yaml_cpp PRIVATE -w)
