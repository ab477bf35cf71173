#include "editor/answer.h"

#include "json/number.h"
#include "json/writer.h"
#include "mapping/choices.h"

namespace crmsync::editor {
namespace {

constexpr std::string_view kinds[] = {"key", "value", "field", "function", "filter", "entry"};
constexpr std::string_view forms[] = {"map",
                                      "text",
                                      "true or false",
                                      "number",
                                      "any value",
                                      "1",
                                      "",
                                      "text",
                                      "field of PenguinMails",
                                      "field of the CRM",
                                      "map of values, or the name of one",
                                      "expression",
                                      "template or expression",
                                      "value or template",
                                      "expression, or pattern with named groups"};
constexpr std::string_view arounds[] = {"",
                                        ": list",
                                        ": list of lists",
                                        ", or a list of them",
                                        ": list, or map of names",
                                        ": map of fields",
                                        ": map of fields",
                                        ": map of names"};

void append_position(std::string& out, std::string_view name, Position position) {
  out.append(name).append(R"({"line":)");
  json::append_unsigned(out, position.line);
  out.append(R"(,"column":)");
  json::append_unsigned(out, position.column);
  out += '}';
}

}  // namespace

void append_answer(std::string& out, Kind kind, std::string_view label, std::string_view detail, Range range,
                   mapping::SectionKind section) {
  out.append(R"("kind":")").append(kinds[static_cast<std::size_t>(kind)]).append(R"(","label":)");
  json::append_string(out, label);
  if (!detail.empty()) {
    out += R"(,"detail":)";
    json::append_string(out, detail);
  }
  if (section != mapping::SectionKind::none) {
    out += R"(,"section":)";
    json::append_unsigned(out, static_cast<std::uint64_t>(section));
  }
  append_position(out, R"(,"from":)", range.begin);
  append_position(out, R"(,"to":)", range.end);
}

std::string describe(const mapping::Shape& shape) {
  std::string text(forms[static_cast<std::size_t>(shape.form)]);
  if (shape.form == mapping::Form::word) {
    for (const mapping::Word& word : mapping::words_of(shape.list)) {
      if (!text.empty()) text += " | ";
      text += word.name;
    }
  }
  if (shape.form != mapping::Form::none && shape.section != mapping::SectionKind::none) text += ", or a map";
  return text.append(arounds[static_cast<std::size_t>(shape.around)]);
}

}  // namespace crmsync::editor
