#include "mapping/scalar_source.h"

#include <algorithm>

namespace crmsync::mapping {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
bool is_space(char c) {
  return is_blank(c) || c == '\n' || c == '\r';
}

/// How many bytes of UTF-8 a code point takes.
std::size_t utf8_length(std::uint32_t code_point) {
  if (code_point < 0x80) return 1;
  if (code_point < 0x800) return 2;
  return code_point < 0x10000 ? 3 : 4;
}

/// Walks source and value together. The value is known, so no rule of YAML needs to be repeated here: what folding and
/// escapes leave is compared with it, and the walk ends when it is used up.
class Alignment {
 public:
  Alignment(std::string_view source, std::size_t begin, std::string_view value)
      : source_(source), value_(value), at_(begin) {
    found_.offsets.reserve(value.size() + 1);
  }

  std::optional<ScalarSource> run() {
    if (at_ >= source_.size()) return value_.empty() ? finish(at_) : std::nullopt;
    switch (source_[at_]) {
      case '\'':
      case '"': return quoted(source_[at_]);
      case '|':
      case '>': return block();
      default: return plain();
    }
  }

 private:
  bool done() const { return found_.offsets.size() == value_.size(); }
  char wanted() const { return value_[found_.offsets.size()]; }

  /// Gives the next `bytes` of the value to one place of the source.
  bool take(std::size_t bytes, std::size_t place) {
    if (value_.size() - found_.offsets.size() < bytes) return false;
    found_.offsets.insert(found_.offsets.end(), bytes, static_cast<std::uint32_t>(place));
    return true;
  }
  bool take_same() {
    if (done() || wanted() != source_[at_]) return false;
    return take(1, at_++);
  }

  std::optional<ScalarSource> finish(std::size_t end) {
    found_.end = end;
    found_.offsets.push_back(static_cast<std::uint32_t>(end));
    return std::move(found_);
  }

  /// White space that holds a line break is folded to one space, or to a break for each empty line.
  /// Returns false when the white space at hand holds none.
  bool fold() {
    std::size_t next = at_;
    std::size_t breaks = 0;
    while (next < source_.size() && is_space(source_[next])) breaks += source_[next++] == '\n';
    if (breaks == 0) return false;
    if (breaks == 1 && !done() && wanted() == ' ') {
      take(1, at_);
    } else {
      for (std::size_t i = 1; i < breaks && !done() && wanted() == '\n'; ++i) take(1, at_);
    }
    at_ = next;
    return true;
  }

  std::optional<ScalarSource> plain() {
    while (!done()) {
      if (at_ >= source_.size()) return std::nullopt;
      if (is_space(source_[at_]) && fold()) continue;
      if (!take_same()) return std::nullopt;
    }
    return finish(at_);
  }

  std::optional<ScalarSource> quoted(char quote) {
    ++at_;
    while (at_ < source_.size()) {
      const char c = source_[at_];
      if (c == quote && !(quote == '\'' && at_ + 1 < source_.size() && source_[at_ + 1] == '\'')) {
        if (!done()) return std::nullopt;
        const std::size_t close = at_;
        auto result = finish(close + 1);
        result->offsets.back() = static_cast<std::uint32_t>(close);  // the value ends before the quote
        return result;
      }
      if (c == quote) {
        if (!take(1, at_)) return std::nullopt;
        at_ += 2;
      } else if (c == '\\' && quote == '"') {
        if (!escape()) return std::nullopt;
      } else if (!(is_space(c) && fold()) && !take_same()) {
        return std::nullopt;
      }
    }
    return std::nullopt;
  }

  /// One escape of a double-quoted scalar; `\u` pairs of surrogates are JSON's.
  bool escape() {
    const std::size_t start = at_;
    if (at_ + 1 >= source_.size()) return false;
    const char kind = source_[at_ + 1];
    at_ += 2;
    if (kind == '\n' || kind == '\r') {
      while (at_ < source_.size() && is_space(source_[at_])) ++at_;
      return true;
    }
    std::size_t length = 1;
    if (kind == 'N' || kind == '_') {
      length = 2;
    } else if (kind == 'L' || kind == 'P') {
      length = 3;
    } else if (kind == 'x' || kind == 'u' || kind == 'U') {
      std::optional<std::uint32_t> code_point = hexadecimal(kind == 'x' ? 2 : kind == 'u' ? 4 : 8);
      if (!code_point) return false;
      if (*code_point >= 0xD800 && *code_point <= 0xDBFF) {
        if (source_.substr(at_, 2) != "\\u") return false;
        at_ += 2;
        if (!hexadecimal(4)) return false;
        code_point = 0x10000;
      }
      length = utf8_length(*code_point);
    }
    return take(length, start);
  }

