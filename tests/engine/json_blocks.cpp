#include <catch2/catch.hpp>

#include "golden.h"
#include "json_support.h"

using namespace crmsync;
using namespace crmsync::json;

namespace {

bool same(const Value& a, const Value& b) {
  if (a.kind != b.kind || a.flags != b.flags || a.size != b.size || a.columns != b.columns) return false;
  if (a.kind == Kind::boolean) return a.boolean == b.boolean;
  if (a.columns == 0) return a.text == b.text;
  bool equal = true;
  for (std::uint32_t i = 0; i < a.size * a.columns; ++i) equal = equal && same(a.elements[i], b.elements[i]);
  return equal;
}

/// Reads with and without SIMD and compares everything; `text` should lie in a buffer of its exact size.
template <class Block>
void require_twins(const Reading& reading) {
  const std::size_t count = reading.slots.size();
  std::vector<Value> slots(count);
  RowStore rows, scalar_rows;
  const ReadResult result =
      read_value_with<Block>(reading.text(), 0, reading.shape(), slots.data(), Limits{}, {nullptr, &rows});
  std::vector<Value> scalar_slots(count);
  const ReadResult scalar = read_value_with<ScalarBlock>(reading.text(), 0, reading.shape(), scalar_slots.data(),
                                                         Limits{}, {nullptr, &scalar_rows});
  bool equal = result.code == scalar.code && result.offset == scalar.offset;
  for (std::size_t i = 0; i < count; ++i) equal = equal && same(slots[i], scalar_slots[i]);
  if (!equal) FAIL("with and without SIMD differ: " << reading.text());
}

}  // namespace

TEST_CASE("Blocks answer for each byte like the scalar block", "[json]") {
  const auto width = static_cast<std::size_t>(NativeBlock::width);
  for (unsigned byte = 0; byte < 256; ++byte) {
    for (std::size_t at = 0; at < width; ++at) {
      std::string bytes(width, 'x');
      bytes[at] = static_cast<char>(byte);
      const char* const p = bytes.data();
      CHECK(NativeBlock::special(p) == ScalarBlock::special(p + at) << at);
      CHECK(NativeBlock::escape(p) == ScalarBlock::escape(p + at) << at);
      CHECK(NativeBlock::newline(p) == ScalarBlock::newline(p + at) << at);
      bytes.assign(width, ' ');
      bytes[at] = static_cast<char>(byte);
      CHECK(NativeBlock::ink(bytes.data()) == ScalarBlock::ink(bytes.data() + at) << at);
    }
  }
}

TEST_CASE("Strings that begin anywhere, with something special anywhere", "[json]") {
  struct Special {
    std::string bytes;
    Code code;
    std::size_t offset;  // of the error within `bytes`
  };
  const Special special = GENERATE(values<Special>({
      {"", Code::none, 0},
      {"\\n", Code::none, 0},
      {"\\ud83d\\ude00", Code::none, 0},
      {"\xc3\xbc", Code::none, 0},
      {"\xe2\x82\xac", Code::none, 0},
      {"\xf0\x9f\x98\x80", Code::none, 0},
      {"\x1f", Code::JSN009, 0},
      {"\\x", Code::JSN009, 1},
      {"\\ud800", Code::JSN006, 0},
      {"\xff", Code::JSN002, 0},
      {"\xed\xa0\x80", Code::JSN002, 0},
  }));
  for (std::size_t begin = 0; begin < 17; ++begin) {
    for (std::size_t length = 0; length < 50; ++length) {
      for (std::size_t at = 0; at <= length; at += length < 35 ? 1 : 7) {
        const std::string inside = std::string(at, 'a') + special.bytes + std::string(length - at, 'z');
        const std::string text = std::string(begin, ' ') + "{\"" + inside + "\":\"" + inside + "\"}";
        const Reading reading(text, {"", "azz"});
        const std::size_t error = begin + 2 + at + special.offset;
        if (reading.result.code != special.code ||
            reading.result.offset != (special.code == Code::none ? text.size() : error)) {
          FAIL(text);
        }
        if (special.code == Code::none && reading.slots[0].view() != std::string_view(text).substr(begin)) FAIL(text);
        require_twins<NativeBlock>(reading);
      }
    }
  }
}

TEST_CASE("With and without SIMD: same slots, codes and offsets on random texts", "[json]") {
  const std::vector<std::string> paths = {
      "", "a", "a.b", "b.c", "properties.a", "properties.properties.b", "other", "a.`*`", "a.`*`.b", "a.`*`.b.c"};
  RandomJson random(GENERATE(1U, 2U, 3U));
  for (int i = 0; i < 2000; ++i) {
    std::string text = random.object(4);
    require_twins<NativeBlock>(Reading(text, paths));
    for (int j = 0; j < 3; ++j) require_twins<NativeBlock>(Reading(text = random.mutated(text), paths));
  }
}

TEST_CASE("With and without SIMD: the same for whatever begins in the goldens", "[json]") {
  const std::vector<std::string> paths = {"", "record", "record.email", "fields", "email", "local.record", "base"};
  int read = 0;
  for (const char* name : {"mapping.yaml", "mapping.expected.ndjson", "resolve.yaml", "resolve.expected.ndjson",
                           "samples.expected.ndjson", "pains.expected.ndjson"}) {
    const std::string text = golden::read_file(name);
    // Most of it is cut off somewhere, so that everything is the last thing of a text once.
    for (std::size_t at = text.find_first_of("{["); at != std::string::npos; at = text.find_first_of("{[", at + 1)) {
      require_twins<NativeBlock>(Reading(text.substr(at, 200 + read % 800), paths));
      ++read;
    }
  }
  CHECK(read > 7000);
}
