#include <algorithm>

#include "expression/arithmetic.h"
#include "expression/decimal.h"
#include "expression/functions.h"
#include "expression/functions/time.h"
#include "expression/text_writer.h"
#include "json/small_stack.h"
#include "json/sort.h"
#include "json/utf8.h"

/// `'%s is %.2f'.format([name, price])` (cel-go, ext/README.md, "Format").
namespace crmsync::expression {
namespace {

constexpr std::string_view letters = "sdfebxXo";
constexpr std::size_t default_precision = 6;
constexpr std::size_t largest_precision = 1'000'000'000;  // nobody can pay for more

class Formatter {
 public:
  explicit Formatter(Context& context) : context_(context), out_(context) {}

  Value format(std::string_view text, const Value& list);

 private:
  /// One that is being written. A map's keys are written in the order of their texts.
  struct Open {
    Value container;
    const std::string_view* keys;
    const std::uint32_t* order;
    std::uint32_t next;
  };

  bool clause(std::string_view& text, const Value& list);
  bool write(char letter, std::size_t precision, const Value& value);
  bool write_integer(char letter, Value value);
  void write_magnitude(std::uint64_t magnitude, unsigned base, const char* digits);
  void write_bytes(std::string_view bytes, const char* digits);
  bool write_text(Value value);
  bool write_leaf(const Value& value);
  void open_map(Open& map);
  std::string_view key_text(const Value& key);
  bool no_clause(char letter, const Value& value);

  bool fail(Code code, std::initializer_list<std::string_view> parts) {
    error_ = context_.fail(code, parts);
    return false;
  }

