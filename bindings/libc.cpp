// What the libraries call of C's and C++'s runtime and the module has no use for. The real ones bring formatted
// printing and reading of long doubles, and a demangler: 11 KB of the gzipped module.
#include <cstddef>
#include <cstring>

#include "json/number.h"

extern "C" {

/// nlohmann's lexer asks whether a number is finite; its value is not used.
double strtod(const char* text, char** end) {
  const std::size_t size = std::strlen(text);
  *end = const_cast<char*>(text) + size;
  return crmsync::json::to_double({text, size});
}

// libc++'s <string> names these next to strtod; nothing calls them.
float strtof(const char* text, char** end) {
  return static_cast<float>(strtod(text, end));
}
long double strtold(const char* text, char** end) {
  return strtod(text, end);
}

/// nlohmann's lexer spells the control characters of the token it read last, which no message of ours repeats.
int snprintf(char* to, std::size_t size, const char*, ...) {
  if (size > 0) *to = '\0';
  return 0;
}

/// libc++abi's last words: nobody would see them.
[[noreturn]] void abort_message(const char*, ...) {
  __builtin_trap();
}
}
