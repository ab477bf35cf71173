#include "expression/compiler.h"
#include "expression/literals.h"

namespace crmsync::expression {

/// Compiles the constant that was just pushed as the pattern of `matches`, so that a mistake is found before any
/// record.
void Compiler::constant_pattern(const Node& call) {
  const Value& constant = constant_at(here().instruction - 1);
  // In `cel` && and || absorb the error of a pattern as they do any other, so it is one of the evaluation there.
  if (!constant.is(Kind::string) || (absorbing_ > 0 && scope_.dialect == Dialect::cel)) return;
  const std::string_view pattern = constant.view();
  regex::Mistake mistake;
  if (code_->patterns.add(pattern, mistake)) return;
  const Node& node = ast_->child(call, call.child_count - 1);
  std::size_t begin = node.offset, end = node.mark + node.mark_length;
  if (node.kind == NodeKind::literal) {
    const Token token{TokenKind::string, node.offset, node.mark_length};
    begin = offset_in_string(token, ast_->source, mistake.offset);
    end = offset_in_string(token, ast_->source, mistake.offset + mistake.length);
  }
  std::string message = "the regular expression is malformed: ";
  message += mistake.what;
  // Of a single sign the message says all.
  if (mistake.length > 1 && mistake.length <= 40) {
    message += ", found '";
    message += pattern.substr(mistake.offset, mistake.length);
    message += '\'';
  }
  sink().add(Code::EXP024, begin, end - begin, std::move(message), mistake.hint);
}

}  // namespace crmsync::expression
