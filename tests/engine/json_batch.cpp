#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "crmsync.h"
#include "diagnostics/position.h"
#include "json/batch.h"
#include "json_support.h"

namespace crmsync::json {
namespace {

Shape make_shape() {
  Shape shape;
  std::uint32_t slot = 0;
  for (const char* path : {"", "a", "b", "properties", "properties.a", "a.*", "a.*.b"})
    shape.want(path_of(path), slot++);
  return shape;
}

/// What a batch gives, whatever pieces it comes in: each value, and of a broken one the code and the place.
class Notes final : public BatchHandler {
 public:
  /// Reads what is left of the pieces before together with `piece`.
  void read(std::string_view piece, bool last) {
    rest_ += piece;
    // At its exact size, so that a sanitizer notices any byte that is read beyond it.
    const std::unique_ptr<char[]> bytes(new char[rest_.size()]);
    std::copy(rest_.begin(), rest_.end(), bytes.get());
    place.last = last ? 1 : 0;
    read_batch({bytes.get(), rest_.size()}, place, shape_, slots_.data(), &rows_, limits, *this);
    REQUIRE(place.taken <= rest_.size());
    done += place.taken;
    rest_.erase(0, place.taken);
    longest = std::max(longest, rest_.size());
  }

  void value(std::uint64_t index) override {
    note(index);
    for (const Value& slot : slots_) text += plain(slot) + " ";
  }
  void broken(const ReadResult& read, std::uint64_t index) override {
    note(index);
    text += std::string(code_name(read.code)) + " at " + std::to_string(done + read.offset);
  }

  BatchPlace place;
  Limits limits;
  std::string text;
  std::size_t done = 0;     // bytes of the batch
  std::size_t longest = 0;  // of what was left

 private:
  void note(std::uint64_t index) { text += "\n" + std::to_string(index) + ": "; }

