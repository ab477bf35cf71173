#pragma once
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

#include "json/value.h"

namespace crmsync::json {

/// Text made of many short parts. Each costs a check for room and a few stores, where std::string::append is a call or
/// two: of a decision's time those were the most. What is finished goes to a string in one piece.
class TextBuffer {
 public:
  std::size_t size() const { return size_; }
  const char* data() const { return data_.get(); }
  std::string_view view() const { return {data(), size_}; }
  /// Takes back what was added since it was of that size.
  void resize(std::size_t smaller) { size_ = smaller; }
  /// The memory stays for the next text, unless it is much.
  void clear() {
    size_ = 0;
    if (capacity_ > most_kept) *this = TextBuffer();
  }

  TextBuffer& operator+=(char c) {
    *room(1) = c;
    ++size_;
    return *this;
  }
  TextBuffer& operator+=(std::string_view text);
  /// The text between quotes.
  void add_quoted(std::string_view text);
  /// A literal's length is known, so a short one is stored in a word or two.
  template <std::size_t N>
  TextBuffer& operator+=(const char (&literal)[N]) {
    if constexpr (N > 17) return *this += std::string_view(literal, N - 1);
    std::memcpy(room(N - 1), literal, N - 1);
    size_ += N - 1;
    return *this;
  }

 private:
  static constexpr std::size_t most_kept = std::size_t{4} << 20;
  char* room(std::size_t bytes) {
    if (bytes > capacity_ - size_) grow(bytes);
    return data_.get() + size_;
  }
  void grow(std::size_t bytes);

  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

/// The same as of a string (writer.h).
void append_value(TextBuffer& out, const Value& value);

}  // namespace crmsync::json
