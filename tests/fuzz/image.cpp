/// Compiled mappings that were tampered with by someone who knows the digest: a mapping file, a NUL, and changes, each
/// a place (three bytes), what stands there then, and how many bytes are cut out or put in. Whatever is loaded maps,
/// resolves and aggregates without a crash, and what comes out is JSON; what was not changed is loaded and written as
/// it was.
#include <cstddef>
#include <cstdint>
#include <string>

#include "crmsync.h"
#include "image/image.h"
#include "mapping/hash.h"
#include "required.h"

using namespace crmsync;

namespace {

constexpr std::size_t digest_size = 32;

/// Applies the changes to what lies behind the digest, and seals it again.
std::string changed(std::string bytes, std::string_view changes) {
  std::string body = bytes.substr(image::magic.size() + digest_size);
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(changes[i]); };
  for (; changes.size() >= 5 && !body.empty(); changes.remove_prefix(5)) {
    const std::size_t at = (std::size_t{byte(0)} << 16 | std::size_t{byte(1)} << 8 | byte(2)) % body.size();
    switch (byte(4) & 3) {
      case 0: body.erase(at, byte(3) % 16U); break;
      case 1: body.insert(at, 1, changes[3]); break;
      default: body[at] = changes[3];
    }
  }
  bytes.resize(image::magic.size());
  return bytes.append(mapping::long_hash(body)).append(body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(input.find('\0'), size);
  std::string diagnostics, bytes, again, problem;
  const auto compiled = compile(input.substr(0, end), "file.yaml", diagnostics);
  if (!compiled) return 0;
  require(compiled->to_bytes(bytes));
  const std::string_view changes = end < size ? input.substr(end + 1) : std::string_view();
  const std::string image = changed(bytes, changes);
  const auto loaded = load(image, problem);
  if (!loaded) {
    require(image != bytes);
    require_json(problem);
    return 0;
  }
  require(loaded->to_bytes(again));
  require(again == image);
  const std::string record =
      R"({"a": 1, "b": "x", "name": "Ada", "email": "a@b.c", "score": 12, "tags": ["x", "y"], "at": "2026-03-01T00:00:00Z",
          "items": [{"a": 1, "n": 2, "x": 3}, {"a": null, "b": {"c": [1, 2, 3]}}], "m": {"k": {"l": 5}}})";
  std::string out, fields, states;
  for (const MapDirection direction : {MapDirection::to_crm, MapDirection::from_crm}) {
    out.clear();
    loaded->map(direction, record, R"({"now": "2026-03-01T00:00:00Z", "includeValues": true})", out);
    require_json(out);
  }
  out.clear();
  loaded->resolve(R"({"local": {"record": )" + record + R"(}, "crm": {"record": )" + record +
                      R"(}, "base": {"local": {"a": 2}, "crm": {}}, "now": "2026-03-01T00:00:00Z"})",
                  out);
  require_json(out);
  require(loaded->describe(fields));
  require_json(fields);
  for (const char* const entry : {"a", "b", "name"}) {
    states.clear();
    if (loaded->aggregate(Mapping::Step::accumulate, entry, {}, "[" + record + "]", states)) {
      out.clear();
      loaded->aggregate(Mapping::Step::finish, entry, states, {}, out);
    }
  }
  return 0;
}
