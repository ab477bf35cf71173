#pragma once
#include <catch2/catch.hpp>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "crmsync.h"
#include "tests_dir.h"

/// What the runners of tests/cases/*.yaml share.
namespace golden {

using Json = nlohmann::ordered_json;

inline std::string read_file(const std::string& name) {
  std::ifstream file(std::string(tests_dir) + "/cases/" + name, std::ios::binary);
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

/// The mapping once more, from its bytes, which must not change on the way.
inline std::unique_ptr<crmsync::Mapping> loaded(const crmsync::Mapping& compiled) {
  std::string bytes, again, problem, fields, same_fields, normalizers, same_normalizers;
  REQUIRE(compiled.to_bytes(bytes));
  auto loaded = crmsync::load(bytes, problem);
  INFO(problem);
  REQUIRE(loaded);
  CHECK(problem.empty());
  CHECK(loaded->to_bytes(again));
  CHECK(again == bytes);
  CHECK(loaded->name() == compiled.name());
  CHECK(loaded->crm() == compiled.crm());
  CHECK(loaded->hash() == compiled.hash());
  CHECK((compiled.describe(fields) && loaded->describe(same_fields) && same_fields == fields));
  CHECK((compiled.host_normalizers(normalizers) && loaded->host_normalizers(same_normalizers)));
  CHECK(same_normalizers == normalizers);
  return loaded;
}

/// What was looked for and not found by the last calls, which must be the same.
inline void check_wanted(const crmsync::Mapping& compiled, const crmsync::Mapping& loaded) {
  std::string wanted, same;
  CHECK((compiled.wanted(wanted) && loaded.wanted(same)));
  CHECK(same == wanted);
}

}  // namespace golden