  std::optional<std::uint32_t> hexadecimal(std::size_t digits) {
    if (source_.size() - at_ < digits) return std::nullopt;
    std::uint32_t number = 0;
    for (const std::size_t end = at_ + digits; at_ < end; ++at_) {
      const char c = source_[at_];
      std::uint32_t digit = 0;
      if (c >= '0' && c <= '9')
        digit = static_cast<std::uint32_t>(c - '0');
      else if (c >= 'a' && c <= 'f')
        digit = static_cast<std::uint32_t>(c - 'a' + 10);
      else if (c >= 'A' && c <= 'F')
        digit = static_cast<std::uint32_t>(c - 'A' + 10);
      else
        return std::nullopt;
      number = number << 4 | digit;
    }
    return number;
  }

  std::size_t end_of_line(std::size_t from) const { return std::min(source_.find('\n', from), source_.size()); }

  std::optional<ScalarSource> block() {
    const bool folded = source_[at_] == '>';
    const std::size_t header_end = end_of_line(at_);
    if (value_.empty()) return finish(header_end);
    at_ = std::min(header_end + 1, source_.size());
    const std::optional<std::size_t> indentation = block_indentation();
    if (!indentation) return std::nullopt;
    while (!done()) {
      if (at_ >= source_.size()) return take_rest_of_breaks();
      for (std::size_t i = 0; i < *indentation && at_ < source_.size() && source_[at_] == ' '; ++i) ++at_;
      while (at_ < source_.size() && source_[at_] != '\n' && source_[at_] != '\r') {
        if (done()) return finish(at_);  // the end of a value that is chomped
        if (!take_same()) return std::nullopt;
      }
      if (!(folded ? fold_lines() : take_line_break())) return std::nullopt;
    }
    return finish(at_);
  }

  /// The spaces before each line of the block: those of its first line with text, less those that the value keeps.
  std::optional<std::size_t> block_indentation() const {
    std::size_t line = at_;
    while (line < source_.size()) {
      std::size_t text = line;
      while (text < source_.size() && source_[text] == ' ') ++text;
      if (text < source_.size() && source_[text] != '\n' && source_[text] != '\r') {
        const std::size_t value_line = std::min(value_.find_first_not_of('\n'), value_.size());
        const std::size_t value_text = std::min(value_.find_first_not_of(' ', value_line), value_.size());
        if (value_text - value_line > text - line) return std::nullopt;
        return text - line - (value_text - value_line);
      }
      line = end_of_line(text) + 1;
    }
    return 0;
  }

  void skip_line_break() {
    if (at_ < source_.size() && source_[at_] == '\r') ++at_;
    if (at_ < source_.size() && source_[at_] == '\n') ++at_;
  }

  bool take_line_break() {
    if (done()) return true;
    if (wanted() != '\n') return false;
    const std::size_t place = at_;
    skip_line_break();
    return take(1, place);
  }

  /// The breaks of a folded block up to its next line with text: they became one space, or some breaks.
  bool fold_lines() {
    if (done()) return true;
    const std::size_t place = at_;
    if (wanted() == ' ') {
      skip_line_break();
      return take(1, place);
    }
    while (true) {
      const std::size_t line = at_;
      skip_line_break();
      if (!done() && wanted() == '\n') take(1, line);
      std::size_t text = at_;
      while (text < source_.size() && source_[text] == ' ') ++text;
      if (text >= source_.size() || (source_[text] != '\n' && source_[text] != '\r')) return true;
      at_ = text;
    }
  }

  /// Breaks that the value has beyond the end of the file.
  std::optional<ScalarSource> take_rest_of_breaks() {
    while (!done()) {
      if (wanted() != '\n') return std::nullopt;
      take(1, source_.size());
    }
    return finish(source_.size());
  }

  std::string_view source_;
  std::string_view value_;
  std::size_t at_;
  ScalarSource found_;
};

}  // namespace

std::size_t verbatim_text(std::string_view source, std::size_t begin, std::string_view value) {
  if (begin >= source.size()) return std::string_view::npos;
  const char first = source[begin];
  const bool quoted = first == '"' || first == '\'';
  const std::size_t text = begin + quoted;
  if (first == '|' || first == '>' || source.substr(text, value.size()) != value) return std::string_view::npos;
  for (const char c : value) {
    const bool ascii = static_cast<unsigned char>(c) >= ' ' && static_cast<unsigned char>(c) < 0x80;
    if (!ascii || c == '\\' || (quoted && c == first)) return std::string_view::npos;
  }
  // Within quotes no sign was more than itself, so the next one closes them.
  if (quoted && source.substr(text + value.size(), 1) != source.substr(begin, 1)) return std::string_view::npos;
  return text;
}

std::optional<std::size_t> scalar_end(std::string_view source, std::size_t begin, std::string_view value) {
  const std::size_t text = verbatim_text(source, begin, value);
  if (text != std::string_view::npos) return text + value.size() + (text - begin);
  const std::optional<ScalarSource> located = locate_scalar(source, begin, value);
  if (!located) return std::nullopt;
  return located->end;
}

std::optional<ScalarSource> locate_scalar(std::string_view source, std::size_t begin, std::string_view value) {
  return Alignment(source, begin, value).run();
}

}  // namespace crmsync::mapping
