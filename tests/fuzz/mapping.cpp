/// A mapping file and a record, parted by a NUL: whatever compiles maps, resolves and tests without a crash, and what
/// comes out is JSON.
#include <cstddef>
#include <cstdint>
#include <string>

#include "crmsync.h"
#include "required.h"

using namespace crmsync;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(input.find('\0'), size);
  const std::string_view file = input.substr(0, end);
  const std::string record(end < size ? input.substr(end + 1) : R"({"a": "b"})");
  std::string diagnostics;
  const auto mapping = compile(file, "file.yaml", diagnostics);
  require_json(diagnostics);
  if (!mapping) return 0;
  const std::string_view context = R"({"now": "2026-03-01T00:00:00Z", "includeValues": true})";
  for (const MapDirection direction : {MapDirection::to_crm, MapDirection::from_crm}) {
    std::string out, wanted;
    mapping->map(direction, record, context, out);
    require_json(out);
    require(mapping->wanted(wanted));
    require_json(wanted);
  }
  std::string decision, report, fields;
  mapping->resolve(R"({"local": {"record": )" + record + R"(}, "crm": {"record": )" + record +
                       R"(}, "base": null, "now": "2026-03-01T00:00:00Z"})",
                   decision);
  require_json(decision);
  require(mapping->test({}, report));
  require_json(report);
  require(mapping->describe(fields));
  require_json(fields);
  return 0;
}
