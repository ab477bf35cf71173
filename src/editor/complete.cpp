#include <algorithm>
#include <cstdint>
#include <vector>

#include "editor/answer.h"
#include "editor/context.h"
#include "editor/editor.h"
#include "editor/expression_cursor.h"
#include "editor/fields.h"
#include "editor/reading_side.h"
#include "expression/functions.h"
#include "json/sort.h"
#include "json/writer.h"
#include "mapping/choices.h"
#include "mapping/document.h"

namespace crmsync::editor {
namespace {

using mapping::Around;
using mapping::Form;
using mapping::SectionKind;
using mapping::Shape;

constexpr std::size_t max_completions = 500;

/// A completion as JSON, which stands in a buffer.
struct Completion {
  std::uint32_t rank;  // less is more useful
  std::uint32_t begin, end;
};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Where `part` stands in `text`, whatever the case of letters.
std::size_t find_in_any_case(std::string_view text, std::string_view part) {
  for (std::size_t at = 0; at + part.size() <= text.size(); ++at) {
    std::size_t same = 0;
    while (same < part.size() && lower(text[at + same]) == lower(part[same])) ++same;
    if (same == part.size()) return at;
  }
  return std::string_view::npos;
}

class Completer {
 public:
  Completer(std::string_view file, std::size_t offset)
      : file_(file),
        offset_(offset),
        before_(outline_of(file.substr(0, offset))),
        whole_(outline_of(file)),
        cursor_(before_.cursor) {}

  void run(std::string& out) {
    std::size_t begin = offset_, end = offset_;
    if (cursor_.token) {
      begin = cursor_.token.begin;
      typed_ = before_.text_of(cursor_.token);
      if (!cursor_.token.is_quoted()) {
        while (end < file_.size() && is_word_character(file_[end])) ++end;
      } else if (const std::size_t quote = file_.find_first_of("\"'\n,{}", offset_);
                 quote != std::string_view::npos && file_[quote] == file_[begin]) {
        end = quote + 1;
      }
    }
    replace(begin, end);
    if (cursor_.place == Place::key || cursor_.place == Place::either) keys();
    if (cursor_.place == Place::value || cursor_.place == Place::either) value();
    std::vector<std::uint32_t> order = sorted_positions(
        found_.size(), [&](std::uint32_t a, std::uint32_t b) { return found_[a].rank < found_[b].rank; });
    if (order.size() > max_completions) order.resize(max_completions);
    const char* separator = "[";
    for (const std::uint32_t at : order) {
      out.append(separator).append(json_, found_[at].begin, found_[at].end - found_[at].begin);
      separator = ",";
    }
    out += order.empty() ? "[]" : "]";
  }

 private:
  static bool is_word_character(char c) { return is_name_character(c) || c == '-' || c == '.' || (c & 0x80) != 0; }

  /// What completions replace from now on, and what is typed of it.
  void replace(std::size_t begin, std::size_t end) {
    begin_ = begin;
    end_ = end;
    range_ = {position_at(file_, begin), position_at(file_, end)};
  }

  /// Adds what fits what is typed: names that begin so first, then those that hold it.
  void add(Kind kind, std::string_view label, std::string_view detail, std::string_view insert, std::uint32_t rank = 0,
           SectionKind section = SectionKind::none) {
    const std::size_t at = find_in_any_case(label, typed_);
    if (at == std::string_view::npos) return;
    const auto begin = static_cast<std::uint32_t>(json_.size());
    json_ += '{';
    append_answer(json_, kind, label, detail, range_, section);
    json_ += R"(,"insert":)";
    json::append_string(json_, insert);
    json_ += '}';
    found_.push_back({rank + (at == 0 ? 0U : 100U), begin, static_cast<std::uint32_t>(json_.size())});
  }
  void add_field(const Field& field, std::string_view name, std::string_view insert, std::uint32_t rank) {
    add(Kind::field, name, facts_of(whole_, field), insert, rank);
  }

  /// What stands right before needs a space behind it.
  std::string spaced(std::string text) const {
    const char before = begin_ > 0 ? file_[begin_ - 1] : ' ';
    const bool lacks_space = before == ':' || (before == '-' && cursor_.place == Place::either);
    return lacks_space && !cursor_.token ? " " + text : text;
  }
  /// A text as the file's own way of writing wants it.
  std::string quoted(std::string_view text) const {
    const bool is_plain = std::all_of(text.begin(), text.end(), is_word_character) && !text.empty() && text[0] != '-';
    const bool has_quotes = cursor_.token.is_quoted();
    if (!has_quotes && is_plain && !before_.is_json) return std::string(text);
    const char quote = has_quotes ? file_[cursor_.token.begin] : '"';
    return std::string(1, quote).append(text) + quote;
  }

