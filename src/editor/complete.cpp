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

struct Completion {
  Kind kind;
  std::string label, detail, insert;
  Stretch replaces;
  SectionKind section;
  unsigned rank;  // less is more useful
};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Where `part` stands in `text`, whatever the case of letters.
std::size_t find_in_any_case(std::string_view text, std::string_view part) {
  const auto found = std::search(text.begin(), text.end(), part.begin(), part.end(),
                                 [](char a, char b) { return lower(a) == lower(b); });
  return found == text.end() && !part.empty() ? std::string_view::npos : static_cast<std::size_t>(found - text.begin());
}

class Completer {
 public:
  Completer(std::string_view file, std::size_t offset)
      : file_(file),
        offset_(offset),
        before_(outline_of(file.substr(0, offset))),
        whole_(outline_of(file)),
        cursor_(before_.cursor) {}

  std::vector<Completion> run() {
    replaces_ = {offset_, offset_};
    if (cursor_.token) {
      replaces_.begin = cursor_.token.begin;
      typed_ = before_.text_of(cursor_.token);
      if (!cursor_.token.is_quoted()) {
        while (replaces_.end < file_.size() && is_word_character(file_[replaces_.end])) ++replaces_.end;
      } else if (const std::size_t quote = file_.find_first_of("\"'\n,{}", offset_);
                 quote != std::string_view::npos && file_[quote] == file_[cursor_.token.begin]) {
        replaces_.end = quote + 1;
      }
    }
    const bool may_be_key = cursor_.place == Place::key || cursor_.place == Place::either;
    if (may_be_key) keys();
    if (cursor_.place == Place::value || cursor_.place == Place::either) value();
    sort_items(found_, 0, [](const Completion& a, const Completion& b) { return a.rank < b.rank; });
    if (found_.size() > max_completions) found_.resize(max_completions);
    return std::move(found_);
  }

 private:
  static bool is_word_character(char c) { return is_name_character(c) || c == '-' || c == '.' || (c & 0x80) != 0; }

  /// Adds what fits what is typed: names that begin so first, then those that hold it.
  void add(Kind kind, std::string_view label, std::string_view detail, std::string insert, unsigned rank = 0,
           SectionKind section = SectionKind::none) {
    const std::size_t at = find_in_any_case(label, typed_);
    if (at == std::string_view::npos) return;
    found_.push_back({kind, std::string(label), std::string(detail), std::move(insert), replaces_, section,
                      rank + (at == 0 ? 0U : 100U)});
  }

