#include <algorithm>
#include <cstddef>
#include <cstring>

#include "json/escapes.h"
#include "json/simd.h"
#include "json/small_stack.h"
#include "json/unique_keys.h"
#include "json/value.h"

namespace crmsync {
namespace {

/// Parses validated JSON: a container from bracket to bracket. Because it is valid, separators say nothing, and keys
/// need no attention either: in a map every other value is one.
class RawParser {
 public:
  RawParser(std::string_view text, Arena& arena)
      : p_(text.data()), end_(p_ + text.size()), arena_(arena), open_(&arena), values_(&arena) {}

  Value parse() {
    while (p_ != end_) {
      switch (*p_) {
        case ' ':
        case '\t':
        case '\n':
        case '\r':
        case ',':
        case ':': ++p_; break;
        case '{':
        case '[': open(); break;
        case '}':
        case ']': {
          const Value container = close();
          if (open_.empty()) return container;
          values_.push(container);
          break;
        }
        case '"': values_.push(string()); break;
        case 't': literal(Value::of(true), 4); break;
        case 'f': literal(Value::of(false), 5); break;
        case 'n': literal(Value::null(), 4); break;
        default: values_.push(numeral());
      }
    }
    return {};
  }

 private:
  struct Container {
    std::size_t first;  // its first element, or its first key, in `values_`
    bool is_map;
  };

  void open() {
    open_.push({values_.size(), *p_ == '{'});
    ++p_;
  }

  Value close() {
    ++p_;
    const Container container = open_.top();
    open_.pop();
    const std::size_t count = values_.size() - container.first;
    const Value* const values = values_.data() + container.first;
    values_.shrink(container.first);
    if (!container.is_map) {
      Value* const elements = arena_.array<Value>(count);
      std::copy_n(values, count, elements);
      return Value::of_list(elements, count);
    }
    Member* const members = arena_.array<Member>(count / 2);
    for (std::size_t i = 0; i < count / 2; ++i) members[i] = {values[2 * i], values[2 * i + 1]};
    return Value::of_map(members, json::keep_last_of_equal_keys(members, count / 2, arena_));
  }

  void literal(const Value& value, int length) {
    values_.push(value);
    p_ += length;
  }

  Value string() {
    const char* const start = ++p_;
    bool escaped = false;
    while (*(p_ = json::find_escape<json::NativeBlock>(p_, end_)) == '\\') {
      escaped = true;
      p_ += 2;
    }
    Value value = Value::of_string({start, static_cast<std::size_t>(p_ - start)});
    ++p_;
    if (!escaped) return value;
    value.flags = Value::escaped;
    return Value::of_string(decoded_text(value, arena_));
  }

  Value numeral() {
    const char* const start = p_;
    while (p_ != end_ && *p_ > ' ' && *p_ != ',' && *p_ != ']' && *p_ != '}') ++p_;
    return Value::of_text(Kind::numeral, {start, static_cast<std::size_t>(p_ - start)});
  }

  const char* p_;
  const char* const end_;
  Arena& arena_;
  SmallStack<Container, 32> open_;
  SmallStack<Value, 128> values_;
};

Value decoded_leaf(const Value& value, Arena& arena) {
  if (value.is_raw()) return RawParser(value.view(), arena).parse();
  if (value.is(Kind::string) && value.flags & Value::escaped) return Value::of_string(decoded_text(value, arena));
  return value;
}

bool is_open_container(const Value& value) {
  return (value.is(Kind::list) || value.is(Kind::map)) && !value.is_raw();
}

bool same_view(const Value& a, const Value& b) {
  return a.kind == b.kind && a.flags == b.flags && a.text == b.text;
}

/// A list or map on the way of `decoded_container`: `copy` is null as long as all before `next` stays as it is.
struct Walk {
  Value source;
  std::uint32_t next = 0;
  bool at_key = false;
  void* copy = nullptr;

  std::uint32_t count() const { return source.size; }
  bool is_map() const { return source.is(Kind::map); }

  const Value& current() const {
    if (!is_map()) return source.elements[next];
    return at_key ? source.members[next].key : source.members[next].value;
  }

  void put(const Value& value, Arena& arena) {
    if (!copy && same_view(value, current())) return;
    if (is_map()) {
      if (!copy) std::copy_n(source.members, count(), static_cast<Member*>(copy = arena.array<Member>(count())));
      Member& member = static_cast<Member*>(copy)[next];
      (at_key ? member.key : member.value) = value;
    } else {
      if (!copy) std::copy_n(source.elements, count(), static_cast<Value*>(copy = arena.array<Value>(count())));
      static_cast<Value*>(copy)[next] = value;
    }
  }

  void advance() {
    if (at_key) {
      at_key = false;
    } else {
      ++next;
      at_key = is_map();
    }
  }

  Value result() const {
    if (!copy) return source;
    return is_map() ? Value::of_map(static_cast<const Member*>(copy), count())
                    : Value::of_list(static_cast<const Value*>(copy), count());
  }
};

/// Copies only those containers that hold something still in its written form.
Value decoded_container(const Value& value, Arena& arena) {
  SmallStack<Walk, 16> open;
  open.push({value, 0, value.is(Kind::map), nullptr});
  for (;;) {
    Walk& walk = open.top();
    if (walk.next < walk.count()) {
      const Value& current = walk.current();
      if (is_open_container(current)) {
        open.push({current, 0, current.is(Kind::map), nullptr});
      } else {
        walk.put(decoded_leaf(current, arena), arena);
        walk.advance();
      }
      continue;
    }
    const Value result = walk.result();
    open.pop();
    if (open.empty()) return result;
    open.top().put(result, arena);
    open.top().advance();
  }
}

}  // namespace

Value decoded(const Value& value, Arena& arena) {
  return is_open_container(value) ? decoded_container(value, arena) : decoded_leaf(value, arena);
}

std::string_view decoded_text(const Value& string, Arena& arena) {
  if (!(string.flags & Value::escaped)) return string.view();
  char* const out = arena.characters(string.size);
  const char* const end = json::unescape(string.view(), out);
  return {out, static_cast<std::size_t>(end - out)};
}

}  // namespace crmsync
