#include "mapping/reading.h"

#include <algorithm>
#include <utility>

#include "mapping/core_schema.h"
#include "mapping/scalar_source.h"

namespace crmsync::mapping {
namespace {

constexpr std::size_t longest_quoted = 40;
constexpr std::size_t longest_list = 40;

std::string shortened(std::string_view text) {
  if (text.size() <= longest_quoted) return std::string(text);
  std::size_t end = longest_quoted;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "...";
}

bool is_number(std::string_view token) {
  return !token.empty() && std::all_of(token.begin(), token.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string unescaped(std::string_view token) {
  std::string text;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '~' && i + 1 < token.size())
      text += token[++i] == '1' ? '/' : '~';
    else
      text += token[i];
  }
  return text;
}

}  // namespace

Range SourceText::at(std::size_t offset, std::size_t length) const {
  if (this->begin.line != 0) {
    const auto column = [&](std::size_t at) {
      return Position{this->begin.line, this->begin.column + static_cast<std::uint32_t>(std::min(at, text.size()))};
    };
    return {column(offset), column(offset + length)};
  }
  if (positions.empty()) return range;
  const std::size_t begin = std::min(offset, positions.size() - 1);
  return {positions[begin], positions[std::min(begin + length, positions.size() - 1)]};
}

Diagnostic& Reading::report(Code code, Range range, const Words& pointer, const Words& message, const Words& hint) {
  Diagnostic diagnostic = make_diagnostic(code, message, range, pointer);
  diagnostic.hint = hint.joined();
  return add(std::move(diagnostic));
}

Diagnostic& Reading::add(Diagnostic diagnostic) {
  const bool keeps = !is_full() || (diagnostic.severity == Severity::error && !has_errors(diagnostics_));
  if (!keeps) return dropped_ = std::move(diagnostic);
  diagnostics_.push_back(std::move(diagnostic));
  return diagnostics_.back();
}

void Reading::wrong_type(const Place& place, std::string_view expected, const Words& hint) {
  const std::string name = spoken_name(place.pointer);
  if (place.is(NodeKind::null)) {
    report(Code::MAP002, place, {name, " has no value; it must be ", expected}, hint);
  } else {
    report(Code::MAP002, place, {name, " must be ", expected, ", but is ", spoken_value(*place.node)}, hint);
  }
}

SourceText Reading::source_text(const Node& node) const {
  SourceText source{node.text, range(node), {}};
  const std::size_t verbatim = verbatim_text(document_.text, node.extent.begin, node.text);
  if (verbatim != std::string_view::npos) {
    source.begin = document_.positions.at(verbatim);
    return source;
  }
  const std::optional<ScalarSource> located = locate_scalar(document_.text, node.extent.begin, node.text);
  if (!located) return source;
  source.positions.reserve(located->offsets.size());
  for (const std::uint32_t offset : located->offsets) source.positions.push_back(document_.positions.at(offset));
  return source;
}

std::string FieldPath::spelled() const {
  std::string spelled = to_string(path);
  for (const ElementStep& step : elements) {
    spelled += '[' + std::to_string(step.index) + ']';
    if (!step.then.segments.empty()) spelled += '.' + to_string(step.then);
  }
  return spelled;
}

std::string spoken_name(const std::string& pointer) {
  std::string_view rest = pointer;
  std::string items;
  while (!rest.empty()) {
    const std::size_t slash = rest.rfind('/');
    const std::string_view token = rest.substr(slash + 1);
    if (!is_number(token)) return items + '`' + unescaped(token) + '`';
    items += "item " + std::to_string(std::stoul(std::string(token.substr(0, 9))) + 1) + " of ";
    rest = rest.substr(0, slash);
  }
  return items + "the mapping file";
}

std::string spoken_value(const Node& node) {
  switch (node.kind) {
    case NodeKind::null: return "null";
    case NodeKind::boolean: return node.boolean ? "the boolean true" : "the boolean false";
    case NodeKind::number: return "the number " + shortened(node.text);
    case NodeKind::string: return "the text `" + shortened(node.text) + '`';
    case NodeKind::list: return "a list";
    case NodeKind::map: return "a map";
  }
  return "a value";
}

std::string spoken_list(const std::vector<std::string_view>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i == longest_list) return text + " and others";
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += names[i];
  }
  return text;
}