  void keys() {
    const std::uint32_t map = cursor_.node;
    const Shape shape = shape_of(before_, map);
    if (shape.around == Around::local_fields || shape.around == Around::crm_fields) {
      for (const Field& field : fields_of(whole_, shape.around == Around::local_fields ? Side::local : Side::crm))
        add_field(field, field.name, as_key(field.name, {Form::word}), field.is_used ? 0 : 1);
      if (shape.section == SectionKind::catalog_field)
        add(Kind::key, "closed", describe({Form::boolean}), as_key("closed", {Form::boolean}), 2);
      return;
    }
    const SectionKind section = shape.around == Around::nothing ? shape.section : SectionKind::none;
    std::vector<const mapping::Key*> present;
    add_present(before_, map, section, present);
    const std::uint32_t same = map == 0 ? 0 : whole_.find(before_.nodes[map]);
    if (same != 0 || map == 0) add_present(whole_, same, section, present);
    for (const mapping::Key& key : mapping::keys_of(section)) {
      const bool is_new = std::find(present.begin(), present.end(), &key) == present.end();
      if (is_new) add(Kind::key, key.name, describe(key.shape), as_key(key.name, key.shape), 0, section);
    }
  }

  /// The keys that a map has, without the one that is being typed.
  void add_present(const Outline& outline, std::uint32_t map, SectionKind section,
                   std::vector<const mapping::Key*>& present) const {
    for (std::size_t i = map + 1; i < outline.nodes.size() && outline.nodes[i].parent >= map; ++i) {
      const Node& node = outline.nodes[i];
      const bool is_typed = cursor_.token && node.key.begin == cursor_.token.begin;
      if (node.parent == map && node.key && !is_typed)
        present.push_back(mapping::find_key(section, outline.key_of(node)));
    }
  }

  std::string as_key(std::string_view name, const Shape& shape) const {
    std::string text = spaced(quoted(name));
    std::size_t next = end_;
    while (next < file_.size() && file_[next] == ' ') ++next;
    if (next < file_.size() && file_[next] == ':') return text;
    const bool has_form = shape.form != Form::none && shape.around == Around::nothing;
    const bool in_flow = before_.is_json || (before_.nodes[cursor_.node].is_flow && cursor_.place == Place::key);
    if (has_form || in_flow || shape.around == Around::one_or_list) return text + ": ";
    const std::size_t line = file_.rfind('\n', offset_ == 0 ? 0 : offset_ - 1);
    const std::size_t start = line == std::string_view::npos || offset_ == 0 ? 0 : line + 1;
    const std::size_t column = begin_ - std::min(begin_, start);
    text.append(":\n").append(std::min(column, std::size_t{200}) + 2, ' ');
    const bool is_list = shape.around == Around::list || shape.around == Around::entries;
    return is_list ? text + "- " : text;
  }

  void value() {
    const Shape shape = shape_of(before_, cursor_.node);
    const bool is_quoted = cursor_.token.is_quoted();
    const std::uint32_t rank = cursor_.place == Place::either ? 20 : 0;
    switch (shape.form) {
      case Form::boolean:
        if (is_quoted) break;
        add(Kind::value, "true", {}, spaced("true"), rank);
        add(Kind::value, "false", {}, spaced("false"), rank);
        break;
      case Form::version:
        if (!is_quoted) add(Kind::value, "1", {}, spaced("1"), rank);
        break;
      case Form::word:
      case Form::suggestion:
        for (const mapping::Word& word : mapping::words_of(shape.list))
          add(Kind::value, word.name, {}, element(shape, word.name), rank);
        break;
      case Form::local_path:
      case Form::crm_path: paths(shape, rank); break;
      case Form::value_map:
        for (const Node& node : whole_.nodes) {
          const Node& map = whole_.nodes[node.parent];
          if (map.parent == 0 && node.parent != 0 && node.key && whole_.is_called(map, "value_maps"))
            add(Kind::entry, whole_.key_of(node), {}, spaced(quoted(whole_.key_of(node))), rank);
        }
        break;
      case Form::expression:
      case Form::formula:
      case Form::reverse: expression(shape.form); break;
      case Form::branch: branch(); break;
      default: break;
    }
  }

  /// A word as a value; where a list is wanted and none is begun, as the first of one.
  std::string element(const Shape& shape, std::string_view word) const {
    const std::string text = quoted(word);
    if (shape.around != Around::list) return spaced(text);
    return cursor_.place == Place::either ? "- " + text : spaced("[" + text + "]");
  }

