#include "expression/lexer.h"

#include <algorithm>

#include "expression/text.h"

namespace crmsync::expression {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hexadecimal(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_word_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_word(char c) {
  return is_word_start(c) || is_digit(c);
}
bool is_quote(char c) {
  return c == '"' || c == '\'';
}

struct Keyword {
  std::string_view word;
  TokenKind kind = TokenKind::reserved;
};
constexpr Keyword keywords[] = {{"true", TokenKind::true_},
                                {"false", TokenKind::false_},
                                {"null", TokenKind::null_},
                                {"in", TokenKind::in},
                                {"as"},
                                {"break"},
                                {"const"},
                                {"continue"},
                                {"else"},
                                {"for"},
                                {"function"},
                                {"if"},
                                {"import"},
                                {"let"},
                                {"loop"},
                                {"package"},
                                {"namespace"},
                                {"return"},
                                {"var"},
                                {"void"},
                                {"while"}};

TokenKind word_kind(std::string_view word) {
  for (const Keyword& keyword : keywords) {
    // Hardly any name begins as one of them and is as long.
    if (keyword.word[0] == word[0] && keyword.word.size() == word.size() && keyword.word == word) return keyword.kind;
  }
  return TokenKind::identifier;
}

}  // namespace

Token Lexer::token(TokenKind kind, std::size_t begin) const {
  return {kind, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(position_ - begin)};
}

Token Lexer::fail(Code code, std::size_t begin, std::size_t length, std::string message, std::string hint) {
  issues_.add(code, begin, length, std::move(message), std::move(hint));
  position_ = begin + length;
  return token(TokenKind::invalid, begin);
}

void Lexer::skip_blank() {
  while (position_ < source_.size()) {
    const char c = source_[position_];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
      ++position_;
    } else if (c == '/' && at(position_ + 1) == '/') {
      position_ = std::min(source_.find('\n', position_), source_.size());
    } else {
      return;
    }
  }
}

Token Lexer::next() {
  skip_blank();
  const std::size_t begin = position_;
  if (begin >= source_.size()) return token(TokenKind::end, begin);
  const char c = source_[begin];
  if (is_digit(c) || (c == '.' && is_digit(at(begin + 1)))) return number(begin);
  if (is_quote(c)) return quoted(begin, begin);
  if (is_word_start(c)) {
    // Prefixes of strings: r, b, rb and br in either case, if a quote follows at once.
    std::size_t quote = begin;
    bool raw = false, bytes = false;
    while (quote - begin < 2) {
      const char p = at(quote);
      if ((p == 'r' || p == 'R') && !raw) {
        raw = true;
      } else if ((p == 'b' || p == 'B') && !bytes) {
        bytes = true;
      } else {
        break;
      }
      ++quote;
    }
    return quote > begin && is_quote(at(quote)) ? quoted(begin, quote) : word(begin);
  }
  return sign(begin);
}

Token Lexer::word(std::size_t begin) {
  while (is_word(at(position_))) ++position_;
  return token(word_kind(source_.substr(begin, position_ - begin)), begin);
}

Token Lexer::number(std::size_t begin) {
  TokenKind kind = TokenKind::integer;
  if (at(begin) == '0' && (at(begin + 1) == 'x' || at(begin + 1) == 'X')) {
    position_ += 2;
    const std::size_t digits = position_;
    while (is_hexadecimal(at(position_))) ++position_;
    if (position_ == digits) return fail(Code::EXP016, begin, 2, "a hexadecimal number has no digits");
  } else {
    while (is_digit(at(position_))) ++position_;
    if (at(position_) == '.' && is_digit(at(position_ + 1))) {
      kind = TokenKind::floating;
      ++position_;
      while (is_digit(at(position_))) ++position_;
    }
    if (at(position_) == 'e' || at(position_) == 'E') {
      std::size_t digits = position_ + 1;
      if (at(digits) == '+' || at(digits) == '-') ++digits;
      if (is_digit(at(digits))) {
        kind = TokenKind::floating;
        position_ = digits;
        while (is_digit(at(position_))) ++position_;
      }
    }
  }
  if (kind == TokenKind::integer && (at(position_) == 'u' || at(position_) == 'U')) {
    kind = TokenKind::unsigned_integer;
    ++position_;
  }
  if (is_word(at(position_))) {
    std::size_t end = position_;
    while (is_word(at(end))) ++end;
    return fail(Code::EXP001, begin, end - begin, "a number runs into a word",
                "a field whose name starts with a digit is written record['…']");
  }
  return token(kind, begin);
}

