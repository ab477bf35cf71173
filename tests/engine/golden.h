#pragma once
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "crmsync.h"

/// What the runners of tests/cases/*.yaml share.
namespace golden {

using Json = nlohmann::ordered_json;

inline std::string read_file(const std::string& name) {
  std::ifstream file(std::string(CRMSYNC_TESTS_DIR) + "/cases/" + name, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline std::vector<std::string> read_lines(const std::string& name) {
  std::istringstream file(read_file(name));
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

inline nlohmann::json parsed(const std::string& text) {
  return nlohmann::json::parse(text);
}

/// The options of a group that has imported catalogs, or a time zone.
inline std::string compile_options(const std::string& catalogs, const std::string& zones = {}) {
  std::string options;
  if (!catalogs.empty()) options += ",\"catalogs\":" + catalogs;
  if (!zones.empty()) options += ",\"zones\":" + zones;
  return options.empty() ? options : "{" + options.substr(1) + "}";
}

}  // namespace golden
