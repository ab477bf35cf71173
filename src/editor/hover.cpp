#include <algorithm>

#include "editor/answer.h"
#include "editor/context.h"
#include "editor/editor.h"
#include "editor/expression_cursor.h"
#include "editor/fields.h"
#include "editor/reading_side.h"
#include "expression/functions.h"
#include "mapping/choices.h"
#include "mapping/document.h"

namespace crmsync::editor {
namespace {

using mapping::Around;
using mapping::Form;
using mapping::SectionKind;
using mapping::Shape;

class Hoverer {
 public:
  Hoverer(std::string_view file, std::size_t offset, std::string& out)
      : file_(file), offset_(offset), outline_(outline_of(file)), out_(out) {}

  bool run() {
    for (std::uint32_t i = 0; i < outline_.nodes.size(); ++i) {
      const Node& node = outline_.nodes[i];
      if (covers(node.key)) return key(i);
      if (covers(node.value)) return value(i);
    }
    return false;
  }

 private:
  bool covers(const Scalar& scalar) const { return scalar && scalar.begin <= offset_ && offset_ < scalar.end; }

  bool found(Kind kind, std::string_view label, std::string_view detail, Stretch stretch,
             SectionKind section = SectionKind::none) {
    out_ += '{';
    append_answer(out_, kind, label, detail, {position_at(file_, stretch.begin), position_at(file_, stretch.end)},
                  section);
    out_ += '}';
    return true;
  }
  static Stretch stretch_of(const Scalar& scalar) { return {scalar.begin, scalar.end}; }

  bool key(std::uint32_t node) {
    const Node& at = outline_.nodes[node];
    if (const mapping::Key* key = key_of(outline_, node)) {
      const SectionKind section = section_of(outline_, at.parent);
      return found(Kind::key, key->name, describe(key->shape), stretch_of(at.key),
                   section == SectionKind::none ? SectionKind::field_mapping_examples : section);
    }
    const Around around = shape_of(outline_, at.parent).around;
    if (around != Around::local_fields && around != Around::crm_fields) return false;
    return field(around == Around::local_fields, outline_.key_of(at), stretch_of(at.key));
  }

  bool field(bool local, std::string_view name, Stretch stretch) {
    for (const Field& field : fields_of(outline_, local ? Side::local : Side::crm)) {
      if (field.name != name) continue;
      return found(Kind::field, name, facts_of(outline_, field), stretch);
    }
    return false;
  }

  bool value(std::uint32_t node) {
    const Node& at = outline_.nodes[node];
    const Shape shape = shape_of(outline_, node);
    const std::string_view text = outline_.value_of(at);
    switch (shape.form) {
      case Form::word:
      case Form::suggestion: {
        // Said by what it is a value of; an element of a list by the list's key.
        const std::uint32_t keyed = at.key ? node : at.parent;
        const mapping::Key* key = key_of(outline_, keyed);
        for (const mapping::Word& word : mapping::words_of(shape.list)) {
          if (word.name != text) continue;
          const SectionKind section = section_of(outline_, outline_.nodes[keyed].parent);
          return found(Kind::value, text, key ? key->name : std::string_view(), stretch_of(at.value), section);
        }
        return false;
      }
      case Form::local_path:
      case Form::crm_path: return field(shape.form == Form::local_path, text, stretch_of(at.value));
      case Form::expression:
      case Form::formula:
      case Form::reverse:
      case Form::branch: return word(node, shape.form);
      default: return false;
    }
  }

  bool word(std::uint32_t node, Form form) {
    if (!is_name_character(file_[offset_])) return false;
    std::size_t end = offset_;
    while (end < file_.size() && is_name_character(file_[end])) ++end;
    const ExpressionCursor at = expression_cursor(outline_, outline_.nodes[node].value, form, end);
    if (at.word == Word::none) return false;
    const std::string_view name = file_.substr(at.begin, end - at.begin);
    const Stretch stretch{at.begin, end};
    if (at.word == Word::filter) {
      const bool is_filter = expression::find_filter(name) != nullptr;
      return is_filter && found(Kind::filter, name, {}, stretch);
    }
    const std::string_view path = file_.substr(at.path, end - at.path);
    if (end < file_.size() && file_[end] == '(') {
      if (at.word == Word::name && is_function(path)) return found(Kind::function, path, {}, {at.path, end});
      return is_function(name) && found(Kind::function, name, {}, stretch);
    }
    if (at.word == Word::member) return false;
    const Sides sides = sides_read(outline_, node);
    const std::string in_rows = std::string(sides.over) + "[]." + std::string(path);
    return (!sides.over.empty() && field(sides.local, in_rows, {at.path, end})) ||
           (sides.local && field(true, path, {at.path, end})) || (sides.crm && field(false, path, {at.path, end}));
  }

  static bool is_function(std::string_view name) {
    const auto among = [&](const std::vector<std::string_view>& names) {
      return std::find(names.begin(), names.end(), name) != names.end();
    };
    return name == "has" || among(expression::function_names()) || among(expression::aggregate_names()) ||
           among(expression::macro_names());
  }

  std::string_view file_;
  std::size_t offset_;
  Outline outline_;
  std::string& out_;
};

}  // namespace

void hover(std::string_view file, Position position, std::string& out) {
  const bool fits = file.size() <= mapping::max_document_bytes;
  if (!fits || !Hoverer(file, offset_at(file, position), out).run()) out += "null";
}

}  // namespace crmsync::editor
