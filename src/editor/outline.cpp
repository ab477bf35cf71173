#include "editor/outline.h"

#include <algorithm>

#include "mapping/keys.h"

namespace crmsync::editor {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

/// A list or map that is not at its end yet.
struct Open {
  std::uint32_t node = 0;
  std::int32_t indent = 0;  // the column of its keys or dashes, where it has no brackets
  std::uint32_t last = 0;   // its last child; in brackets 0 behind a comma
  bool is_map = false;
  bool is_flow = false;
};

class Outliner {
 public:
  explicit Outliner(std::string_view text) { outline_.text = text_ = text; }

  Outline run() {
    outline_.nodes.emplace_back();
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    const std::size_t first = text_.find_first_not_of(" \t\r\n", at_);
    outline_.is_json = first != std::string_view::npos && text_[first] == '{';
    while (at_ < text_.size()) line();
    find_cursor();
    return std::move(outline_);
  }

 private:
  char at(std::size_t offset) const { return offset < text_.size() ? text_[offset] : '\n'; }
  bool ends_line(std::size_t offset) const { return at(offset) == '\n'; }
  bool ends_word(std::size_t offset) const { return is_blank(at(offset)) || ends_line(offset); }
  void skip_blanks() {
    while (is_blank(at(at_))) ++at_;
  }
  void skip_line() {
    at_ = std::min(text_.find('\n', at_), text_.size());
    if (at_ < text_.size()) ++at_;
  }
  void comment() {
    skip_line();
    in_comment_ = at_ == text_.size() && text_.back() != '\n';
  }
  std::int32_t column() const { return static_cast<std::int32_t>(at_ - line_start_); }
  std::int32_t block_indent() const {
    for (std::size_t i = open_.size(); i-- > 0;) {
      if (!open_[i].is_flow) return open_[i].indent;
    }
    return -1;
  }

  std::uint32_t add(Open& open, std::size_t begin) {
    const auto index = static_cast<std::uint32_t>(outline_.nodes.size());
    Node& node = outline_.nodes.emplace_back();
    node.parent = open.node;
    node.begin = static_cast<std::uint32_t>(begin);
    open.last = index;
    return index;
  }
  void push(std::uint32_t node, bool is_map, bool is_flow) {
    outline_.nodes[node].kind = is_map ? NodeKind::map : NodeKind::list;
    outline_.nodes[node].is_flow = is_flow;
    open_.push_back({node, column(), 0, is_map, is_flow});
  }
  void typed(std::uint32_t node, bool is_key) {
    typed_ = node;
    typed_key_ = is_key;
    has_typed_ = true;
  }
  void set_key(std::uint32_t node, const Scalar& scalar) {
    outline_.nodes[node].key = scalar;
    typed(node, true);
  }
  void set_value(std::uint32_t node, const Scalar& scalar) {
    outline_.nodes[node].value = scalar;
    outline_.nodes[node].kind = NodeKind::scalar;
    typed(node, false);
  }

  void close_deeper(std::int32_t column) {
    while (!open_.empty() && open_.back().indent > column) open_.pop_back();
  }
  /// The list or map without brackets that has its children at this column; begins one where there is none.
  Open& container(bool is_map) {
    close_deeper(column());
    // The list of a key may stand at the column of the key.
    if (is_map && open_.size() > 1 && open_.back().indent == column() && !open_.back().is_map) open_.pop_back();
    if (open_.empty() || open_.back().indent != column() || open_.back().is_map != is_map)
      push(open_.empty() ? 0 : open_.back().last, is_map, false);
    return open_.back();
  }

  void line() {
    line_start_ = at_;
    skip_blanks();
    const bool is_mark = at_ == line_start_ && (text_.substr(at_).starts_with("---") || at(at_) == '%');
    if (at(at_) == '#') {
      comment();
    } else if (ends_line(at_) || is_mark) {
      skip_line();
    } else {
      content();
      if (at_ == line_start_) return;  // brackets were never closed, and ended before this line
      skip_blanks();
      at(at_) == '#' ? comment() : skip_line();
    }
  }

