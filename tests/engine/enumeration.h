#pragma once
#include <map>

#include "golden.h"

/// All conflicts of one field, as tests/enumeration/write.ts has written them.
namespace enumeration {

/// Inputs of resolve, one a line.
struct InputSet {
  std::string first, all;  // those without a base; those and the others
};

struct Part {
  std::string mapping, set;
  bool laws = false;  // its laws are tried one by one
};

struct Group {
  std::string name;
  std::vector<Part> parts;
  bool first_contact_only = false;
};

struct Enumeration {
  std::map<std::string, InputSet> sets;
  std::vector<Group> groups;
};

/// Without any group where the file is lacking.
inline const Enumeration& all() {
  static const Enumeration read = [] {
    Enumeration enumeration;
    for (const std::string& line : golden::read_lines("../../build/enumeration.ndjson")) {
      const nlohmann::json one = golden::parsed(line);
      if (one.contains("set")) {
        const auto& set = one["set"];
        const std::string first = set["first"];
        enumeration.sets[set["name"]] = {first, first + set["rest"].get<std::string>()};
        continue;
      }
      Group group{one["group"]["name"], {}, one["group"]["firstContactOnly"]};
      for (const auto& part : one["group"]["parts"])
        group.parts.push_back({part["mapping"], part["set"], part["laws"].get<bool>()});
      enumeration.groups.push_back(std::move(group));
    }
    return enumeration;
  }();
  return read;
}

constexpr const char* how_to_write =
    "npm test writes build/enumeration.ndjson, or: node --import ./scripts/typescript.mjs tests/enumeration/write.ts "
    "build/enumeration.ndjson";

}  // namespace enumeration
