#include <algorithm>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "mapping/document.h"
#include "mapping/tree_builder.h"

namespace crmsync::mapping {
namespace {

/// Turns nlohmann's SAX events into nodes. The parser does not tell where a token stands, so a cursor follows it: the
/// next token starts behind white space, commas and colons, and the text was validated by the parser up to its end.
class TreeSax {
 public:
  TreeSax(std::string_view text, const PositionIndex& positions, Diagnostics& diagnostics)
      : text_(text), positions_(positions), diagnostics_(diagnostics), builder_(positions, diagnostics) {}

  bool null() { return literal(NodeKind::null, 4, false); }
  bool boolean(bool value) { return literal(NodeKind::boolean, value ? 4 : 5, value); }
  bool number_integer(std::int64_t) { return number(); }
  bool number_unsigned(std::uint64_t) { return number(); }
  bool number_float(double, const std::string&) { return number(); }
  bool string(std::string& text) { return quoted(text); }
  bool key(std::string& text) { return quoted(text); }
  bool binary(nlohmann::json::binary_t&) { return false; }  // JSON has none
  bool start_object(std::size_t) { return builder_.open(NodeKind::map, advance(1).begin); }
  bool start_array(std::size_t) { return builder_.open(NodeKind::list, advance(1).begin); }
  bool end_object() { return builder_.close(advance(1).end) != nullptr; }
  bool end_array() { return builder_.close(advance(1).end) != nullptr; }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& error) {
    // `position` counts the bytes read, the one that did not fit included; at the end it is one too far.
    const std::size_t at = std::min(position == 0 ? 0 : position - 1, text_.size());
    Diagnostic diagnostic = make_diagnostic(Code::FIL002, message_of(error.what()), positions_.range(at, at + 1));
    diagnostic.hint = hint_at(at);
    diagnostics_.push_back(std::move(diagnostic));
    return false;
  }

  ParsedRoot take_root() { return builder_.take_root(); }

 private:
  Extent advance(std::size_t length) {
    while (at_ < text_.size() && std::string_view(" \t\r\n,:").find(text_[at_]) != std::string_view::npos) ++at_;
    const std::size_t begin = at_;
    at_ = std::min(at_ + length, text_.size());
    return {begin, at_};
  }

  bool literal(NodeKind kind, std::size_t length, bool value) {
    Node node;
    node.kind = kind;
    node.boolean = value;
    node.extent = advance(length);
    return builder_.scalar(std::move(node));
  }

  bool number() {
    Node node;
    node.kind = NodeKind::number;
    node.extent.begin = advance(0).begin;
    at_ = std::min(text_.find_first_not_of("+-.0123456789eE", at_), text_.size());
    node.extent.end = at_;
    node.text = text_.substr(node.extent.begin, at_ - node.extent.begin);
    return builder_.scalar(std::move(node));
  }

  bool quoted(std::string& text) {
    Node node;
    node.kind = NodeKind::string;
    node.text = std::move(text);
    node.extent.begin = advance(1).begin;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    at_ = std::min(at_ + 1, text_.size());
    node.extent.end = at_;
    return builder_.scalar(std::move(node));
  }

  /// The parser's own words, without its class, place and last token: `syntax error while parsing object - expected …`.
  static std::string message_of(std::string_view what) {
    if (what.find("out_of_range") != std::string_view::npos) return "a number is too large";
    const std::size_t expected = what.rfind("; expected ");
    if (expected != std::string_view::npos)
      return "the JSON is broken here: expected " + std::string(what.substr(expected + 11));
    const std::size_t invalid = what.find("invalid ");
    const std::size_t last_read = what.find("; last read");
    if (invalid != std::string_view::npos && last_read != std::string_view::npos && invalid < last_read) {
      return "the JSON is broken here: " + std::string(what.substr(invalid, last_read - invalid));
    }
    return "the JSON is broken here";
  }

  std::string hint_at(std::size_t at) const {
    if (at >= text_.size()) return "the file ends too early: close each quote, { and [";
    const std::size_t before = at == 0 ? std::string_view::npos : text_.find_last_not_of(" \t\r\n", at - 1);
    const bool after_comma = before != std::string_view::npos && text_[before] == ',';
    if (after_comma && (text_[at] == '}' || text_[at] == ']')) return "remove the comma before the closing bracket";
    if (text_[at] == '/' || text_[at] == '#') return "JSON has no comments; write the file in YAML to have them";
    if (text_[at] == '\'') return "JSON texts stand in double quotes";
    return "a file that begins with { is read as JSON: keys and texts stand in double quotes, parts are separated by "
           "commas";
  }

  std::string_view text_;
  const PositionIndex& positions_;
  Diagnostics& diagnostics_;
  TreeBuilder builder_;
  std::size_t at_ = 0;
};

}  // namespace

ParsedRoot parse_json(std::string_view text, const PositionIndex& positions, Diagnostics& diagnostics) {
  TreeSax sax(text, positions, diagnostics);
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &sax)) return std::nullopt;
  return sax.take_root();
}

}  // namespace crmsync::mapping
