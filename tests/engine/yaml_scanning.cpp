// The module reads YAML with its own stream and expressions in yaml-cpp (cmake/yaml): of any text it must say the same
// as yaml-cpp itself.
#include <catch2/catch.hpp>

#include <array>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests_dir.h"

namespace YAML {
std::string events_of(const std::string& text);
}
namespace yaml_of_module {
std::string events_of(const std::string& text);
}

namespace {

std::vector<std::string> yaml_files() {
  const std::filesystem::path tests(tests_dir);
  std::vector<std::string> texts;
  for (const std::filesystem::path& folder : {tests, tests / "../examples"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (entry.path().extension() != ".yaml" && entry.path().extension() != ".yml") continue;
      std::ifstream file(entry.path(), std::ios::binary);
      std::string text(std::istreambuf_iterator<char>(file), {});
      // What neither stream is asked to read (report_control_character in yaml_document.cpp).
      if (text.find_first_of(std::string_view("\0\4\xFE\xFF", 4)) != std::string::npos) continue;
      texts.push_back(std::move(text));
    }
  }
  return texts;
}

void require_same(const std::string& text) {
  const std::string expected = YAML::events_of(text);
  const std::string actual = yaml_of_module::events_of(text);
  if (expected == actual) return;
  CAPTURE(text, expected, actual);
  FAIL();
}

/// Whatever an expression of yaml-cpp looks for, and what surrounds it.
constexpr std::array<std::string_view, 62> pieces = {" ",           " ",          "  ",     "\t",   "\n",
                                                     "\n",          "\n  ",       "\n    ", "\r\n", "\r",
                                                     "a",           "b1",         "Z",      "ö",    "\xEF\xBB\xBF",
                                                     "\xC2\x85",    "-",          "- ",     "---",  "--- ",
                                                     "...",         "?",          "? ",     ":",    ": ",
                                                     ",",           "[",          "]",      "{",    "}",
                                                     "#",           " #",         "&",      "&a ",  "*",
                                                     "*a",          "!",          "!!str ", "!<",   "!a!b ",
                                                     "|",           ">",          "|+2\n",  ">-\n", "%",
                                                     "%YAML 1.2\n", "%TAG ! a\n", "%20",    "@",    "`",
                                                     "'",           "''",         "\"",     "\\",   "\\\n",
                                                     "\\x41",       "\\u00e9",    "\\q",    "null", "~",
                                                     ".",           "0"};

std::string from_pieces(std::mt19937& random) {
  std::string text;
  for (std::size_t count = random() % 24; count > 0; --count) text += pieces[random() % pieces.size()];
  return text;
}

std::string mutated(const std::string& file, std::mt19937& random) {
  std::string text = file;
  if (text.size() > 500) text = text.substr(random() % (text.size() - 400), 400);
  for (std::size_t count = 1 + random() % 4; count > 0; --count) {
    const std::size_t at = random() % (text.size() + 1);
    const std::string_view piece = random() % 3 == 0 ? std::string_view() : pieces[random() % pieces.size()];
    text.replace(at, random() % 3, piece);
  }
  return text;
}

}  // namespace

TEST_CASE("YAML files are read as yaml-cpp reads them") {
  const std::vector<std::string> files = yaml_files();
  REQUIRE(files.size() > 10);
  for (const std::string& file : files) require_same(file);
  for (const char* text : {"", "a", "\xEF", "\xEF\xBB\xBF",
                           "\xEF\xBB\xBF"
                           "a: 1",
                           "\xEF\xBE\x80: 1", "'", "\"", "---"})
    require_same(text);
  const std::string large(5000, 'x');
  require_same(large + ": [" + large + ", '" + large + "']\n");
}

TEST_CASE("texts that are almost YAML are read as yaml-cpp reads them") {
  const std::vector<std::string> files = yaml_files();
  std::mt19937 random(20240607);
  for (int i = 0; i < 50'000; ++i) {
    require_same(from_pieces(random));
    require_same(mutated(files[random() % files.size()], random));
  }
}
