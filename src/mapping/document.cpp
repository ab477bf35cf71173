#include "mapping/document.h"

#include <utility>

#include "json/utf8.h"

namespace crmsync::mapping {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

void report(Diagnostics& diagnostics, Code code, const Words& message, const Words& hint, Range range) {
  Diagnostic diagnostic = make_diagnostic(code, message, range);
  diagnostic.hint = hint.joined();
  diagnostics.push_back(std::move(diagnostic));
}

}  // namespace

std::optional<Document> read_document(std::string_view text, Diagnostics& diagnostics) {
  const Range start{{1, 1}, {1, 1}};
  if (text.size() > max_document_bytes) {
    report(diagnostics, Code::FIL004,
           {"the mapping file has ", std::to_string(text.size()), " bytes, more than 1 MB (1048576 bytes)"},
           "split it into one file per CRM object", start);
    return std::nullopt;
  }
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  if (const std::size_t bad = utf8::find_invalid(text); bad != std::string_view::npos) {
    const Position position = position_at(text, bad);
    report(diagnostics, Code::FIL003, "this byte is not valid UTF-8", "save the file in the encoding UTF-8",
           {position, {position.line, position.column + 1}});
    return std::nullopt;
  }

  PositionIndex positions(text);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const bool json = first != std::string_view::npos && text[first] == '{';
  const std::size_t before = diagnostics.size();
  ParsedRoot root = json ? parse_json(text, positions, diagnostics) : parse_yaml(text, positions, diagnostics);
  if (!root) return std::nullopt;
  if (root->kind == NodeKind::null && diagnostics.size() == before) {
    report(diagnostics, Code::FIL008, "the mapping file is empty", "a mapping file has at least a `field_mapping`",
           start);
    return std::nullopt;
  }
  return Document{text, std::move(positions), std::move(*root)};
}

std::string pointer_to(const std::string& parent, std::string_view token) {
  std::string pointer;
  pointer.reserve(parent.size() + 1 + token.size());
  pointer.append(parent) += '/';
  for (const char c : token) {
    if (c == '~')
      pointer += "~0";
    else if (c == '/')
      pointer += "~1";
    else
      pointer += c;
  }
  return pointer;
}

Diagnostic nested_too_deeply(Range range) {
  Diagnostic diagnostic = make_diagnostic(
      Code::FIL005,
      {"lists and maps stand inside each other more than ", std::to_string(max_document_depth), " levels deep"}, range);
  diagnostic.hint = "a mapping file needs fewer than ten levels";
  return diagnostic;
}

}  // namespace crmsync::mapping