std::optional<std::string> read_text(Reading& reading, const Place& place) {
  if (place.is(NodeKind::string)) return place.node->text;
  const bool scalar = place.is(NodeKind::number) || place.is(NodeKind::boolean);
  reading.wrong_type(place, "a text", scalar ? "put it in quotes" : "");
  return std::nullopt;
}

std::optional<bool> read_boolean(Reading& reading, const Place& place) {
  if (place.is(NodeKind::boolean)) return place.node->boolean;
  reading.wrong_type(
      place, "true or false",
      place.is(NodeKind::string) ? "write true or false without quotes; `yes`, `no`, `on` and `off` are texts" : "");
  return std::nullopt;
}

std::optional<std::uint64_t> read_natural(Reading& reading, const Place& place, std::uint64_t at_most) {
  const std::optional<std::string> numeral = place.is(NodeKind::number) ? json_numeral(place.node->text) : std::nullopt;
  if (!numeral || !is_number(*numeral)) {
    reading.wrong_type(place, "a whole number");
    return std::nullopt;
  }
  std::uint64_t number = 0;
  for (const char c : *numeral) number = number > at_most ? number : number * 10 + static_cast<std::uint64_t>(c - '0');
  if (number == 0 || number > at_most) {
    reading.report(Code::MAP003, place,
                   {spoken_name(place.pointer), " must be between 1 and ", std::to_string(at_most), ", but is ",
                    shortened(*numeral)});
    return std::nullopt;
  }
  return number;
}

std::optional<SourceText> read_source_text(Reading& reading, const Place& place, std::string_view expected) {
  if (!place.is(NodeKind::string)) {
    const bool braces = place.is(NodeKind::map) || place.is(NodeKind::list);
    reading.wrong_type(
        place, expected,
        braces ? "put the text in quotes; outside of quotes { and [ begin a map or a list" : "put it in quotes");
    return std::nullopt;
  }
  if (place.node->text.find_first_not_of(" \t\r\n") == std::string::npos) {
    reading.report(Code::MAP002, place, {spoken_name(place.pointer), " must be ", expected, ", but is empty"});
    return std::nullopt;
  }
  return reading.source_text(*place.node);
}

namespace {

/// The steps behind a list's path: `[0]`, `[0].city`, `[0][1]`. False where it is anything else.
bool read_elements(std::string_view text, std::vector<ElementStep>& elements) {
  while (!text.empty()) {
    const std::size_t close = text.find(']');
    if (text.front() != '[' || close == std::string_view::npos) return false;
    const std::string_view digits = text.substr(1, close - 1);
    if (!is_number(digits) || digits.size() > 6 || elements.size() == Path::max_segments) return false;
    ElementStep& step = elements.emplace_back();
    for (const char c : digits) step.index = step.index * 10 + static_cast<std::uint32_t>(c - '0');
    text.remove_prefix(close + 1);
    if (!text.starts_with('.')) continue;
    const std::size_t next = std::min(text.find('['), text.size());
    std::optional<Path> then = parse_path(text.substr(1, next - 1));
    if (!then) return false;
    step.then = std::move(*then);
    text.remove_prefix(next);
  }
  return true;
}

std::optional<FieldPath> to_path(Reading& reading, const Node& node, const std::string& pointer) {
  const SourceText source = reading.source_text(node);
  std::size_t offset = 0;
  std::optional<Path> path = parse_path(source.text, &offset);
  if (path) return FieldPath{std::move(*path), source.text, source.range};
  const std::size_t bracket = source.text.find('[');
  if (bracket != std::string::npos && bracket > 0) {
    FieldPath field{{}, source.text, source.range};
    path = parse_path(std::string_view(source.text).substr(0, bracket));
    if (path && read_elements(std::string_view(source.text).substr(bracket), field.elements)) {
      field.path = std::move(*path);
      return field;
    }
  }
  reading.report(
      Code::MAP009, source.text.empty() ? source.range : source.at(offset, 1), pointer,
      source.text.empty() ? spoken_name(pointer) + " is empty" : "`" + shortened(source.text) + "` is no field path",
      "write names with dots between them, such as address.city; a name with other signs stands in backticks, such as "
      "\"`First Name`\"; an element of a list is tags[0]");
  return std::nullopt;
}

}  // namespace