  /// What stands right before needs a space behind it.
  std::string spaced(std::string text) const {
    const char before = replaces_.begin > 0 ? file_[replaces_.begin - 1] : ' ';
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
      const bool is_local = shape.around == Around::local_fields;
      for (const Field& field : fields_of(whole_, is_local ? Side::local : Side::crm))
        add(Kind::field, field.name, facts_of(field), as_key(field.name, {Form::word}), field.is_used ? 0 : 1);
      if (shape.section == SectionKind::catalog_field)
        add(Kind::key, "closed", describe({Form::boolean}), as_key("closed", {Form::boolean}), 2);
      return;
    }
    const SectionKind section = shape.around == Around::nothing ? shape.section : SectionKind::none;
    std::vector<std::string_view> present = keys_present(before_, map);
    if (const std::uint32_t same = map == 0 ? 0 : whole_.find(before_.nodes[map]); same != 0 || map == 0) {
      const std::vector<std::string_view> after = keys_present(whole_, same);
      present.insert(present.end(), after.begin(), after.end());
    }
    for (const mapping::Key& key : mapping::keys_of(section)) {
      const auto is_key = [&](std::string_view name) { return mapping::find_key(section, name) == &key; };
      if (!key.built || std::any_of(present.begin(), present.end(), is_key)) continue;
      add(Kind::key, key.name, describe(key.shape), as_key(key.name, key.shape), 0, section);
    }
  }

  std::vector<std::string_view> keys_present(const Outline& outline, std::uint32_t map) const {
    std::vector<std::string_view> present;
    for (std::size_t i = map + 1; i < outline.nodes.size() && outline.nodes[i].parent >= map; ++i) {
      const Node& node = outline.nodes[i];
      const bool is_typed = cursor_.token && node.key.begin == cursor_.token.begin;
      if (node.parent == map && node.key && !is_typed) present.push_back(outline.key_of(node));
    }
    return present;
  }

  std::string as_key(std::string_view name, const Shape& shape) const {
    std::string text = spaced(quoted(name));
    std::size_t next = replaces_.end;
    while (next < file_.size() && file_[next] == ' ') ++next;
    if (next < file_.size() && file_[next] == ':') return text;
    const bool has_form = shape.form != Form::none && shape.around == Around::nothing;
    const bool in_flow = before_.is_json || (before_.nodes[cursor_.node].is_flow && cursor_.place == Place::key);
    if (has_form || in_flow || shape.around == Around::one_or_list) return text + ": ";
    const std::size_t line = file_.rfind('\n', offset_ == 0 ? 0 : offset_ - 1);
    const std::size_t start = line == std::string_view::npos || offset_ == 0 ? 0 : line + 1;
    const std::size_t column = replaces_.begin - std::min(replaces_.begin, start);
    text.append(":\n").append(std::min(column, std::size_t{200}) + 2, ' ');
    const bool is_list = shape.around == Around::list || shape.around == Around::entries;
    return is_list ? text + "- " : text;
  }

  void value() {
    const Shape shape = shape_of(before_, cursor_.node);
    const bool is_quoted = cursor_.token.is_quoted();
    const unsigned rank = cursor_.place == Place::either ? 20 : 0;
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
          if (word.built) add(Kind::value, word.name, {}, element(shape, word.name), rank);
        break;
      case Form::local_path:
      case Form::crm_path: paths(shape, rank); break;
      case Form::value_map:
        if (const Node* maps = whole_.member(0, "value_maps"); maps && cursor_.node != index_of(*maps)) {
          for (const std::string_view name : keys_present(whole_, index_of(*maps)))
            add(Kind::entry, name, {}, spaced(quoted(name)), rank);
        }
        break;
      case Form::expression:
      case Form::formula:
      case Form::reverse: expression(shape.form); break;
      case Form::branch: branch(); break;
      default: break;
    }
  }

  std::uint32_t index_of(const Node& node) const { return static_cast<std::uint32_t>(&node - whole_.nodes.data()); }

  /// A word as a value; where a list is wanted and none is begun, as the first of one.
  std::string element(const Shape& shape, std::string_view word) const {
    const std::string text = quoted(word);
    if (shape.around != Around::list) return spaced(text);
    return cursor_.place == Place::either ? "- " + text : spaced("[" + text + "]");
  }

  void paths(const Shape& shape, unsigned rank) {
    // A field that has an entry already is less likely to be wanted again.
    for (const Field& field : fields_of(whole_, shape.form == Form::local_path ? Side::local : Side::crm)) {
      if (field.name.find("[]") != std::string::npos || (field.is_used && field.type.empty() && field.name == typed_))
        continue;
      add(Kind::field, field.name, facts_of(field), element(shape, field.name), rank + (field.is_used ? 1 : 0));
    }
  }

  /// The values that the catalog has for the written field, or a template.
  void branch() {
    const Sides sides = sides_read(whole_, in_whole());
    const Node* written = whole_.member(sides.entry, sides.local ? "crm_field" : "penguinmails_field");
    if (sides.entry != 0 && written) {
      for (const Field& field : fields_of(whole_, sides.local ? Side::crm : Side::local)) {
        if (field.name != whole_.value_of(*written)) continue;
        for (const std::string& value : field.values) add(Kind::value, value, {}, spaced(quoted(value)));
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
      replaces_ = {begin, end};
      typed_ = file_.substr(begin, offset_ - begin);
    };
    typing(at.begin);
    if (at.word == Word::filter) {
      for (const std::string_view name : expression::filter_names())
        add(Kind::filter, name, {}, spaced(std::string(name)));
      return;
    }
    const bool is_member = at.word == Word::member || at.path != at.begin;
    functions(is_member, end);
    if (at.word == Word::member) return;
    typing(at.path);
    names();
  }

  void functions(bool members, std::size_t end) {
    std::vector<std::string_view> names = members ? expression::macro_names() : expression::aggregate_names();
    for (const expression::FunctionFamily& family : expression::function_families()) {
      if (family.functions == expression::template_filters().functions) continue;
      for (std::size_t i = 0; i < family.count; ++i) {
        const expression::Function& function = family.functions[i];
        const bool is_known = std::find(names.begin(), names.end(), function.name) != names.end();
        if (function.member == members && !is_known) names.push_back(function.name);
      }
    }
    if (!members) names.push_back("has");
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
        if (row == std::string::npos) {
          add(Kind::field, field.name, facts_of(field), spaced(field.name), field.is_used ? 0 : 1);
        } else if (!sides.over.empty() && sides.over == std::string_view(field.name).substr(0, row)) {
          const std::string name = field.name.substr(row + 3);
          add(Kind::field, name, facts_of(field), spaced(name));
        }
      }
    }
  }

  std::string_view file_;
  std::size_t offset_;
  Outline before_, whole_;
  Cursor cursor_;
  Stretch replaces_;
  std::string_view typed_;
  std::vector<Completion> found_;
};

}  // namespace

void complete(std::string_view file, Position position, std::string& out) {
  std::vector<Completion> completions;
  if (file.size() <= mapping::max_document_bytes) completions = Completer(file, offset_at(file, position)).run();
  Stretch known{1, 0};
  Range range;
  out += '[';
  for (const Completion& completion : completions) {
    // Most replace the same, and a position costs a look at the whole file.
    if (completion.replaces != known) {
      known = completion.replaces;
      range = {position_at(file, known.begin), position_at(file, known.end)};
    }
    out += &completion == completions.data() ? "{" : ",{";
    append_answer(out, completion.kind, completion.label, completion.detail, range, completion.section);
    out += R"(,"insert":)";
    json::append_string(out, completion.insert);
    out += '}';
  }
  out += ']';
}

}  // namespace crmsync::editor
