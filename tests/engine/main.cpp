#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

#include "tests_dir.h"

const char* const tests_dir = CRMSYNC_TESTS_DIR;
