#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "diagnostics/codes.h"
#include "diagnostics/position.h"
#include "diagnostics/words.h"

namespace crmsync {

/// One mistake or warning, said so that the person who made it can mend it.
struct Diagnostic {
  Code code = Code::none;
  Severity severity = Severity::error;
  std::string message;     // what is wrong here, with the names concerned; never a record's values
  std::string hint;        // what to do about it; may be empty
  std::string suggestion;  // the name that was probably meant; may be empty
  std::string zones;       // the time zones whose tables were not handed in, as JSON strings, a comma behind each
  std::string path;        // JSON pointer (RFC 6901) into the file or record
  Range range;             // in the text that the diagnostic is about
};

using Diagnostics = std::vector<Diagnostic>;

/// A diagnostic with its code's own severity.
Diagnostic make_diagnostic(Code code, const Words& message, Range range = {}, const Words& path = {});

bool has_errors(const Diagnostics& diagnostics);

/// Puts diagnostics in the order of their places, as people read a file; those without a place come first.
void sort_by_place(Diagnostics& diagnostics);

/// The candidate nearest to `name` by edit distance, if near enough to be a misspelling of it; else "".
std::string_view nearest_name(std::string_view name, const std::vector<std::string_view>& candidates);
/// The same with an edit distance of at most `at_most`; 0 is another case, or `-` for `_`.
std::string_view nearest_name(std::string_view name, const std::vector<std::string_view>& candidates,
                              std::size_t at_most);

/// `file:line:column: error MAP001: message`, the line of source with a caret under the range, and the hint.
std::string render(const Diagnostic& diagnostic, std::string_view file_name, std::string_view source);

/// The diagnostic as the `Diagnostic` object of the package, appended to `out` as JSON.
void append_json(std::string& out, const Diagnostic& diagnostic);

}  // namespace crmsync
