// yaml-cpp's expressions (its exp.h, in the same order and words) as types, each with a function that matches it.
// The originals are trees of vectors that are built when first asked for and walked for every sign of a file: a quarter
// of the time that compiling took.
#pragma once
#define REGEX_H_62B23520_7C8E_11DE_8A39_0800200C9A66
#define REGEXIMPL_H_62B23520_7C8E_11DE_8A39_0800200C9A66
#define STREAMCHARSOURCE_H_62B23520_7C8E_11DE_8A39_0800200C9A66
#define STRINGSOURCE_H_62B23520_7C8E_11DE_8A39_0800200C9A66
#define EXP_H_62B23520_7C8E_11DE_8A39_0800200C9A66
#include <string>

#include "stream.h"
#include "token.h"

namespace YAML {

/// How many signs match, -1 for none that do.
namespace Pattern {

/// The end of the file.
struct End {
  static int match(const char* at) { return *at == Stream::eof() ? 0 : -1; }
};
template <char... signs>
struct Any {
  static int match(const char* at) { return ((*at == signs) || ...) ? 1 : -1; }
};
template <char first, char last>
struct Range {
  static int match(const char* at) { return first <= *at && *at <= last ? 1 : -1; }
};
template <class... Choices>
struct Or {
  static int match(const char* at) {
    int matched = -1;
    static_cast<void>((((matched = Choices::match(at)) >= 0) || ...));
    return matched;
  }
};
/// As long as the first.
template <class First, class Second>
struct And {
  static int match(const char* at) {
    const int matched = First::match(at);
    return matched >= 0 && Second::match(at) >= 0 ? matched : -1;
  }
};
template <class Excluded>
struct Not {
  static int match(const char* at) { return Excluded::match(at) >= 0 ? -1 : 1; }
};
template <class... Parts>
struct Seq {
  static int match(const char* at) {
    int length = 0;
    const auto next = [&](int matched) {
      length += matched;
      return matched >= 0;
    };
    return (next(Parts::match(at + length)) && ...) ? length : -1;
  }
};

using Tab = Any<'\t'>;
using Blank = Any<' ', '\t'>;
using Break = Or<Any<'\n'>, Seq<Any<'\r'>, Any<'\n'>>>;
using BlankOrBreak = Or<Blank, Break>;
using BlankBreakOrEnd = Or<BlankOrBreak, End>;
using Digit = Range<'0', '9'>;
using Word = Or<Range<'a', 'z'>, Range<'A', 'Z'>, Digit, Any<'-'>>;
using Hex = Or<Digit, Range<'A', 'F'>, Range<'a', 'f'>>;
using EscapedByte = Seq<Any<'%'>, Hex, Hex>;
using DocStart = Seq<Any<'-'>, Any<'-'>, Any<'-'>, BlankBreakOrEnd>;
using DocEnd = Seq<Any<'.'>, Any<'.'>, Any<'.'>, BlankBreakOrEnd>;
using Comment = Any<'#'>;
using EndScalar = Seq<Any<':'>, BlankBreakOrEnd>;
using EndScalarInFlow = Or<Seq<Any<':'>, Or<BlankBreakOrEnd, Any<',', ']', '}'>>>, Any<',', '?', '[', ']', '{', '}'>>;
using DoubledQuote = Seq<Any<'\''>, Any<'\''>>;
using ChompIndicator = Any<'+', '-'>;

}  // namespace Pattern

/// What of the original's interface is used on expressions.
class RegEx {
 public:
  using Matcher = int(const char*);
  constexpr explicit RegEx(Matcher* match) : match_(match) {}
  int Match(const Stream& in) const { return match_(in.at()); }
  bool Matches(const Stream& in) const { return match_(in.at()) >= 0; }
  bool Matches(char sign) const {
    const char signs[] = {sign, Stream::eof()};
    return match_(signs) >= 0;
  }

  // The scanner makes one expression itself, the end of a quoted text: `RegEx(quote)`, and for single quotes
  // `RegEx(quote) & !Exp::EscSingleQuote()`.
  explicit RegEx(char quote) : match_(quote == '"' ? Pattern::Any<'"'>::match : Pattern::Any<'\''>::match) {}
  friend RegEx operator!(const RegEx&) { return RegEx(Pattern::Not<Pattern::DoubledQuote>::match); }
  friend RegEx operator&(const RegEx&, const RegEx&) {
    return RegEx(Pattern::And<Pattern::Any<'\''>, Pattern::Not<Pattern::DoubledQuote>>::match);
  }