  Context& context_;
  TextWriter out_;
  Value error_;
  std::uint32_t used_ = 0;  // values of the list
};

Value Formatter::format(std::string_view text, const Value& list) {
  while (!out_.out_of_budget()) {
    const std::size_t percent = text.find('%');
    out_.append(text.substr(0, percent));
    if (percent == std::string_view::npos) break;
    text.remove_prefix(percent + 1);
    if (!clause(text, list)) return error_;
  }
  return out_.result();
}

/// Writes what the clause at the front of `text` stands for, and takes it off.
bool Formatter::clause(std::string_view& text, const Value& list) {
  if (text.starts_with('%')) {
    text.remove_prefix(1);
    out_.append("%");
    return true;
  }
  std::size_t precision = default_precision;
  if (text.starts_with('.')) {
    std::size_t digits = 1;
    precision = 0;
    for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
      precision = std::min(precision * 10 + static_cast<std::size_t>(text[digits] - '0'), largest_precision);
    }
    text.remove_prefix(digits);
    if (digits == 1) text = {};
  }
  if (text.empty() || letters.find(text[0]) == std::string_view::npos) {
    return fail(Code::EXP009, {"format: after % or %.2 one of s d f e b x X o is expected"});
  }
  if (used_ == list.size) return fail(Code::EXP008, {"format: there are more clauses than values in the list"});
  const char letter = text[0];
  text.remove_prefix(1);
  return write(letter, precision, scalar(list.elements[used_++], context_.lenient));
}

bool Formatter::no_clause(char letter, const Value& value) {
  return fail(Code::EXP004, {"format: %", {&letter, 1}, " does not take ", type_name(value)});
}

bool Formatter::write(char letter, std::size_t precision, const Value& value) {
  const bool number = is_number(value);
  switch (letter) {
    case 's': return write_text(value);
    case 'd':
      if (!number) break;
      return write_leaf(value);
    case 'f':
      if (!number) break;
      append_fixed(out_, to_number(value), precision);
      return true;
    case 'e':
      if (!number) break;
      append_scientific(out_, to_number(value), precision);
      return true;
    default: return write_integer(letter, value);
  }
  return no_clause(letter, value);
}

bool Formatter::write_integer(char letter, Value value) {
  const char* const digits = letter == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
  const unsigned base = letter == 'b' ? 2 : letter == 'o' ? 8 : 16;
  if (base == 16 && (value.is(Kind::string) || value.is(Kind::bytes))) {
    write_bytes(value.view(), digits);
    return true;
  }
  if (base == 2 && value.is(Kind::boolean)) value = Value::of_unsigned(value.boolean);
  std::int64_t integer = 0;
  if (as_integer(value, context_.lenient, integer)) {
    if (integer < 0) out_.append("-");
    const auto bits = static_cast<std::uint64_t>(integer);
    write_magnitude(integer < 0 ? 0 - bits : bits, base, digits);
    return true;
  }
  if (!value.is(Kind::unsigned_integer)) return no_clause(letter, value);
  write_magnitude(value.natural, base, digits);
  return true;
}

void Formatter::write_magnitude(std::uint64_t magnitude, unsigned base, const char* digits) {
  char text[64];
  std::size_t begin = sizeof text;
  do {
    text[--begin] = digits[magnitude % base];
    magnitude /= base;
  } while (magnitude != 0);
  out_.append({text + begin, sizeof text - begin});
}

void Formatter::write_bytes(std::string_view bytes, const char* digits) {
  for (std::size_t i = 0; i < bytes.size() && !out_.out_of_budget(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    const char pair[] = {digits[byte >> 4], digits[byte & 0xF]};
    out_.append({pair, 2});
  }
}

/// Lists and maps in a loop, however deep they are.
bool Formatter::write_text(Value value) {
  SmallStack<Open, 8> open(&context_.arena);
  for (;;) {
    if (value.is(Kind::list) || value.is(Kind::map)) {
      open.push({value, nullptr, nullptr, 0});
      out_.append(value.is(Kind::list) ? "[" : "{");
      if (value.is(Kind::map)) open_map(open.top());
    } else if (!write_leaf(value)) {
      return false;
    }
    while (!open.empty() && open.top().next == open.top().container.size) {
      out_.append(open.top().container.is(Kind::list) ? "]" : "}");
      open.pop();
    }
    if (open.empty() || out_.out_of_budget()) return true;
    Open& innermost = open.top();
    if (innermost.next > 0) out_.append(", ");
    std::uint32_t position = innermost.next++;
    if (innermost.container.is(Kind::list)) {
      value = scalar(innermost.container.elements[position], context_.lenient);
    } else {
      position = innermost.order[position];
      out_.append(innermost.keys[position]);
      out_.append(": ");
      value = scalar(innermost.container.members[position].value, context_.lenient);
    }
  }
}

/// Puts the keys in order.
void Formatter::open_map(Open& map) {
  const std::uint32_t size = map.container.size;
  // Each key is compared about log2(size) times.
  std::uint64_t bytes = 0, rounds = 1;
  for (std::uint32_t left = size; left > 1; left /= 2) ++rounds;
  if (!out_.charge(size)) return;
  auto* const keys = context_.arena.array<std::string_view>(size);
  for (std::uint32_t i = 0; i < size; ++i) {
    keys[i] = key_text(map.container.members[i].key);
    bytes += keys[i].size() + 10;
  }
  if (!out_.charge(rounds * bytes / 10)) return;
  map.keys = keys;
  map.order =
      sorted_positions(size, context_.arena, [&](std::uint32_t a, std::uint32_t b) { return keys[a] < keys[b]; });
}

std::string_view Formatter::key_text(const Value& key) {
  return key.is(Kind::string) ? key.view() : number_text(key, context_);
}

bool Formatter::write_leaf(const Value& value) {
  switch (value.kind) {
    case Kind::bytes:
      if (utf8::find_invalid(value.view()) != std::string_view::npos) {
        return fail(Code::EXP009, {"format: these bytes are not UTF-8"});
      }
      [[fallthrough]];
    case Kind::string:
    case Kind::type: out_.append(value.view()); return true;
    case Kind::boolean:
    case Kind::integer:
    case Kind::unsigned_integer: out_.append(number_text(value, context_)); return true;
    case Kind::number: append_plain(out_, value.number); return true;
    case Kind::timestamp:
    case Kind::duration: out_.append(time_text(value, context_)); return true;
    case Kind::absent:
    case Kind::null: out_.append("null"); return true;
    default: return no_clause('s', value);
  }
}

Value format(const Value* arguments, std::size_t, Context& context) {
  return Formatter(context).format(arguments[0].view(), arguments[1]);
}

constexpr Function functions[] = {
    documented(
        {"format", true, 2, 2, format, Kind::string, {takes::string, takes::list}}, "string.format(list) -> string",
        "With the values of the list in place of the clauses: %s any value as text, %d a number, %f and %e a number "
        "with 6 or so many decimals (%.2f), without and with an exponent, %b, %o, %x and %X an integer in binary, "
        "octal and hexadecimal (%b also a boolean, %x also a string or bytes), %% a percent sign",
        "'%s is %d years'.format(['Ada', 36]) => 'Ada is 36 years'\n'%.2f %e'.format([2.345, 1500.0]) => '2.35 "
        "1.500000e+03'\n"
        "'%s'.format([[1, 'a', {'k': null}]]) => '[1, a, {k: null}]'\n"
        "'%b %o %x %X'.format([5, 8, 255, 255]) => '101 10 ff FF'\n"
        "'%s%%'.format([50]) => '50%'\n'%d'.format(['a']) => error\n'%s'.format([]) => error"),
};

}  // namespace

FunctionFamily format_functions() {
  return {functions, std::size(functions)};
}

}  // namespace crmsync::expression
