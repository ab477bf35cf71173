#include "diagnostics/diagnostic.h"

#include <algorithm>
#include <utility>

#include "json/sort.h"
#include "json/writer.h"

namespace crmsync {
namespace {

void append_member(std::string& out, std::string_view key, std::string_view text) {
  out += ",\"";
  out += key;
  out += "\":";
  json::append_string(out, text);
}

void append_member(std::string& out, std::string_view key, std::uint32_t number) {
  out += ",\"";
  out += key;
  out += "\":";
  out += std::to_string(number);
}

}  // namespace

Diagnostic make_diagnostic(Code code, const Words& message, Range range, const Words& path) {
  Diagnostic diagnostic;
  diagnostic.code = code;
  diagnostic.severity = code_severity(code);
  diagnostic.message = message.joined();
  diagnostic.path = path.joined();
  diagnostic.range = range;
  return diagnostic;
}

bool has_errors(const Diagnostics& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& diagnostic) { return diagnostic.severity == Severity::error; });
}

void sort_by_place(Diagnostics& diagnostics) {
  sort_items(diagnostics, 0, [](const Diagnostic& a, const Diagnostic& b) {
    const Position left = a.range.begin, right = b.range.begin;
    return left.line != right.line ? left.line < right.line : left.column < right.column;
  });
}

void append_json(std::string& out, const Diagnostic& diagnostic) {
  out += "{\"code\":";
  json::append_string(out, code_name(diagnostic.code));
  append_member(out, "severity", severity_name(diagnostic.severity));
  append_member(out, "message", diagnostic.message);
  if (!diagnostic.hint.empty()) append_member(out, "hint", diagnostic.hint);
  if (!diagnostic.suggestion.empty()) append_member(out, "suggestion", diagnostic.suggestion);
  if (!diagnostic.zones.empty()) {
    out.append(",\"zones\":[").append(diagnostic.zones, 0, diagnostic.zones.size() - 1) += ']';
  }
  append_member(out, "path", diagnostic.path);
  append_member(out, "line", diagnostic.range.begin.line);
  append_member(out, "column", diagnostic.range.begin.column);
  append_member(out, "endLine", diagnostic.range.end.line);
  append_member(out, "endColumn", diagnostic.range.end.column);
  out += '}';
}

}  // namespace crmsync
