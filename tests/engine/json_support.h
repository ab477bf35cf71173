#pragma once
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "json/reader.h"
#include "json/text_reader.h"
#include "json/writer.h"

namespace crmsync::json {

/// `` a.`*`.b `` is the field `b` of the rows of the list `a`.
inline Path path_of(const std::string& text) {
  Path path = text.empty() ? Path{} : parse_path(text).value();
  for (std::string& segment : path.segments) {
    if (segment == "*") segment = Path::each;
  }
  return path;
}

/// A text together with what a read of it gave. The text lies in a buffer of its exact size, so that a sanitizer
/// notices any byte that is read beyond it.
class Reading {
 public:
  explicit Reading(std::string_view text, const std::vector<std::string>& paths = {}, const Limits& limits = {})
      : size_(text.size()), bytes_(new char[text.size()]) {
    if (size_ != 0) std::memcpy(bytes_.get(), text.data(), size_);
    for (const std::string& path : paths) {
      shape_.want(path_of(path), static_cast<std::uint32_t>(slots.size()));
      slots.emplace_back();
    }
    result = read_document(this->text(), shape_, slots.data(), limits, {nullptr, &rows_});
  }

  std::string_view text() const { return {bytes_.get(), size_}; }
  const Shape& shape() const { return shape_; }

  ReadResult result;
  std::vector<Value> slots;

 private:
  std::size_t size_;
  std::unique_ptr<char[]> bytes_;
  Shape shape_;
  RowStore rows_;
};

inline std::string written(const Value& value) {
  std::string out;
  append_value(out, value);
  return out;
}

/// A value's text with nothing left as it was written but numbers; "absent" where there is none.
inline std::string plain(const Value& value) {
  Arena arena;
  return value.is_absent() ? "absent" : written(decoded(value, arena));
}

/// Random JSON texts: all kinds of values, white space, escapes, duplicate keys; keys from a small set, so that paths
/// meet them.
class RandomJson {
 public:
  explicit RandomJson(std::uint32_t seed) : random_(seed) {}

  std::uint32_t below(std::uint32_t limit) { return random_() % limit; }

  std::string object(int depth) {
    std::string text = "{" + space();
    const std::uint32_t count = below(6);
    for (std::uint32_t i = 0; i < count; ++i) {
      if (i > 0) text += "," + space();
      text += key() + space() + ":" + space() + value(depth - 1) + space();
    }
    return text + "}";
  }

  std::string value(int depth) {
    switch (below(depth > 0 ? 10 : 7)) {
      case 0: return "null";
      case 1: return below(2) == 0 ? "true" : "false";
      case 2: return number();
      case 7: {
        std::string text = "[" + space();
        const std::uint32_t count = below(4);
        for (std::uint32_t i = 0; i < count; ++i) text += (i > 0 ? "," : "") + space() + value(depth - 1) + space();
        return text + "]";
      }
      case 8:
      case 9: return object(depth);
      default: return string();
    }
  }

  std::string string() {
    std::string text = "\"";
    const std::uint32_t count = below(40);
    for (std::uint32_t i = 0; i < count; ++i) {
      static const char* const pieces[] = {"\\n", "\\\"",   "\\\\",       "\\u0041", "\\u00e9", "\\ud83d\\ude00",
                                           "ü",   "\u20ac", "\U0001F600", "{[,:]}",  "\\/",     "\x7f",
                                           " "};
      text += below(8) == 0 ? std::string(pieces[below(std::size(pieces))])
                            : std::string(1, static_cast<char>('a' + below(26)));
    }
    return text + "\"";
  }

  /// The text with one byte changed, added, left out or doubled.
  std::string mutated(std::string text) {
    if (text.empty()) return text;
    static const char bytes[] = "\"\\{}[]:,0123456789.eE+-truefalsn \n\t\x01\x1f\x7f\x80\xbf\xc2\xe0\xed\xf0\xf4\xff u";
    const auto at = text.begin() + below(static_cast<std::uint32_t>(text.size()));
    const char byte = bytes[below(sizeof bytes - 1)];
    switch (below(4)) {
      case 0: *at = byte; break;
      case 1: text.insert(at, byte); break;
      case 2: text.erase(at); break;
      default: text.insert(at, *at);
    }
    return text;
  }

 private:
  std::string space() {
    static const char* const spaces[] = {"", "", "", "", " ", "\n", "\t\r\n ", "                    "};
    return spaces[below(std::size(spaces))];
  }

  std::string key() {
    static const char* const keys[] = {"\"a\"",       "\"b\"",    "\"c\"", "\"properties\"", "\"prop\\u0065rties\"",
                                       "\"\\u0062\"", "\"other\""};
    return keys[below(std::size(keys))];
  }

  std::string number() {
    static const char* const numbers[] = {"0",      "-0", "1", "12.50", "-3e2", "1E+3", "123456789012345678901",
                                          "0.1e-5", "7"};
    return numbers[below(std::size(numbers))];
  }

  std::mt19937 random_;
};

}  // namespace crmsync::json