  void paths(const Shape& shape, std::uint32_t rank) {
    // A field that has an entry already is less likely to be wanted again.
    for (const Field& field : fields_of(whole_, shape.form == Form::local_path ? Side::local : Side::crm)) {
      if (field.name.find("[]") != std::string_view::npos ||
          (field.is_used && field.type.empty() && field.name == typed_))
        continue;
      add_field(field, field.name, element(shape, field.name), rank + (field.is_used ? 1 : 0));
    }
  }

  /// The values that the catalog has for the written field, or a template.
  void branch() {
    const Sides sides = sides_read(whole_, in_whole());
    const Node* written = whole_.member(sides.entry, sides.local ? "crm_field" : "penguinmails_field");
    if (sides.entry != 0 && written) {
      for (const Field& field : fields_of(whole_, sides.local ? Side::crm : Side::local)) {
        if (field.name != whole_.value_of(*written)) continue;
        for (const std::string_view value : values_of(whole_, field))
          add(Kind::value, value, {}, spaced(quoted(value)));
      }
    }
    if (cursor_.token) expression(Form::branch);
  }

  /// The node of the cursor, or the nearest around it, in the outline of the whole file.
  std::uint32_t in_whole() const {
    std::uint32_t node = cursor_.node;
    for (std::size_t steps = 0; node != 0 && steps < mapping::max_document_depth; ++steps) {
      if (const std::uint32_t same = whole_.find(before_.nodes[node])) return same;
      node = before_.nodes[node].parent;
    }
    return 0;
  }

  void expression(Form form) {
    ExpressionCursor at{Word::name, offset_, offset_};
    if (cursor_.token) {
      at = expression_cursor(before_, cursor_.token, form, offset_);
    } else if (before_.is_json) {
      return;  // where no quote is begun, no expression is
    }
    if (at.word == Word::none) return;
    std::size_t end = offset_;
    while (end < file_.size() && is_name_character(file_[end])) ++end;
    const auto typing = [&](std::size_t begin) {
      replace(begin, end);
      typed_ = file_.substr(begin, offset_ - begin);
    };
    typing(at.begin);
    if (at.word == Word::filter) {
      for (const std::string_view name : expression::filter_names())
        add(Kind::filter, name, {}, spaced(std::string(name)));
      return;
    }
    const bool has_dots = at.path != at.begin;
    functions(at.word == Word::member || has_dots ? Callable::member : Callable::global, end);
    if (at.word == Word::member) return;
    typing(at.path);
    if (has_dots) functions(Callable::in_namespace, end);
    names();
  }

  enum class Callable : std::uint8_t { global, member, in_namespace };

  void functions(Callable callable, std::size_t end) {
    std::vector<std::string_view> names;
    if (callable == Callable::member) names = expression::macro_names();
    if (callable == Callable::global) names = expression::aggregate_names();
    for (const expression::FunctionFamily& family : expression::function_families()) {
      if (family.functions == expression::template_filters().functions) continue;
      for (std::size_t i = 0; i < family.count; ++i) {
        const expression::Function& function = family.functions[i];
        const bool is_known = std::find(names.begin(), names.end(), function.name) != names.end();
        const bool fits = function.member == (callable == Callable::member) &&
                          (callable != Callable::in_namespace || function.name.find('.') != std::string_view::npos);
        if (fits && !is_known) names.push_back(function.name);
      }
    }
    if (callable == Callable::global) names.push_back("has");
    const bool has_parenthesis = end < file_.size() && file_[end] == '(';
    for (const std::string_view name : names)
      add(Kind::function, name, {}, spaced(std::string(name) + (has_parenthesis ? "" : "(")), 10);
  }

  /// The fields that an expression reads; of rows, what the catalog knows of them.
  void names() {
    const Sides sides = sides_read(whole_, in_whole());
    for (const Side side : {Side::local, Side::crm}) {
      if (!(side == Side::local ? sides.local : sides.crm)) continue;
      for (const Field& field : fields_of(whole_, side)) {
        const std::size_t row = field.name.find("[].");
        if (row == std::string_view::npos) {
          add_field(field, field.name, spaced(std::string(field.name)), field.is_used ? 0 : 1);
        } else if (!sides.over.empty() && sides.over == field.name.substr(0, row)) {
          add_field(field, field.name.substr(row + 3), spaced(std::string(field.name.substr(row + 3))), 0);
        }
      }
    }
  }

  std::string_view file_;
  std::size_t offset_;
  Outline before_, whole_;
  Cursor cursor_;
  std::size_t begin_ = 0, end_ = 0;  // what is replaced
  Range range_;
  std::string_view typed_;
  std::string json_;
  std::vector<Completion> found_;
};

}  // namespace

void complete(std::string_view file, Position position, std::string& out) {
  if (file.size() > mapping::max_document_bytes) {
    out += "[]";
    return;
  }
  Completer(file, offset_at(file, position)).run(out);
}

}  // namespace crmsync::editor
