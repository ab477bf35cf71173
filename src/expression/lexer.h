#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "expression/issues.h"

namespace crmsync::expression {

enum class TokenKind : std::uint8_t {
  end,      // of the text, or in a template the `}}` that ends the expression
  invalid,  // the lexer has added an issue
  identifier,
  quoted_identifier,  // in backticks
  reserved,           // a word that CEL keeps for later; it may still name a field after a dot
  integer,
  unsigned_integer,
  floating,
  string,
  bytes,
  true_,
  false_,
  null_,
  in,
  left_parenthesis,
  right_parenthesis,
  left_bracket,
  right_bracket,
  left_brace,
  right_brace,
  dot,
  comma,
  question,
  colon,
  plus,
  minus,
  star,
  slash,
  percent,
  bang,
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  not_equal,
  and_,
  or_,
  pipe,  // of a template's filters
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
};

/// Cuts the source into CEL's tokens, one at a time. Literals stay as they are written (`literals.h` reads them).
class Lexer {
 public:
  /// In a template the expression ends at the first `}}` outside all brackets and strings.
  Lexer(std::string_view source, std::size_t from, bool in_template, IssueSink& issues)
      : source_(source), position_(from), in_template_(in_template), issues_(issues) {}

  Token next();
  std::string_view text(const Token& token) const { return source_.substr(token.offset, token.length); }
  std::string_view source() const { return source_; }
  std::size_t position() const { return position_; }

 private:
  void skip_blank();
  Token token(TokenKind kind, std::size_t begin) const;
  Token fail(Code code, std::size_t begin, std::size_t length, std::string message, std::string hint = {});
  Token number(std::size_t begin);
  Token quoted(std::size_t begin, std::size_t quote);
  Token word(std::size_t begin);
  Token sign(std::size_t begin);
  char at(std::size_t offset) const { return offset < source_.size() ? source_[offset] : '\0'; }

  std::string_view source_;
  std::size_t position_;
  bool in_template_;
  unsigned brackets_ = 0;
  IssueSink& issues_;
};

/// How a message names a token: `'+'`, `a string`, `the end`.
std::string describe(const Token& token, std::string_view source);

}  // namespace crmsync::expression