  void content() {
    while (at(at_) == '-' && ends_word(at_ + 1)) {
      add(container(false), at_);
      ++at_;
      skip_blanks();
      if (ends_line(at_)) return;
    }
    if (at(at_) == '#') return;
    skip_properties();
    const std::int32_t start = column();
    const std::size_t begin = at_;
    if (at(at_) == '{' || at(at_) == '[') {
      close_deeper(start);
      return flow(open_.empty() ? 0 : open_.back().last);
    }
    if (is_block_scalar() && !open_.empty() && open_.back().indent < start) return block_scalar(open_.back().last);
    const Scalar scalar = this->scalar(true, false);
    if (has_colon()) {
      const std::size_t end = at_;
      at_ = begin;  // the map stands at the column of its key
      const std::uint32_t member = add(container(true), begin);
      at_ = end + 1;
      set_key(member, scalar);
      outline_.nodes[member].has_colon = true;
      return value(member);
    }
    loose(scalar, start);
  }

  /// A scalar with no key before it in its line.
  void loose(const Scalar& scalar, std::int32_t column) {
    close_deeper(column);
    if (!open_.empty() && open_.back().indent == column) {
      if (!open_.back().is_map && open_.size() > 1 && open_[open_.size() - 2].indent == column) open_.pop_back();
      if (open_.back().is_map) set_key(add(open_.back(), scalar.begin), scalar);  // a key that is being typed
      return;
    }
    const std::uint32_t target = open_.empty() ? 0 : open_.back().last;
    Node& node = outline_.nodes[target];
    if (node.kind == NodeKind::nothing) {
      set_value(target, scalar);
    } else if (node.kind == NodeKind::scalar && node.value.style == Style::plain) {
      node.value.end = scalar.end;  // a text over more than one line
      typed(target, false);
    }
  }

  void value(std::uint32_t node) {
    skip_blanks();
    if (ends_line(at_) || at(at_) == '#') return;
    skip_properties();
    if (ends_line(at_)) return;
    if (at(at_) == '{' || at(at_) == '[') return flow(node);
    if (is_block_scalar()) return block_scalar(node);
    set_value(node, scalar(false, false));
  }

  /// Anchors and tags.
  void skip_properties() {
    while (at(at_) == '&' || at(at_) == '!') {
      while (!ends_word(at_)) ++at_;
      skip_blanks();
    }
  }
  bool has_colon() {
    const std::size_t before = at_;
    skip_blanks();
    if (at(at_) == ':' && ends_word(at_ + 1)) return true;
    at_ = before;
    return false;
  }

  bool is_block_scalar() const {
    if (at(at_) != '|' && at(at_) != '>') return false;
    std::size_t end = at_ + 1;
    while (at(end) == '+' || at(end) == '-' || (at(end) >= '1' && at(end) <= '9')) ++end;
    while (is_blank(at(end))) ++end;
    return ends_line(end) || at(end) == '#';
  }
  void block_scalar(std::uint32_t node) {
    Scalar scalar{static_cast<std::uint32_t>(at_), 0, Style::block, true};
    const std::int32_t parent = block_indent();
    skip_line();
    while (at_ < text_.size()) {
      line_start_ = at_;
      skip_blanks();
      if (!ends_line(at_) && column() <= parent) break;
      skip_line();
    }
    at_ = at_ < text_.size() ? line_start_ : at_;
    line_start_ = at_;  // nothing is left of the line
    scalar.end = static_cast<std::uint32_t>(at_);
    set_value(node, scalar);
  }

  Scalar scalar(bool is_key, bool in_flow) {
    Scalar scalar{static_cast<std::uint32_t>(at_), 0, Style::plain, true};
    const char quote = at(at_);
    if (quote == '"' || quote == '\'') {
      scalar.style = quote == '"' ? Style::double_quoted : Style::single_quoted;
      scalar.is_closed = to_closing_quote(quote);
      scalar.end = static_cast<std::uint32_t>(at_);
      return scalar;
    }
    std::size_t end = at_;
    for (; !ends_line(at_); ++at_) {
      const char c = at(at_);
      if (c == '#' && at_ > scalar.begin && is_blank(at(at_ - 1))) break;
      if (c == ':' && (is_key || in_flow) && (ends_word(at_ + 1) || (in_flow && ends_flow(at(at_ + 1))))) break;
      if (in_flow && ends_flow(c)) break;
      if (!is_blank(c)) end = at_ + 1;
    }
    scalar.end = static_cast<std::uint32_t>(end);
    return scalar;
  }
  static bool ends_flow(char c) { return c == ',' || c == '[' || c == ']' || c == '{' || c == '}'; }

