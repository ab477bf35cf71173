/// The record path on arbitrary bytes: whatever is read can be decoded, written and read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>

#include "json/text_reader.h"
#include "json/writer.h"

using namespace crmsync;
using namespace crmsync::json;

namespace {

Shape make_shape() {
  Shape shape;
  std::uint32_t slot = 0;
  for (const char* path : {"a", "a.b", "a.b.c", "b", "id", "properties.email", "properties"})
    shape.want(parse_path(path).value(), slot++);
  shape.want(Path{}, slot++);
  shape.want({{"a", std::string(Path::each)}}, slot++);
  for (const char* field : {"b", "id"}) shape.want({{"a", std::string(Path::each), field}}, slot++);
  return shape;
}

bool same(const Value& a, const Value& b) {
  if (a.kind != b.kind || a.flags != b.flags || a.size != b.size || a.columns != b.columns) return false;
  if (a.kind == Kind::boolean) return a.boolean == b.boolean;
  if (a.columns == 0) return a.text == b.text;
  bool equal = true;
  for (std::uint32_t i = 0; i < a.size * a.columns; ++i) equal = equal && same(a.elements[i], b.elements[i]);
  return equal;
}

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Shape shape = make_shape();
  static const Shape whole = [] {
    Shape wanted;
    wanted.want(Path{}, 0);
    return wanted;
  }();
  const std::string_view text(reinterpret_cast<const char*>(data), size);

  Value slots[11], scalar_slots[11];
  RowStore rows, scalar_rows;
  const ReadResult one = read_value(text, 0, shape, slots, {}, {nullptr, &rows});
  const ReadResult scalar =
      read_value_with<ScalarBlock>(text, 0, shape, scalar_slots, Limits{}, {nullptr, &scalar_rows});
  require(one.code == scalar.code && one.offset == scalar.offset && one.offset <= size);
  for (std::size_t i = 0; i < std::size(slots); ++i) require(same(slots[i], scalar_slots[i]));

  // The second time its keys are expected.
  KeyOrder order(shape);
  for (int times = 0; times < 2; ++times) {
    Value expected_slots[11];
    const ReadResult expected = read_value(text, 0, shape, expected_slots, {}, {&order, &scalar_rows});
    require(one.code == expected.code && one.offset == expected.offset);
    for (std::size_t i = 0; i < std::size(slots); ++i) require(same(slots[i], expected_slots[i]));
  }

  const ReadResult result = read_document(text, shape, slots);
  if (!result.ok()) return 0;
  require(one.ok());
  Arena arena;
  for (const Value& slot : slots) {
    std::string as_written, decoded_once, decoded_twice;
    append_value(as_written, slot);
    append_value(decoded_once, decoded(slot, arena));
    Value again;
    require(read_document(as_written, whole, &again).ok());
    require(read_document(decoded_once, whole, &again).ok());
    append_value(decoded_twice, decoded(again, arena));
    require(decoded_once == decoded_twice);
  }
  return 0;
}
