#include "mapping/yaml_mistake.h"

#include <algorithm>

namespace crmsync::mapping {
namespace {

struct Explanation {
  std::string_view parser_message;  // begins with this
  std::string_view message;
  std::string_view hint;
};

constexpr std::string_view quote_hint = "put the text in quotes if the sign belongs to it";
constexpr std::string_view bracket_hint =
    "close each [ and {, put commas between their parts, and put texts with braces, such as \"{{first_name}}\", in "
    "quotes";
constexpr std::string_view indentation_hint =
    "check the indentation of this line and of the lines above, and that texts with `: ` stand in quotes";

constexpr Explanation explanations[] = {
    {"illegal tab", "a tab stands where only spaces may indent", "indent with spaces"},
    {"illegal map value", "a `:` stands where no value can begin",
     "a text that holds `: ` must stand in quotes; otherwise check the indentation"},
    {"illegal map key", "a `? ` stands where no key can begin", quote_hint},
    {"illegal block entry", "a `- ` stands where no list item can begin",
     "list items stand on lines of their own, all equally indented"},
    {"illegal flow end", "a closing bracket has no opening one of its kind", bracket_hint},
    {"end of map flow not found", "a map in { } is broken or never closed", bracket_hint},
    {"end of sequence flow not found", "a list in [ ] is broken or never closed", bracket_hint},
    {"end of map not found", "this does not fit into the map around it", indentation_hint},
    {"end of sequence not found", "this does not fit into the list around it",
     "each item of a list starts with `- `, all equally indented"},
    {"unknown escape character", "a backslash in double quotes is followed by a sign that makes no escape",
     "write \\\\ for a backslash, or use single quotes, which know no escapes"},
    {"bad character found while scanning hex", "an escape needs hexadecimal digits",
     "write \\xHH, \\uHHHH or \\UHHHHHHHH, or use single quotes"},
    {"invalid unicode", "an escape names no Unicode character",
     "write characters beyond U+FFFF as \\UHHHHHHHH or as they are"},
    {"illegal document indicator", "a document mark (--- or ...) stands inside a quoted text",
     "close the quote before it"},
    {"the referenced anchor is not defined", "an alias (*name) has no anchor (&name) before it",
     "a text that starts with * must stand in quotes"},
    {"alias not found", "a * stands without a name behind it", quote_hint},
    {"anchor not found", "a & stands without a name behind it", quote_hint},
    {"illegal character found while scanning", "the name of an anchor or alias holds a sign that it cannot",
     quote_hint},
    {"cannot set zero indentation", "a block text cannot be indented by 0", "remove the digit behind | or >"},
    {"unexpected character in block scalar", "something stands behind the | or > of a block text",
     "the text starts on the next line; a text that starts with | or > must stand in quotes"},
    {"unknown token", "a text cannot begin with this sign",
     "put the whole text in quotes, such as \"`First Name`\" or \"@home\""},
};

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
bool is_word(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// The opening quote, at or after `from`, that is never closed; npos when there is none.
std::size_t unclosed_quote(std::string_view text, std::size_t from) {
  for (std::size_t i = from; i < text.size(); ++i) {
    const char c = text[i];
    const bool starts_token = i == 0 || std::string_view(" \t\n\r[{,:").find(text[i - 1]) != std::string_view::npos;
    if (!starts_token) continue;
    if (c == '#') {
      i = std::min(text.find('\n', i), text.size() - 1);
    } else if (c == '"' || c == '\'') {
      const std::size_t open = i++;
      while (i < text.size() && text[i] != c) i += c == '"' && text[i] == '\\' ? 2 : 1;
      if (i >= text.size()) return open;
    }
  }
  return std::string_view::npos;
}

/// The start of the line that holds `offset`, and of the next one.
std::size_t line_start(std::string_view text, std::size_t offset) {
  const std::size_t newline = text.substr(0, offset).rfind('\n');
  return newline == std::string_view::npos ? 0 : newline + 1;
}

/// The offset of a `:` right behind the first word of the line, with text right behind it; npos when there is none.
std::size_t colon_without_space(std::string_view text, std::size_t line) {
  std::size_t i = line;
  while (i < text.size() && (is_blank(text[i]) || text[i] == '-')) ++i;
  const std::size_t word = i;
  while (i < text.size() && is_word(text[i])) ++i;
  const bool glued = i > word && i + 1 < text.size() && text[i] == ':' && !is_blank(text[i + 1]) &&
                     text[i + 1] != '\n' && text[i + 1] != '\r';
  return glued ? i : std::string_view::npos;
}

bool is_tab_indented(std::string_view text, std::size_t line) {
  const std::size_t end = std::min(text.find_first_not_of(" \t", line), text.size());
  return text.substr(line, end - line).find('\t') != std::string_view::npos;
}

}  // namespace

YamlMistake explain_yaml_mistake(std::string_view text, std::size_t offset, std::size_t good,
                                 std::string_view parser_message) {
  offset = std::min(offset, text.size());
  if (parser_message.starts_with("illegal EOF")) {
    const std::size_t quote = unclosed_quote(text, good);
    return {"a quoted text is never closed", "add the closing quote; a quote inside single quotes is doubled ('')",
            quote == std::string_view::npos ? offset : quote};
  }
  const std::size_t line = line_start(text, offset);
  if (is_tab_indented(text, line))
    return {"a tab stands where only spaces may indent", "indent with spaces", text.find('\t', line)};
  const bool structure = parser_message.starts_with("end of") || parser_message.starts_with("illegal map value");
  if (structure) {
    for (const std::size_t candidate : {line, line_start(text, line == 0 ? 0 : line - 1)}) {
      const std::size_t colon = colon_without_space(text, candidate);
      if (colon != std::string_view::npos)
        return {"the `:` behind a key needs a space after it", "write `key: value`", colon};
    }
  }
  for (const Explanation& explanation : explanations) {
    if (parser_message.starts_with(explanation.parser_message)) {
      return {std::string(explanation.message), std::string(explanation.hint), offset};
    }
  }
  return {"the text is not valid YAML here (" + std::string(parser_message) + ")", std::string(indentation_hint),
          offset};
}

}  // namespace crmsync::mapping