 private:
  Matcher* match_;
};

namespace Exp {

template <class Expression>
inline constexpr RegEx of{Expression::match};

using Pattern::Any, Pattern::Not, Pattern::Or, Pattern::Seq;

inline const RegEx& Empty() {
  return of<Pattern::End>;
}
inline const RegEx& Tab() {
  return of<Pattern::Tab>;
}
inline const RegEx& Blank() {
  return of<Pattern::Blank>;
}
inline const RegEx& Break() {
  return of<Pattern::Break>;
}
inline const RegEx& BlankOrBreak() {
  return of<Pattern::BlankOrBreak>;
}
inline const RegEx& Digit() {
  return of<Pattern::Digit>;
}
inline const RegEx& Word() {
  return of<Pattern::Word>;
}
inline const RegEx& DocStart() {
  return of<Pattern::DocStart>;
}
inline const RegEx& DocEnd() {
  return of<Pattern::DocEnd>;
}
inline const RegEx& DocIndicator() {
  return of<Or<Pattern::DocStart, Pattern::DocEnd>>;
}
inline const RegEx& BlockEntry() {
  return of<Seq<Any<'-'>, Pattern::BlankBreakOrEnd>>;
}
inline const RegEx& Key() {
  return of<Seq<Any<'?'>, Pattern::BlankOrBreak>>;
}
inline const RegEx& KeyInFlow() {
  return Key();
}
inline const RegEx& Value() {
  return of<Pattern::EndScalar>;
}
inline const RegEx& ValueInFlow() {
  return of<Seq<Any<':'>, Or<Pattern::BlankOrBreak, Any<',', ']', '}'>>>>;
}
inline const RegEx& ValueInJSONFlow() {
  return of<Any<':'>>;
}
inline const RegEx& Comment() {
  return of<Pattern::Comment>;
}
inline const RegEx& Anchor() {
  return of<Not<Or<Any<'[', ']', '{', '}', ','>, Pattern::BlankOrBreak>>>;
}
inline const RegEx& AnchorEnd() {
  return of<Or<Any<'?', ':', ',', ']', '}', '%', '@', '`'>, Pattern::BlankOrBreak>>;
}
inline const RegEx& URI() {
  return of<
      Or<Pattern::Word,
         Any<'#', ';', '/', '?', ':', '@', '&', '=', '+', '$', ',', '_', '.', '!', '~', '*', '\'', '(', ')', '[', ']'>,
         Pattern::EscapedByte>>;
}
inline const RegEx& Tag() {
  return of<Or<Pattern::Word, Any<'#', ';', '/', '?', ':', '@', '&', '=', '+', '$', '_', '.', '~', '*', '\'', '(', ')'>,
               Pattern::EscapedByte>>;
}
inline const RegEx& PlainScalar() {
  return of<Not<
      Or<Pattern::BlankOrBreak, Any<',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`'>,
         Seq<Any<'-', '?', ':'>, Pattern::BlankBreakOrEnd>>>>;
}
inline const RegEx& PlainScalarInFlow() {
  return of<Not<Or<Pattern::BlankOrBreak,
                   Any<'?', ',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`'>,
                   Seq<Any<'-', ':'>, Or<Pattern::Blank, Pattern::End>>>>>;
}
inline const RegEx& ScanScalarEnd() {
  return of<Or<Pattern::EndScalar, Seq<Pattern::BlankOrBreak, Pattern::Comment>>>;
}
inline const RegEx& ScanScalarEndInFlow() {
  return of<Or<Pattern::EndScalarInFlow, Seq<Pattern::BlankOrBreak, Pattern::Comment>>>;
}
inline const RegEx& EscSingleQuote() {
  return of<Pattern::DoubledQuote>;
}
inline const RegEx& EscBreak() {
  return of<Seq<Any<'\\'>, Pattern::Break>>;
}
inline const RegEx& Chomp() {
  return of<Or<Seq<Pattern::ChompIndicator, Pattern::Digit>, Seq<Pattern::Digit, Pattern::ChompIndicator>,
               Pattern::ChompIndicator, Pattern::Digit>>;
}

std::string Escape(Stream& in);

}  // namespace Exp

namespace Keys {
inline constexpr char Directive = '%', FlowSeqStart = '[', FlowSeqEnd = ']', FlowMapStart = '{', FlowMapEnd = '}',
                      FlowEntry = ',', Alias = '*', Anchor = '&', Tag = '!', LiteralScalar = '|', FoldedScalar = '>',
                      VerbatimTagStart = '<', VerbatimTagEnd = '>';
}  // namespace Keys
}  // namespace YAML
