#pragma once
#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/arena.h"
#include "json/path.h"
#include "json/value.h"

/// Compiled mappings as bytes, so that they can be stored and run where nothing can be compiled.
namespace crmsync::image {

/// Writes and reads the primitives that an image is made of. Each struct has one description, a function that hands its
/// members over one after another: on the way out they are written, on the way in they become what was written, so
/// neither way can forget what the other does, and the module holds the code once.
///
/// Reading trusts nothing. After a mistake all that follows is zero and empty, and `ok` is false; all that is announced
/// is together no more than there are bytes, so memory is bounded by the image.
class Archive {
 public:
  /// Appends to `out`.
  explicit Archive(std::string& out) : out_(&out) {}
  /// Reads; views and values get copies of their texts in `arena`.
  Archive(std::string_view bytes, Arena& arena)
      : next_(bytes.data()), end_(bytes.data() + bytes.size()), arena_(&arena), countable_(bytes.size()) {}

  bool reads() const { return out_ == nullptr; }
  bool ok() const { return ok_; }
  bool at_end() const { return next_ == end_; }
  void require(bool holds) {
    if (holds) return;
    ok_ = false;
    next_ = end_;
  }

  /// In groups of seven bits, the lowest first.
  void wide(std::uint64_t& value, std::uint64_t most);
  void number(std::uint32_t& value, std::uint32_t most = 0xFFFFFFFF);
  void number(std::uint16_t& value);
  void byte(std::uint8_t& value, std::uint8_t most = 0xFF);
  /// What counts something, or names its place: no more than 32 bits; the largest of its own type stands for none.
  void size(std::size_t& value);
  template <class Enumeration>
  void choice(Enumeration& value, Enumeration last) {
    static_assert(sizeof value == 1);
    byte(reinterpret_cast<std::uint8_t&>(value), static_cast<std::uint8_t>(last));
  }
  void flag(bool& value) { choice(value, true); }

  /// UTF-8.
  void text(std::string& value);
  void text(std::string_view& value);
  void path(Path& path);
  /// The same of an expression's input, which may lie in rows (`Path::each`).
  void input_path(Path& path);
  /// A constant: no text that still has escapes, no time, no error.
  void value(Value& value) { this->value(value, 0); }

  /// How many things follow, each of at least one byte.
  void count(std::size_t& count);

  template <class T, class Members>
  void list(std::vector<T>& list, const Members& members) {
    std::size_t size = list.size();
    count(size);
    // In the place of the empty one, which has nothing to give back: an assignment would look for it, once for each T.
    if (reads()) new (&list) std::vector<T>(size);
    for (std::size_t i = 0; i < size && ok_; ++i) members(list[i]);
  }
  void numbers(std::vector<std::uint32_t>& list) {
    this->list(list, [this](std::uint32_t& each) { number(each); });
  }
  void texts(std::vector<std::string>& list) {
    this->list(list, [this](std::string& each) { text(each); });
  }
  template <class T, class Members>
  void optional(std::optional<T>& value, const Members& members) {
    bool given = value.has_value();
    flag(given);
    if (reads() && given) value.emplace();
    if (given) members(*value);
  }

 private:
  std::string_view taken(std::size_t size);
  std::string_view text();
  void write(std::string_view text);
  void value(Value& value, unsigned depth);
  void view(Value& value);
  void raw(Value& value);
  void elements(Value& value, unsigned depth);

  std::string* out_ = nullptr;
  const char* next_ = nullptr;
  const char* end_ = nullptr;
  Arena* arena_ = nullptr;
  std::size_t countable_ = 0;  // things that may still be announced, of all bytes: each takes one
  bool ok_ = true;
};

}  // namespace crmsync::image
