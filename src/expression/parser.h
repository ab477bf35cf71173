#pragma once
#include <vector>

#include "expression/ast.h"
#include "expression/lexer.h"

namespace crmsync::expression {

/// Reads CEL's grammar (cel-spec, doc/langdef.md) into an `Ast`. Recursive, at most `max_nesting` levels deep. Macros
/// are calls here; the compiler knows them. After the first mistake it stops: what follows would be guesses.
class Parser {
 public:
  /// `names_in_backticks` allows them everywhere (dialect `crm`), else only after a dot.
  Parser(Lexer& lexer, IssueSink& issues, Ast& ast, bool names_in_backticks);

  /// Parses one expression, up to a token that cannot belong to it.
  bool parse(NodeId& root);
  const Token& current() const { return current_; }
  void advance() { current_ = lexer_.next(); }
  /// The issue "found …, expected `expected`" at the current token.
  void expected(std::string_view expected, std::string hint = {});

 private:
  struct Nesting;
  NodeId expression();
  NodeId binary(unsigned lowest);
  NodeId unary();
  NodeId member_chain(NodeId left);
  NodeId primary();
  NodeId number(bool negative);
  NodeId list();
  NodeId map();
  NodeId name(bool absolute);
  NodeId call(Node node, std::size_t first);
  bool arguments(TokenKind close);
  bool accept(TokenKind kind);
  bool require(TokenKind kind, std::string_view what);
  NodeId entry(bool optional);
  NodeId fail() {
    failed_ = true;
    return 0;
  }
  Node begin(NodeKind kind) const;
  NodeId add(Node node, const NodeId* children, std::size_t count);
  /// Its children are what waits from `first` on.
  NodeId add_pending(const Node& node, std::size_t first);

  Lexer& lexer_;
  IssueSink& issues_;
  Ast& ast_;
  bool names_in_backticks_;
  bool failed_ = false;
  unsigned nesting_ = 0;
  std::vector<NodeId> pending_;  // children of the calls, lists and maps that are being read
  Token current_;
};

/// Parses a whole text as one expression.
bool parse_expression(std::string_view source, bool names_in_backticks, IssueSink& issues, Ast& ast);

}  // namespace crmsync::expression
