// The only file that knows yaml-cpp.
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <utility>

#include "mapping/core_schema.h"
#include "mapping/document.h"
#include "mapping/scalar_source.h"
#include "mapping/tree_builder.h"
#include "mapping/yaml_mistake.h"

namespace crmsync::mapping {
namespace {

/// Thrown through yaml-cpp when a diagnostic says why parsing ends.
struct Stop {};

constexpr std::string_view core_tag = "tag:yaml.org,2002:";

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// yaml-cpp writes the escapes \N (U+0085) and \_ (U+00A0) as Latin-1; this makes them UTF-8.
std::string with_valid_escapes(const std::string& text) {
  if (std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return text;
  std::string valid;
  valid.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const unsigned char lead = static_cast<unsigned char>(text[i]);
    if ((lead & 0xC0) == 0x80) valid += '\xC2';
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    valid.append(text, i, length);
    i += length;
  }
  return valid;
}

std::size_t weight_of(const Node& node) {
  std::size_t weight = own_weight(node);
  for (const Node& element : node.elements) weight += weight_of(element);
  for (const NodeMember& member : node.members) weight += own_weight(member.key) + weight_of(member.value);
  return weight;
}

std::size_t height_of(const Node& node) {
  std::size_t below = 0;
  for (const Node& element : node.elements) below = std::max(below, height_of(element));
  for (const NodeMember& member : node.members) below = std::max(below, height_of(member.value));
  return node.kind == NodeKind::list || node.kind == NodeKind::map ? below + 1 : 0;
}

/// Turns yaml-cpp's events into nodes. Its marks count bytes behind the byte order mark, so `pos` is the offset.
class TreeHandler : public YAML::EventHandler {
 public:
  TreeHandler(std::string_view text, const PositionIndex& positions, Diagnostics& diagnostics)
      : text_(text), positions_(positions), diagnostics_(diagnostics), builder_(positions, diagnostics) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (!builder_.complete()) return;
    const std::size_t at = offset(mark);
    if (text_.substr(at).starts_with("---") ||
        text_.substr(builder_.last_end(), at - std::min(at, builder_.last_end())).find("\n...") !=
            std::string_view::npos) {
      stop(Code::FIL009, "a second document begins here", "put each mapping into a file of its own", {at, at + 3});
    }
    stop(Code::FIL001, "this does not belong to what stands above",
         "check the indentation, and put texts with special signs in quotes", {at, at + 1});
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node node;
    const std::size_t begin = behind_properties(offset(mark));
    for (const std::string_view word : {"null", "Null", "NULL", "~"}) {
      if (text_.substr(begin).starts_with(word)) node.text = word;
    }
    if (node.text.empty()) {
      // Nothing is written there, and the mark is that of the next token: the place is behind the key.
      std::size_t at = builder_.last_end();
      while (at < text_.size() && (text_[at] == ' ' || text_[at] == '\t')) ++at;
      if (at < text_.size() && text_[at] == ':') ++at;
      node.extent = {at, at};
    } else {
      node.extent = {begin, begin + node.text.size()};
    }
    add_scalar(std::move(node), anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node node;
    const std::size_t begin = behind_properties(offset(mark));
    node.text = with_valid_escapes(value);
    const bool verbatim = verbatim_text(text_, begin, node.text) != std::string_view::npos;
    if (!verbatim && is_unclosed_quote(begin)) {
      stop(Code::FIL001, "a quoted text is never closed",
           "add the closing quote; a quote inside single quotes is doubled ('')", {begin, begin + 1});
    }
    const std::optional<std::size_t> end = scalar_end(text_, begin, node.text);
    node.extent = {begin, end ? *end : std::min(text_.find('\n', begin), text_.size())};
    node.kind = kind_of(tag, node);
    node.boolean = node.kind == NodeKind::boolean && is_true(node.text);
    add_scalar(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const std::size_t begin = offset(mark);
    std::size_t end = begin;
    while (end < text_.size() && !is_space(text_[end]) && text_[end] != ',' && text_[end] != ']' && text_[end] != '}')
      ++end;
    if (anchor >= anchors_.size() || !anchors_[anchor].complete) {
      stop(Code::FIL006, "an alias stands inside the value that it repeats",
           "an alias can only repeat what is complete above it", {begin, end});
    }
    const Anchored& anchored = anchors_[anchor];
    if (!builder_.subtree(anchored.node, anchored.weight, anchored.height, {begin, end})) throw Stop{};
    builder_.place_last_end(end);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(NodeKind::list, mark, tag, anchor);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(NodeKind::map, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(']'); }
  void OnMapEnd() override { close('}'); }

  ParsedRoot take_root() {
    if (!builder_.complete()) return Node{};
    return builder_.take_root();
  }
  std::size_t last_end() const { return builder_.last_end(); }

 private:
  struct Anchored {
    Node node;
    std::size_t weight = 0;
    std::size_t height = 0;
    bool complete = false;
  };
  struct Open {
    std::size_t begin;
    YAML::anchor_t anchor;
  };

  std::size_t offset(const YAML::Mark& mark) const {
    return mark.pos < 0 ? text_.size() : std::min(static_cast<std::size_t>(mark.pos), text_.size());
  }

  [[noreturn]] void stop(Code code, const Words& message, const Words& hint, Extent where) {
    Diagnostic diagnostic = make_diagnostic(code, message, positions_.range(where.begin, where.end));
    diagnostic.hint = hint.joined();
    diagnostics_.push_back(std::move(diagnostic));
    throw Stop{};
  }

  /// A node's mark is that of its anchor or tag, where it has one; the node itself stands behind them.
  std::size_t behind_properties(std::size_t at) const {
    while (at < text_.size() && (text_[at] == '&' || text_[at] == '!')) {
      while (at < text_.size() && !is_space(text_[at])) ++at;
      while (at < text_.size() && (is_space(text_[at]) || text_[at] == '#')) {
        if (text_[at] == '#')
          at = std::min(text_.find('\n', at), text_.size());
        else
          ++at;
      }
    }
    return at;
  }

  /// yaml-cpp takes the end of a file that ends in a line break for a closing quote.
  bool is_unclosed_quote(std::size_t at) const {
    const char quote = at < text_.size() ? text_[at] : ' ';
    if (quote != '\'' && quote != '"') return false;
    for (++at; at < text_.size(); ++at) {
      if (text_[at] == '\\' && quote == '"') {
        ++at;
      } else if (text_[at] == quote) {
        if (quote == '"' || at + 1 >= text_.size() || text_[at + 1] != quote) return false;
        ++at;
      }
    }
    return true;
  }

  NodeKind kind_of(const std::string& tag, const Node& node) {
    if (tag == "?") return resolve_plain_scalar(node.text);
    if (tag == "!" || tag == std::string(core_tag) + "str") return NodeKind::string;
    const std::string_view name = std::string_view(tag).starts_with(core_tag)
                                      ? std::string_view(tag).substr(core_tag.size())
                                      : std::string_view(tag);
    const NodeKind kind = resolve_plain_scalar(node.text);
    const bool fits = (name == "null" && kind == NodeKind::null) || (name == "bool" && kind == NodeKind::boolean) ||
                      ((name == "int" || name == "float") && kind == NodeKind::number);
    if (!fits) unknown_tag(name, node.extent);
    return fits ? kind : NodeKind::string;
  }

  void unknown_tag(std::string_view tag, Extent where) {
    Diagnostic diagnostic = make_diagnostic(Code::FIL001, {"the tag `", tag, "` does not fit this value"},
                                            positions_.range(where.begin, where.end));
    diagnostic.hint = "mapping files need no tags; a text that starts with ! must stand in quotes";
    diagnostics_.push_back(std::move(diagnostic));
  }

  void add_scalar(Node node, YAML::anchor_t anchor) {
    if (anchor != 0) remember(anchor, node);
    if (!builder_.scalar(std::move(node))) throw Stop{};
  }

  void open(NodeKind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    const std::size_t begin = behind_properties(offset(mark));
    if (tag != "?" && tag != "!" && tag != std::string(core_tag) + (kind == NodeKind::map ? "map" : "seq"))
      unknown_tag(tag, {begin, begin + 1});
    if (!builder_.open(kind, begin)) throw Stop{};
    if (anchor != 0 && anchor >= anchors_.size()) anchors_.resize(anchor + 1);
    open_.push_back({begin, anchor});
  }

  void close(char bracket) {
    const Open opened = open_.back();
    open_.pop_back();
    std::size_t end = std::max(builder_.last_end(), opened.begin);
    if (opened.begin < text_.size() && text_[opened.begin] == (bracket == ']' ? '[' : '{'))
      end = behind_bracket(std::max(end, opened.begin + 1), bracket);
    const Node* node = builder_.close(end);
    if (opened.anchor != 0) remember(opened.anchor, *node);
  }

  /// The end of a flow collection whose last part ends at `at`.
  std::size_t behind_bracket(std::size_t at, char bracket) const {
    std::size_t next = at;
    while (next < text_.size() &&
           (is_space(text_[next]) || text_[next] == ',' || text_[next] == ':' || text_[next] == '#')) {
      if (text_[next] == '#')
        next = std::min(text_.find('\n', next), text_.size());
      else
        ++next;
    }
    return next < text_.size() && text_[next] == bracket ? next + 1 : at;
  }

  void remember(YAML::anchor_t anchor, const Node& node) {
    if (anchor >= anchors_.size()) anchors_.resize(anchor + 1);
    const std::size_t weight = weight_of(node);
    // The copy counts as well, else anchors inside anchors would multiply the memory by the depth.
    if (!builder_.count(weight, node.extent)) throw Stop{};
    anchors_[anchor] = {node, weight, height_of(node), true};
  }

  std::string_view text_;
  const PositionIndex& positions_;
  Diagnostics& diagnostics_;
  TreeBuilder builder_;
  std::vector<Open> open_;
  std::vector<Anchored> anchors_;
};

/// yaml-cpp takes U+0004 for the end of the file and a NUL for a sign of UTF-16; YAML allows no such characters.
bool report_control_character(std::string_view text, const PositionIndex& positions, Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const unsigned char byte = static_cast<unsigned char>(text[i]);
    if ((byte >= 0x20 && byte != 0x7F) || byte == '\t' || byte == '\n' || byte == '\r') continue;
    constexpr std::string_view digits = "0123456789ABCDEF";
    const std::string name = {'U', '+', '0', '0', digits[byte >> 4], digits[byte & 15]};
    Diagnostic diagnostic = make_diagnostic(Code::FIL001, {"the control character ", name, " cannot stand in YAML"},
                                            positions.range(i, i + 1));
    diagnostic.hint = "remove it, or write it as an escape in double quotes";
    diagnostics.push_back(std::move(diagnostic));
    return true;
  }
  return false;
}

/// Inside nested brackets yaml-cpp keeps all tokens until the bracket closes, before it reports any. Counting what
/// separates them bounds its memory; a file within `max_document_nodes` has no use for as many.
bool report_too_many_parts(std::string_view text, const PositionIndex& positions, Diagnostics& diagnostics) {
  std::size_t parts = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    parts += text[i] == ',' || text[i] == '[' || text[i] == '{';
    if (parts <= max_document_nodes) continue;
    Diagnostic diagnostic = make_diagnostic(
        Code::FIL006, {"the file holds more than ", std::to_string(max_document_nodes), " commas and opening brackets"},
        positions.range(i, i + 1));
    diagnostic.hint = "split the mapping into several files";
    diagnostics.push_back(std::move(diagnostic));
    return true;
  }
  return false;
}

}  // namespace

ParsedRoot parse_yaml(std::string_view text, const PositionIndex& positions, Diagnostics& diagnostics) {
  if (report_control_character(text, positions, diagnostics)) return std::nullopt;
  if (report_too_many_parts(text, positions, diagnostics)) return std::nullopt;
  TreeHandler handler(text, positions, diagnostics);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(handler)) {
    }
  } catch (const Stop&) {
    return std::nullopt;
  } catch (const YAML::DeepRecursion& deep) {
    const std::size_t at = static_cast<std::size_t>(std::max(deep.mark.pos, 0));
    diagnostics.push_back(nested_too_deeply(positions.range(at, at + 1)));
    return std::nullopt;
  } catch (const YAML::Exception& exception) {
    const std::size_t at = exception.mark.pos < 0 ? text.size() : static_cast<std::size_t>(exception.mark.pos);
    YamlMistake mistake = explain_yaml_mistake(text, at, handler.last_end(), exception.msg);
    Diagnostic diagnostic =
        make_diagnostic(Code::FIL001, std::move(mistake.message), positions.range(mistake.offset, mistake.offset + 1));
    diagnostic.hint = std::move(mistake.hint);
    diagnostics.push_back(std::move(diagnostic));
    return std::nullopt;
  }
  return handler.take_root();
}

}  // namespace crmsync::mapping
