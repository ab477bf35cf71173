#include "generator.h"

namespace crmsync::reference {
namespace {

/// A record has these fields, most of them with the type that the first letters of the alphabet and the names suggest.
constexpr std::string_view fields[] = {"a", "b", "c", "d", "e", "items", "flag", "string", "First Name", "zz"};
constexpr std::string_view numeric_fields[] = {"a", "e.a", "a", "record.a"};
constexpr std::string_view text_fields[] = {"b", "string"};
constexpr std::string_view list_fields[] = {"d", "items"};
constexpr std::string_view numbers[] = {"1",
                                        "0",
                                        "2",
                                        "-1",
                                        "2.0",
                                        "0.5",
                                        "1u",
                                        "0u",
                                        "3.7",
                                        "-0.0",
                                        "1e300",
                                        "9223372036854775807",
                                        "-9223372036854775808",
                                        "18446744073709551615u",
                                        "9223372036854775808.0",
                                        "9007199254740993",
                                        "9007199254740992.0"};
constexpr std::string_view texts[] = {"'x'",   "''",   "'ab'", "'é😀'",   "\"a\\nb\"", "'10'", "'2026-01-01T00:00:00Z'",
                                      "'1.5'", "b'x'", "'1h'", "r'\\d'", "b'\\xff'"};
constexpr std::string_view others[] = {"null",
                                       "type(1)",
                                       "now",
                                       "timestamp('2026-02-28T23:59:59.5Z')",
                                       "duration('90m')",
                                       "google.protobuf.Duration",
                                       "string",
                                       "timestamp('9999-12-31T23:59:59Z')",
                                       "b'ab'"};
/// Deeper than this only leaves are made.
constexpr unsigned deepest = 6;

}  // namespace

std::string Generator::expression() {
  return make(Want::any);
}

std::string Generator::make(Want want) {
  if (choices_.one_in(32)) want = static_cast<Want>(choices_.below(6));
  if (want == Want::any) want = static_cast<Want>(1 + choices_.below(5));
  if (depth_ >= deepest || choices_.below(4) == 0) return leaf(want);
  ++depth_;
  std::string made;
  if (choices_.one_in(12)) {
    made = conditional(want);
  } else {
    switch (want) {
      case Want::boolean: made = boolean(); break;
      case Want::number: made = number(); break;
      case Want::text: made = text(); break;
      case Want::list: made = list(); break;
      default: made = map();
    }
  }
  --depth_;
  return made;
}

std::string Generator::leaf(Want want) {
  if (!variables_.empty() && choices_.below(3) == 0) return field();
  if (choices_.one_in(24)) return field();
  if (choices_.one_in(48)) return std::string(choices_.of(others));
  if (choices_.below(3) == 0) {
    switch (want) {
      case Want::boolean: return "flag";
      case Want::number: return std::string(choices_.of(numeric_fields, dialect_ == expression::Dialect::crm ? 4 : 3));
      case Want::text: return std::string(choices_.of(text_fields));
      case Want::list: return std::string(choices_.of(list_fields));
      default: return "e";
    }
  }
  switch (want) {
    case Want::boolean: return choices_.below(2) ? "true" : "false";
    case Want::number: return std::string(choices_.of(numbers, choices_.one_in(4) ? std::size(numbers) : 4));
    case Want::text: return std::string(choices_.of(texts));
    case Want::list: return choices_.below(2) ? "[1, 2.0, 'x', null]" : "[]";
    default: return choices_.below(2) ? "{'a': 1, 'b': {'c': [0]}}" : "{}";
  }
}

/// A variable of a macro around it, or a field of the record in one of the ways to write it.
std::string Generator::field() {
  if (!variables_.empty() && choices_.below(2)) {
    const std::string& variable = variables_[variables_.size() - 1 - choices_.below(variables_.size())];
    return choices_.one_in(4) ? variable + ".a" : variable;
  }
  const std::string name(choices_.of(fields));
  const bool plain = name.find(' ') == std::string::npos;
  const bool crm = dialect_ == expression::Dialect::crm;
  switch (choices_.below(8)) {
    case 5: return "e." + (plain ? name : '`' + name + '`');
    case 6:
      if (crm) return choices_.below(2) ? "record['" + name + "']" : "record." + (plain ? name : '`' + name + '`');
      [[fallthrough]];
    case 7: return choices_.one_in(6) ? "record" : "e.b.c";
    default: return plain ? name : crm ? '`' + name + '`' : "a";
  }
}

std::string Generator::binary(Want left, std::string_view op, Want right) {
  std::string text = make(left);
  if (choices_.below(3)) text = '(' + text + ')';
  return text + ' ' + std::string(op) + " (" + make(right) + ')';
}

std::string Generator::conditional(Want want) {
  const std::string condition = make(Want::boolean);
  const std::string met = make(want);
  return "((" + condition + ") ? " + '(' + met + ") : " + '(' + make(want) + "))";
}

std::string Generator::macro(std::string_view name, Want body) {
  std::string call = '(' + make(choices_.one_in(4) ? Want::map : Want::list) + ")." + std::string(name) + '(';
  // Inner variables may hide outer ones, fields and types.
  constexpr std::string_view names[] = {"x", "y", "a", "int", "record"};
  variables_.emplace_back(choices_.of(names));
  call += variables_.back() + ", ";
  if (name == "map" && choices_.one_in(3)) call += make(Want::boolean) + ", ";
  call += make(body) + ')';
  variables_.pop_back();
  return call;
}

std::string Generator::boolean() {
  constexpr std::string_view logical[] = {"&&", "||"};
  constexpr std::string_view relations[] = {"==", "!=", "<", "<=", ">", ">="};
  constexpr std::string_view of_texts[] = {"startsWith", "endsWith", "contains"};
  constexpr std::string_view quantifiers[] = {"all", "exists", "exists_one"};
  switch (choices_.below(9)) {
    case 0: return binary(Want::boolean, choices_.of(logical), Want::boolean);
    case 1: {
      const Want want = static_cast<Want>(choices_.below(6));
      return binary(want, choices_.of(relations), want);
    }
    case 2: return binary(Want::any, choices_.of(relations), Want::any);
    case 3: return binary(Want::any, "in", choices_.below(3) ? Want::list : Want::map);
    case 4: return "!(" + make(Want::boolean) + ')';
    case 5: return '(' + make(Want::text) + ")." + std::string(choices_.of(of_texts)) + '(' + make(Want::text) + ')';
    case 6: return macro(choices_.of(quantifiers), Want::boolean);
    case 7: {
      constexpr std::string_view chosen[] = {"e.a", "e.b.c", "items.a", "zz.a"};
      if (dialect_ == expression::Dialect::crm && choices_.one_in(3)) return "has(record['First Name'])";
      return choices_.below(2) ? "has(" + std::string(choices_.of(chosen)) + ')' : "has((" + make(Want::map) + ").a)";
    }
    default: {
      constexpr std::string_view types[] = {"string", "int", "[string][0]", "dyn(string)", "list", "e.string"};
      const std::string type = "type(" + make(Want::any) + ')';
      const std::string other(choices_.of(types));
      return choices_.below(2) ? type + " == " + other : other + " != " + type;
    }
  }
}

std::string Generator::number() {
  constexpr std::string_view operators[] = {"+", "-", "*", "/", "%"};
  constexpr std::string_view conversions[] = {"int", "double", "uint"};
  switch (choices_.below(8)) {
    case 0: return "size(" + make(static_cast<Want>(3 + choices_.below(3))) + ')';
    case 1:
      return std::string(choices_.of(conversions)) + '(' + make(choices_.below(2) ? Want::number : Want::text) + ')';
    case 2: return "-(" + make(Want::number) + ')';
    case 3: return other();
    default: return binary(Want::number, choices_.of(operators), Want::number);
  }
}

std::string Generator::other() {
  constexpr std::string_view parts[] = {"getFullYear", "getMonth", "getHours", "getMilliseconds"};
  switch (choices_.below(4)) {
    case 0: return '(' + make(Want::list) + ")[" + make(Want::number) + ']';
    case 1: return '(' + make(Want::map) + ")[" + (choices_.below(2) ? "'a'" : make(Want::any)) + ']';
    case 2: return std::string(choices_.of(others)) + '.' + std::string(choices_.of(parts)) + "()";
    default:
      return std::string(choices_.of(others)) + (choices_.below(2) ? " - " : " + ") + std::string(choices_.of(others));
  }
}

std::string Generator::text() {
  switch (choices_.below(4)) {
    case 0: return "string(" + make(Want::any) + ')';
    case 1:
    case 2: {  // chains without brackets are joined at once
      std::string sum = leaf(Want::text);
      for (std::size_t i = 1 + choices_.below(4); i > 0; --i) {
        sum += (choices_.one_in(8) ? " - (" : " + (") + make(choices_.below(2) ? Want::text : Want::any) + ')';
      }
      return sum;
    }
    default: return binary(Want::text, "+", choices_.below(2) ? Want::text : Want::any);
  }
}

std::string Generator::separated(Want want, std::size_t most) {
  std::string items;
  for (std::size_t i = choices_.below(most + 1); i > 0; --i) items += (items.empty() ? "" : ", ") + make(want);
  return items;
}

std::string Generator::list() {
  switch (choices_.below(5)) {
    case 0: return macro("map", Want::any);
    case 1: return macro("filter", Want::boolean);
    case 2: return binary(Want::list, "+", Want::list);
    default: return '[' + separated(static_cast<Want>(choices_.below(6)), 4) + ']';
  }
}

std::string Generator::map() {
  if (choices_.one_in(5)) return '(' + make(Want::map) + ")." + (choices_.below(2) ? "a" : "b");
  std::string made;
  for (std::size_t i = choices_.below(4); i > 0; --i) {
    constexpr std::string_view keys[] = {"'a'", "'b'", "1", "true", "2u", "'c'", "'d'", "1.0"};
    const std::string key = choices_.one_in(6) ? make(Want::any) : std::string(choices_.of(keys));
    made += (made.empty() ? "" : ", ") + key + ": " + make(Want::any);
  }
  return '{' + made + '}';
}

std::string Generator::json(unsigned depth) {
  constexpr std::string_view scalars[] = {
      "null",   "true", "false",           "0",   "1",  "-1",     "2.5",
      "\"x\"",  "\"\"", "\"a\\n\\u00e9\"", "1e3", "-0", "\"10\"", "9007199254740993",
      "\"ab\"", "1e400"};
  const std::size_t kind = choices_.below(depth < 3 ? 8 : 5);
  if (kind < 5) return std::string(choices_.of(scalars));
  std::string made;
  const std::size_t count = choices_.below(4);
  if (kind < 7) {
    for (std::size_t i = 0; i < count; ++i) made += (i ? "," : "") + json(depth + 1);
    return '[' + made + ']';
  }
  constexpr std::string_view keys[] = {"a", "b", "c", "First Name"};
  const std::size_t first = choices_.below(4);
  for (std::size_t i = 0; i < count; ++i) {
    made += (i ? ", \"" : "\"") + std::string(keys[(first + i) % 4]) + "\": " + json(depth + 1);
  }
  return '{' + made + '}';
}

std::string Generator::record() {
  std::string made;
  for (const std::string_view field : fields) {
    if (field == "zz" || choices_.one_in(8)) continue;  // some are missing
    std::string value = json(1);
    if (choices_.below(8)) {
      constexpr std::string_view numbers[] = {"0", "1", "2.5", "-3", "9007199254740993", "3", "1e3", "100"};
      constexpr std::string_view texts[] = {"\"x\"", "\"\"", "\"a\\n\\u00e9\"", "\"10\"", "\"xab\""};
      if (field == "a") value = choices_.of(numbers);
      if (field == "b" || field == "string") value = choices_.of(texts);
      if (field == "d") value = "[1, 2.5, \"x\", " + json(2) + ']';
      if (field == "e") value = "{\"a\":2,\"b\":{\"c\":" + json(2) + "}}";
      if (field == "flag") value = choices_.below(2) ? "true" : "false";
      if (field == "items") value = "[{\"a\":" + json(2) + "},{\"a\":1,\"b\":null}]";
    }
    made += (made.empty() ? "\"" : ",\"") + std::string(field) + "\":" + value;
  }
  return '{' + made + '}';
}

}  // namespace crmsync::reference
