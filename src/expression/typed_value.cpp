#include "expression/typed_value.h"

#include <cmath>

#include "expression/duration.h"
#include "json/base64.h"
#include "json/number.h"
#include "json/time.h"
#include "json/writer.h"

namespace crmsync::expression {
namespace {

std::optional<Value> from_double(const Value& v) {
  if (v.is(Kind::numeral)) return Value::of_number(json::to_double(v.view()));
  if (!v.is(Kind::string)) return std::nullopt;
  if (v.view() == "NaN") return Value::of_number(std::nan(""));
  if (v.view() == "Infinity") return Value::of_number(HUGE_VAL);
  if (v.view() == "-Infinity") return Value::of_number(-HUGE_VAL);
  if (v.view() == "-0") return Value::of_number(-0.0);
  return std::nullopt;
}

std::optional<Value> from_unsigned(std::string_view text) {
  std::uint64_t number = 0;
  if (text.empty() || text.size() > 20) return std::nullopt;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    const std::uint64_t digit = static_cast<std::uint64_t>(c - '0');
    if (number > (UINT64_MAX - digit) / 10) return std::nullopt;
    number = number * 10 + digit;
  }
  return Value::of_unsigned(number);
}

std::optional<Value> from_text(std::string_view type, std::string_view text, Arena& arena) {
  if (type == "string") return Value::of_string(text);
  if (type == "type") return Value::of_text(Kind::type, text);
  if (type == "timestamp") return json::parse_timestamp(text);
  if (type == "uint") return from_unsigned(text);
  if (type == "int") {
    const auto number = json::to_int64(text);
    return number ? std::optional<Value>(Value::of_integer(*number)) : std::nullopt;
  }
  if (type == "duration") {
    const auto nanoseconds = parse_duration(text);
    if (!nanoseconds) return std::nullopt;
    Value value;
    value.kind = Kind::duration;
    value.integer = *nanoseconds;
    return value;
  }
  if (type == "bytes") {
    const auto bytes = json::decode_base64(text, arena);
    return bytes ? std::optional<Value>(Value::of_text(Kind::bytes, *bytes)) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<Value> from_list(const Value& v, Arena& arena) {
  Value* elements = arena.array<Value>(v.size);
  for (std::uint32_t i = 0; i < v.size; ++i) {
    const auto element = from_typed_value(v.elements[i], arena);
    if (!element) return std::nullopt;
    elements[i] = *element;
  }
  return Value::of_list(elements, v.size);
}

std::optional<Value> from_map(const Value& v, Arena& arena) {
  Member* members = arena.array<Member>(v.size);
  for (std::uint32_t i = 0; i < v.size; ++i) {
    const Value& pair = v.elements[i];
    if (!pair.is(Kind::list) || pair.size != 2) return std::nullopt;
    const auto key = from_typed_value(pair.elements[0], arena);
    const auto value = from_typed_value(pair.elements[1], arena);
    if (!key || !value) return std::nullopt;
    members[i] = {*key, *value};
  }
  return Value::of_map(members, v.size);
}

std::optional<Value> from_optional(const Value& v, Arena& arena) {
  if (v.is(Kind::null)) return Value::of_optional(nullptr);
  const auto value = from_typed_value(v, arena);
  if (!value) return std::nullopt;
  auto* held = arena.array<Value>(1);
  *held = *value;
  return Value::of_optional(held);
}

void append_tagged(std::string& out, std::string_view type, std::string_view text) {
  out += "{\"t\":\"";
  out += type;
  out += "\",\"v\":";
  out += text;
  out += '}';
}

std::string_view text_tag(Kind kind) {
  switch (kind) {
    case Kind::bytes: return "bytes";
    case Kind::timestamp: return "timestamp";
    case Kind::duration: return "duration";
    case Kind::type: return "type";
    default: return "string";
  }
}

std::string quoted(const std::string& text) {
  return '"' + text + '"';
}

std::string double_text(double number) {
  if (std::isfinite(number) && !(number == 0 && std::signbit(number))) {
    std::string text;
    json::append_number(text, number);
    return text;
  }
  return std::isnan(number) ? "\"NaN\"" : number == 0 ? "\"-0\"" : number > 0 ? "\"Infinity\"" : "\"-Infinity\"";
}

}  // namespace

std::optional<Value> from_typed_value(const Value& typed, Arena& arena) {
  const Value type = member(typed, "t");
  const Value v = member(typed, "v");
  if (!type.is(Kind::string)) return std::nullopt;
  if (type.view() == "null") return Value::null();
  if (type.view() == "bool") return v.is(Kind::boolean) ? std::optional<Value>(v) : std::nullopt;
  if (type.view() == "double") return from_double(v);
  if (type.view() == "list") return v.is(Kind::list) ? from_list(v, arena) : std::nullopt;
  if (type.view() == "map") return v.is(Kind::list) ? from_map(v, arena) : std::nullopt;
  if (type.view() == "optional") return from_optional(v, arena);
  return v.is(Kind::string) ? from_text(type.view(), v.view(), arena) : std::nullopt;
}

bool append_typed_value(std::string& out, const Value& value, std::size_t limit) {
  if (out.size() > limit) return false;
  std::string text;
  switch (value.kind) {
    case Kind::boolean: append_tagged(out, "bool", value.boolean ? "true" : "false"); break;
    case Kind::integer:
      json::append_integer(text, value.integer);
      append_tagged(out, "int", quoted(text));
      break;
    case Kind::unsigned_integer:
      json::append_unsigned(text, value.natural);
      append_tagged(out, "uint", quoted(text));
      break;
    case Kind::number: append_tagged(out, "double", double_text(value.number)); break;
    case Kind::numeral: append_tagged(out, "double", value.view()); break;
    case Kind::string:
    case Kind::bytes:
    case Kind::timestamp:
    case Kind::duration:
    case Kind::type:
      json::append_value(text, value);
      append_tagged(out, text_tag(value.kind), text);
      break;
    case Kind::list:
      out += "{\"t\":\"list\",\"v\":[";
      for (std::uint32_t i = 0; i < value.size; ++i) {
        if (i != 0) out += ',';
        if (!append_typed_value(out, value.elements[i], limit)) return false;
      }
      out += "]}";
      break;
    case Kind::map:
      out += "{\"t\":\"map\",\"v\":[";
      for (std::uint32_t i = 0; i < value.size; ++i) {
        out += i == 0 ? "[" : ",[";
        if (!append_typed_value(out, value.members[i].key, limit)) return false;
        out += ',';
        if (!append_typed_value(out, value.members[i].value, limit)) return false;
        out += ']';
      }
      out += "]}";
      break;
    case Kind::optional:
      out += "{\"t\":\"optional\",\"v\":";
      if (value.size == 0) {
        out += "null";
      } else if (!append_typed_value(out, *value.elements, limit)) {
        return false;
      }
      out += '}';
      break;
    default: out += "{\"t\":\"null\"}";
  }
  return out.size() <= limit;
}

}  // namespace crmsync::expression