  std::string rest_;
  const Shape shape_ = make_shape();
  std::vector<Value> slots_ = std::vector<Value>(shape_.slot_count());
  RowStore rows_;
};

std::string whole(std::string_view batch, const Limits& limits = {}) {
  Notes notes;
  notes.limits = limits;
  notes.read(batch, true);
  REQUIRE(notes.done == batch.size());
  return notes.text;
}

void require_position(const Notes& notes, std::string_view batch) {
  REQUIRE(Position{notes.place.line, notes.place.column} == position_at(batch, notes.done));
}

/// In two pieces at each place, and byte by byte.
void require_same_in_pieces(std::string_view batch) {
  const std::string expected = whole(batch);
  Notes bytes;
  for (std::size_t cut = 0; cut < batch.size(); ++cut) {
    INFO(batch << "\ncut at " << cut);
    bytes.read(batch.substr(cut, 1), false);
    require_position(bytes, batch);
    Notes notes;
    notes.read(batch.substr(0, cut), false);
    require_position(notes, batch);
    notes.read(batch.substr(cut), true);
    REQUIRE(notes.text == expected);
  }
  INFO(batch);
  bytes.read("", true);
  REQUIRE(bytes.text == expected);
}

}  // namespace

TEST_CASE("A batch gives the same in whatever pieces it comes", "[json]") {
  for (const std::string_view batch : {
           "",
           " \n ",
           "{\"a\":1}\n{\"a\":2}",
           "{\"a\":1}\r\n\r\n  {\"b\":[{\"b\":2}]} \n\n",
           "{\"a\":1}\n{\"a\":\nnull\n{\"a\":2}}\n{}",
           "  [ ] ",
           "[]x",
           "[",
           "[,1]",
           "[1",
           "[12,-3.5e7 , 1.5]",
           "[12 13]",
           "[true,falze,null]",
           "[{\"a\":[{\"b\":1},{\"b\":\"é\\u00e9\\ud83d\\ude00😀\"}]},{\"properties\":{\"a\":null}}]",
           "[{\"a\":\"\xc3\x28\"},{}]",
           "[{\"a\":\"\\ud83d\"},{}]",
           "[{\"a\"\xc3\x28:1},{}]",
           "[{\"a\"é:1},{}]",
           "[{\"a\":1},]",
           "[{\"a\":1} {\"a\":2}]",
           "[{\"a\":1}]\n{\"a\":2}\n[3]",
           "\xef\xbb\xbf{}",
           "é\n\"😀\"\n\"\x01\"\n\"😀",
       })
    require_same_in_pieces(batch);
}

TEST_CASE("Random batches, with and without mistakes, give the same in random pieces", "[json]") {
  RandomJson random(20);
  for (int round = 0; round < 400; ++round) {
    const bool array = random.below(2) == 0;
    std::string batch = array ? "[" : "";
    for (std::uint32_t count = random.below(8); count > 0; --count) {
      std::string value = random.below(5) == 0 ? random.value(2) : random.object(3);
      if (!array) std::replace(value.begin(), value.end(), '\n', ' ');
      batch += value + (array ? count > 1 ? "," : "" : "\n");
    }
    if (array) batch += "]";
    for (std::uint32_t mistakes = random.below(3); mistakes > 0; --mistakes) batch = random.mutated(batch);
    const std::string expected = whole(batch);
    Notes notes;
    for (std::size_t at = 0; at < batch.size();) {
      const std::size_t size = std::min<std::size_t>(1 + random.below(60), batch.size() - at);
      at += size;
      notes.read(std::string_view(batch).substr(at - size, size), at == batch.size());
    }
    if (batch.empty()) notes.read("", true);
    INFO(batch);
    REQUIRE(notes.text == expected);
  }
}

TEST_CASE("Of a value that is too long no more than the limit is kept", "[json]") {
  Limits limits;
  limits.bytes = 100;
  const std::string text(1000, 'x');
  for (const std::string& batch : {"{\"a\":1}\n\"" + text + "\"\n{\"a\":2}\n", "[{\"a\":1},\"" + text + "\",{\"a\":2}]",
                                   "{}\n\"" + text + "\"", std::string(1000, ' ') + "\n{}\n" + std::string(300, ' ')}) {
    INFO(batch);
    Notes notes;
    notes.limits = limits;
    for (const char& byte : batch) {
      notes.read({&byte, 1}, false);
      require_position(notes, batch);
    }
    notes.read("", true);
    CHECK(notes.longest <= limits.bytes + 1);
    CHECK(notes.text == whole(batch, limits));
  }
}

TEST_CASE("What follows a broken array is not kept", "[json]") {
  Notes notes;
  notes.read("[1,}", false);
  const std::string expected = notes.text;
  for (int i = 0; i < 100; ++i) notes.read(",1]\n[2", false);
  CHECK(notes.longest == 0);
  notes.read("", true);
  CHECK(notes.text == expected);
}

}  // namespace crmsync::json

TEST_CASE("Lines of errors say the record and the place in the whole batch", "[json]") {
  std::string diagnostics;
  const auto mapping =
      crmsync::compile("name: m\nfield_mapping:\n  - {penguinmails_field: a, crm_field: A}\n", "m.yaml", diagnostics);
  REQUIRE(mapping != nullptr);
  const std::string batch = "{\"a\":1}\n{\"a\":\n\n 7\n{\"a\":2}\n  {\"a\":\"😀\" 8}\n";
  const auto map = [&](std::string_view records, crmsync::BatchPlace* place, std::string& out) {
    REQUIRE(mapping->map_many(crmsync::MapDirection::to_crm, records, "", out, place));
  };
  std::string expected;
  map(batch, nullptr, expected);
  CHECK(expected.find(R"("index":1})") != std::string::npos);
  CHECK(expected.find(R"("line":6,"column":13)") != std::string::npos);
  for (std::size_t cut = 0; cut <= batch.size(); ++cut) {
    crmsync::BatchPlace place;
    std::string out;
    map(batch.substr(0, cut), &place, out);
    place.last = 1;
    map(batch.substr(place.taken), &place, out);
    CHECK(out == expected);
  }
}
