// yaml-cpp's Stream for a text that lies in memory and is valid UTF-8 without control characters, which is all that
// read_document and parse_yaml let through. The original guesses the encoding and keeps a deque of what it has read
// ahead; here a sign is a byte behind a pointer, and a question about it no call.
#pragma once
#define STREAM_H_62B23520_7C8E_11DE_8A39_0800200C9A66
#include <yaml-cpp/mark.h>

#include <iostream>
#include <string>

namespace YAML {

class Stream {
 public:
  explicit Stream(std::istream& input) {
    char part[2048];
    while (const std::size_t read = static_cast<std::size_t>(input.rdbuf()->sgetn(part, sizeof part))) {
      text_.append(part, read);
    }
    text_ += eof();
    at_ = text_.data();
    // Marks count behind a byte order mark.
    if (text_.compare(0, 3, "\xEF\xBB\xBF") == 0) at_ += 3;
    end_ = text_.data() + text_.size() - 1;
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  operator bool() const { return *at_ != eof(); }
  bool operator!() const { return *at_ == eof(); }

  char peek() const { return *at_; }
  /// Behind the end the marks go on, as they do in the original.
  char get() {
    const char sign = *at_;
    if (at_ != end_) ++at_;
    ++mark_.pos;
    ++mark_.column;
    if (sign == '\n') {
      mark_.column = 0;
      ++mark_.line;
    }
    return sign;
  }
  std::string get(int n) {
    std::string signs;
    while (n-- > 0) signs += get();
    return signs;
  }
  void eat(int n = 1) {
    while (n-- > 0) get();
  }

  static constexpr char eof() { return 0x04; }

  /// Where it stands; whatever is matched there ends at the sign for the end at the latest.
  const char* at() const { return at_; }

  const Mark mark() const { return mark_; }
  int pos() const { return mark_.pos; }
  int line() const { return mark_.line; }
  int column() const { return mark_.column; }
  void ResetColumn() { mark_.column = 0; }

 private:
  std::string text_;
  const char* at_;
  const char* end_;
  Mark mark_;
};

}  // namespace YAML