Token Lexer::quoted(std::size_t begin, std::size_t quote) {
  const char mark = source_[quote];
  const bool triple = at(quote + 1) == mark && at(quote + 2) == mark;
  bool raw = false, bytes = false;
  for (std::size_t i = begin; i < quote; ++i) {
    raw |= source_[i] == 'r' || source_[i] == 'R';
    bytes |= source_[i] == 'b' || source_[i] == 'B';
  }
  const std::size_t marks = triple ? 3 : 1;
  std::size_t i = quote + marks;
  while (i < source_.size()) {
    const char c = source_[i];
    if (c == mark && (!triple || (at(i + 1) == mark && at(i + 2) == mark))) {
      position_ = i + marks;
      return token(bytes ? TokenKind::bytes : TokenKind::string, begin);
    }
    if (!triple && (c == '\n' || c == '\r')) break;
    i += c == '\\' && !raw ? 2 : 1;
  }
  const std::size_t end = std::min(i, source_.size());
  return fail(Code::EXP017, begin, end - begin, "a string is not closed",
              triple ? "it ends at the next three quotes of the same kind"
                     : "it ends at the next quote of the same kind, on the same line");
}

Token Lexer::sign(std::size_t begin) {
  const char c = source_[begin];
  const char following = at(begin + 1);
  const auto take = [&](TokenKind kind, std::size_t length) {
    position_ = begin + length;
    return token(kind, begin);
  };
  switch (c) {
    case '(': ++brackets_; return take(TokenKind::left_parenthesis, 1);
    case '[': ++brackets_; return take(TokenKind::left_bracket, 1);
    case '{': ++brackets_; return take(TokenKind::left_brace, 1);
    case ')': brackets_ -= brackets_ > 0; return take(TokenKind::right_parenthesis, 1);
    case ']': brackets_ -= brackets_ > 0; return take(TokenKind::right_bracket, 1);
    case '}':
      if (in_template_ && brackets_ == 0 && following == '}')
        return {TokenKind::end, static_cast<std::uint32_t>(begin), 0};
      brackets_ -= brackets_ > 0;
      return take(TokenKind::right_brace, 1);
    case '.': return take(TokenKind::dot, 1);
    case ',': return take(TokenKind::comma, 1);
    case '?': return take(TokenKind::question, 1);
    case ':': return take(TokenKind::colon, 1);
    case '+': return take(TokenKind::plus, 1);
    case '-': return take(TokenKind::minus, 1);
    case '*': return take(TokenKind::star, 1);
    case '/': return take(TokenKind::slash, 1);
    case '%': return take(TokenKind::percent, 1);
    case '!': return following == '=' ? take(TokenKind::not_equal, 2) : take(TokenKind::bang, 1);
    case '<':
      if (following == '>') return fail(Code::EXP001, begin, 2, "'<>' is no operator", "unequal is written !=");
      return following == '=' ? take(TokenKind::less_equal, 2) : take(TokenKind::less, 1);
    case '>': return following == '=' ? take(TokenKind::greater_equal, 2) : take(TokenKind::greater, 1);
    case '=':
      if (following == '=') {
        if (at(begin + 2) == '=') return fail(Code::EXP001, begin, 3, "'===' is no operator", "equality is written ==");
        return take(TokenKind::equal, 2);
      }
      return fail(Code::EXP001, begin, 1, "'=' is no operator", "equality is written ==");
    case '&':
      if (following == '&') return take(TokenKind::and_, 2);
      return fail(Code::EXP001, begin, 1, "'&' is no operator", "and is written &&; texts are joined with +");
    case '|': return following == '|' ? take(TokenKind::or_, 2) : take(TokenKind::pipe, 1);
    case '`': {
      const std::size_t close = source_.find_first_of("`\n", begin + 1);
      if (close == std::string_view::npos || source_[close] != '`' || close == begin + 1) {
        return fail(Code::EXP001, begin, 1, "a name in backticks is empty or not closed");
      }
      return take(TokenKind::quoted_identifier, close + 1 - begin);
    }
    default: break;
  }
  const CodePoint point = code_point_at(source_, begin);
  const std::size_t length = std::max(point.length, 1U);
  std::string hint;
  if (point.value == 0x2018 || point.value == 0x2019 || (point.value >= 0x201C && point.value <= 0x201E)) {
    hint = "strings stand in straight quotes, ' or \"";
  } else if (point.value >= 0x80) {
    hint = "names with letters beyond a-z are written in backticks or as record['…']";
  }
  std::string message = "unexpected character";
  if (point.value >= 0x20 && point.value != 0x7F) message += " '" + std::string(source_.substr(begin, length)) + "'";
  return fail(Code::EXP001, begin, length, std::move(message), std::move(hint));
}

std::string describe(const Token& token, std::string_view source) {
  switch (token.kind) {
    case TokenKind::end: return "the end";
    case TokenKind::string: return "a string";
    case TokenKind::bytes: return "bytes";
    case TokenKind::integer:
    case TokenKind::unsigned_integer:
    case TokenKind::floating: return "a number";
    default: return "'" + std::string(source.substr(token.offset, token.length)) + "'";
  }
}

}  // namespace crmsync::expression
