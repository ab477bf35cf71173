// yaml-cpp's Token without the names that its printing needs, and with texts that move: the scanner copies each text
// into a token, and the token into its queue, as the last that it does with either.
#pragma once
#define TOKEN_H_62B23520_7C8E_11DE_8A39_0800200C9A66
#include <yaml-cpp/mark.h>

#include <iostream>
#include <string>
#include <utility>
#include <vector>

namespace YAML {

struct Token {
  enum STATUS { VALID, INVALID, UNVERIFIED };
  enum TYPE {
    DIRECTIVE,
    DOC_START,
    DOC_END,
    BLOCK_SEQ_START,
    BLOCK_MAP_START,
    BLOCK_SEQ_END,
    BLOCK_MAP_END,
    BLOCK_ENTRY,
    FLOW_SEQ_START,
    FLOW_MAP_START,
    FLOW_SEQ_END,
    FLOW_MAP_END,
    FLOW_MAP_COMPACT,
    FLOW_ENTRY,
    KEY,
    VALUE,
    ANCHOR,
    ALIAS,
    TAG,
    PLAIN_SCALAR,
    NON_PLAIN_SCALAR
  };

  struct Text : std::string {
    using std::string::operator=;
    void operator=(std::string& taken) { std::string::operator=(std::move(taken)); }
  };

  Token(TYPE type, const Mark& mark) : type(type), mark(mark) {}
  Token(Token&&) = default;
  Token(Token& taken) : Token(std::move(taken)) {}
  Token(const Token& taken) : Token(const_cast<Token&>(taken)) {}

  friend std::ostream& operator<<(std::ostream& out, const Token&) { return out; }

  STATUS status = VALID;
  TYPE type;
  Mark mark;
  Text value;
  std::vector<std::string> params;
  int data = 0;
};

}  // namespace YAML