std::optional<FieldPath> read_path(Reading& reading, const Place& place) {
  if (!place.is(NodeKind::string)) {
    reading.wrong_type(place, "a field path",
                       place.is(NodeKind::number) || place.is(NodeKind::boolean) ? "put it in quotes" : "");
    return std::nullopt;
  }
  return to_path(reading, *place.node, place.pointer);
}

std::optional<FieldPath> read_plain_path(Reading& reading, const Place& place) {
  return place.is(NodeKind::string) ? read_path_key(reading, *place.node, place.pointer) : read_path(reading, place);
}

std::vector<FieldPath> read_paths(Reading& reading, const Place& place) {
  std::vector<FieldPath> paths;
  if (!place.is(NodeKind::list)) {
    if (std::optional<FieldPath> path = read_path(reading, place)) paths.push_back(std::move(*path));
    return paths;
  }
  if (place.node->elements.empty())
    reading.report(Code::MAP002, place, {spoken_name(place.pointer), " is an empty list"}, "name at least one field");
  for (std::size_t i = 0; i < place.node->elements.size(); ++i) {
    if (std::optional<FieldPath> path = read_path(reading, place.element(i))) paths.push_back(std::move(*path));
  }
  return paths;
}

std::optional<FieldPath> read_path_key(Reading& reading, const Node& key, const std::string& pointer) {
  std::optional<FieldPath> path = to_path(reading, key, pointer);
  if (!path || path->elements.empty()) return path;
  reading.report(Code::MAP009, path->range, pointer, {"`", path->text, "` is an element of a list, and not a field"},
                 "name the list itself");
  return std::nullopt;
}

std::optional<std::uint8_t> read_word(Reading& reading, const Place& place, WordList words) {
  std::vector<std::string_view> names;
  for (const Word& word : words) names.push_back(word.name);
  if (!place.is(NodeKind::string)) {
    reading.wrong_type(place, spoken_list(names));
    return std::nullopt;
  }
  for (const Word& word : words) {
    if (word.name == place.node->text) return word.value;
  }
  Diagnostic& diagnostic = reading.report(
      Code::MAP003, place, {spoken_name(place.pointer), " cannot be `", shortened(place.node->text), "`"},
      {"it must be ", spoken_list(names)});
  diagnostic.suggestion = nearest_name(place.node->text, names);
  return std::nullopt;
}

namespace {

/// Recursive; the depth of the file is bounded by `max_document_depth`.
std::optional<Value> to_value(Reading& reading, const Place& place) {
  const Node& node = *place.node;
  Arena& arena = reading.arena();
  switch (node.kind) {
    case NodeKind::null: return Value::null();
    case NodeKind::boolean: return Value::of(node.boolean);
    case NodeKind::string: return Value::of_string(arena.copy(node.text));
    case NodeKind::number: {
      if (const std::optional<std::string> numeral = json_numeral(node.text))
        return Value::of_text(Kind::numeral, arena.copy(*numeral));
      reading.wrong_type(place, "a number that JSON can hold",
                         "infinities, .nan and numbers of other bases past 64 bits are none");
      return std::nullopt;
    }
    case NodeKind::list: {
      Value* elements = arena.array<Value>(node.elements.size());
      bool complete = true;
      for (std::size_t i = 0; i < node.elements.size(); ++i) {
        const std::optional<Value> element = to_value(reading, place.element(i));
        if (element) elements[i] = *element;
        complete = complete && element;
      }
      if (!complete) return std::nullopt;
      return Value::of_list(elements, node.elements.size());
    }
    case NodeKind::map: {
      Member* members = arena.array<Member>(node.members.size());
      bool complete = true;
      for (std::size_t i = 0; i < node.members.size(); ++i) {
        const std::optional<Value> value = to_value(reading, place.member(i));
        members[i].key = Value::of_string(arena.copy(node.members[i].key.text));
        if (value) members[i].value = *value;
        complete = complete && value;
      }
      if (!complete) return std::nullopt;
      return Value::of_map(members, node.members.size());
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Literal> read_literal(Reading& reading, const Place& place) {
  const std::optional<Value> value = to_value(reading, place);
  if (!value) return std::nullopt;
  return Literal{*value, reading.range(place)};
}

}  // namespace crmsync::mapping