  /// False where none comes: then the text ends with its line, or with those that are indented as it must be.
  bool to_closing_quote(char quote) {
    const std::int32_t parent = block_indent();
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == quote && !(quote == '\'' && at(at_ + 1) == quote)) {
        ++at_;
        return true;
      }
      if ((c == quote || (quote == '"' && c == '\\')) && !ends_line(at_ + 1)) {
        ++at_;
      } else if (c == '\n') {
        const std::size_t next = text_.find_first_not_of(" \t\r\n", at_);
        if (outline_.is_json || next == std::string_view::npos) return false;
        const std::size_t start = text_.rfind('\n', next) + 1;
        if (static_cast<std::int32_t>(next - start) <= parent) return false;
        line_start_ = start;
      }
    }
    return false;
  }

  /// All that is in brackets.
  void flow(std::uint32_t target) {
    const std::size_t outside = open_.size();
    push(target, at(at_) == '{', true);
    for (++at_; at_ < text_.size() && open_.size() > outside;) {
      const char c = text_[at_];
      Open& top = open_.back();
      if (c == '\n') {
        line_start_ = ++at_;
        skip_blanks();
        const char begins = at(at_);
        const bool is_word =
            begins == '-' || begins == '_' || (begins >= 'a' && begins <= 'z') || (begins >= 'A' && begins <= 'Z');
        open_.resize(is_word && ends_brackets(outside) ? outside : open_.size());
        if (open_.size() == outside) at_ = line_start_;
      } else if (is_blank(c)) {
        ++at_;
      } else if (c == '#' && is_blank(text_[at_ - 1])) {
        comment();
        if (!in_comment_) --at_;  // the line's end tells where the next one begins
      } else if (c == '{' || c == '[') {
        push(flow_target(), c == '{', true);
        ++at_;
      } else if (c == '}' || c == ']') {
        open_.pop_back();
        ++at_;
      } else if (c == ',') {
        top.last = 0;
        ++at_;
      } else if (c == ':' && (top.is_map || ends_word(at_ + 1))) {
        if (top.is_map && top.last) outline_.nodes[top.last].has_colon = true;
        ++at_;
      } else {
        flow_scalar();
      }
    }
  }
  /// Whether a line that begins with a word belongs to what stands around the brackets.
  bool ends_brackets(std::size_t outside) const { return outside > 0 && column() <= open_[outside - 1].indent; }
  /// The node whose value begins here.
  std::uint32_t flow_target() {
    Open& top = open_.back();
    const bool is_pending = top.is_map && top.last && outline_.nodes[top.last].has_colon &&
                            outline_.nodes[top.last].kind == NodeKind::nothing;
    return is_pending ? top.last : add(top, at_);
  }
  void flow_scalar() {
    const bool is_key = open_.back().is_map && !(open_.back().last && outline_.nodes[open_.back().last].has_colon &&
                                                 outline_.nodes[open_.back().last].kind == NodeKind::nothing);
    const std::uint32_t node = flow_target();
    const std::size_t begin = at_;
    const Scalar scalar = this->scalar(is_key, true);
    if (at_ == begin) ++at_;
    is_key ? set_key(node, scalar) : set_value(node, scalar);
  }

  void found(Place place, std::uint32_t node) {
    outline_.cursor.place = place;
    outline_.cursor.node = node;
  }

  void find_cursor() {
    if (in_comment_) return;
    const std::size_t newline = text_.rfind('\n') + 1;  // 0 where there is none
    if (has_typed_) {
      const Scalar& scalar = typed_key_ ? outline_.nodes[typed_].key : outline_.nodes[typed_].value;
      if (touches(scalar, newline)) return find_typed(scalar, newline);
    }
    if (!open_.empty() && open_.back().is_flow) return find_in_flow();
    std::size_t start = text_.find_first_not_of(" \t\r", newline);
    if (newline == 0 && text_.starts_with("\xEF\xBB\xBF")) start = text_.find_first_not_of(" \t\r", 3);
    if (start == std::string_view::npos) return find_in_blank_line(static_cast<std::int32_t>(text_.size() - newline));
    const char last = text_[text_.find_last_not_of(" \t\r")];
    if (open_.empty() || !open_.back().last || (last != ':' && last != '-')) return;
    const Node& node = outline_.nodes[open_.back().last];
    if (node.kind == NodeKind::nothing) found(node.key ? Place::value : Place::either, open_.back().last);
  }

  /// Whether what comes next still belongs to the scalar. `line` is where the last line begins.
  bool touches(const Scalar& scalar, std::size_t line) const {
    if (scalar.style == Style::block && scalar.end == text_.size())
      return text_.find_first_not_of(" \t\r", line) != std::string_view::npos ||
             static_cast<std::int32_t>(text_.size() - line) > block_indent();
    if (!scalar.is_closed) return scalar.end == text_.size();
    if (scalar.style != Style::plain) return false;
    return text_.find_first_not_of(" \t\r", scalar.end) == std::string_view::npos;
  }
  void find_typed(const Scalar& scalar, std::size_t line) {
    const Node& node = outline_.nodes[typed_];
    outline_.cursor.token = scalar;
    if (typed_key_) return found(Place::key, node.parent);
    const bool in_flow = outline_.nodes[node.parent].is_flow && typed_ != 0;
    const bool is_first = !node.key || (scalar.begin >= line && node.begin < line);
    const bool may_be_key = !in_flow && is_first && scalar.style != Style::block;
    found(may_be_key ? Place::either : Place::value, typed_);
  }
  void find_in_flow() {
    Open& top = open_.back();
    if (!top.last) {
      if (top.is_map) return found(Place::key, top.node);
      return found(Place::value, add(top, text_.size()));
    }
    const Node& node = outline_.nodes[top.last];
    if (top.is_map && node.has_colon && node.kind == NodeKind::nothing) found(Place::value, top.last);
  }
  void find_in_blank_line(std::int32_t column) {
    close_deeper(column);
    if (open_.empty()) return found(Place::either, 0);
    Open& top = open_.back();
    if (top.indent == column) {
      if (top.is_map) return found(Place::key, top.node);
      const bool below_key = open_.size() > 1 && open_[open_.size() - 2].indent == column;
      if (below_key) found(Place::key, open_[open_.size() - 2].node);
    } else if (top.last && outline_.nodes[top.last].kind == NodeKind::nothing) {
      found(Place::either, top.last);
    }
  }

  std::string_view text_;
  std::size_t at_ = 0, line_start_ = 0;
  Outline outline_;
  std::vector<Open> open_;
  std::uint32_t typed_ = 0;  // the node of the last scalar
  bool typed_key_ = false;
  bool has_typed_ = false;
  bool in_comment_ = false;
};

}  // namespace

Outline outline_of(std::string_view text) {
  return Outliner(text).run();
}

std::string_view Outline::text_of(const Scalar& scalar) const {
  std::string_view raw = text.substr(scalar.begin, scalar.end - scalar.begin);
  if (!scalar.is_quoted()) return raw;
  raw.remove_prefix(1);
  if (scalar.is_closed) raw.remove_suffix(1);
  return raw;
}

std::uint32_t Outline::find(const Node& node) const {
  for (std::uint32_t i = 1; i < nodes.size() && nodes[i].begin <= node.begin; ++i) {
    if (nodes[i].begin == node.begin) return i;
  }
  return 0;
}

bool Outline::is_called(const Node& node, std::string_view key) const {
  return mapping::snake_case(key_of(node)) == key;
}

const Node* Outline::member(std::uint32_t map, std::string_view key) const {
  for (std::size_t i = map + 1; i < nodes.size() && nodes[i].parent >= map; ++i) {  // what is below it follows it
    const Node& node = nodes[i];
    if (node.parent != map || !node.key) continue;
    if (is_called(node, key)) return &node;
  }
  return nullptr;
}

}  // namespace crmsync::editor
