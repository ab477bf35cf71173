#include "json/writer.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <utility>

#include "json/base64.h"
#include "json/duration.h"
#include "json/number.h"
#include "json/short_text.h"
#include "json/simd.h"
#include "json/small_stack.h"
#include "json/text_buffer.h"
#include "json/time.h"

namespace crmsync::json {
namespace {

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"': out += "\\\""; break;
    case '\\': out += "\\\\"; break;
    case '\b': out += "\\b"; break;
    case '\f': out += "\\f"; break;
    case '\n': out += "\\n"; break;
    case '\r': out += "\\r"; break;
    case '\t': out += "\\t"; break;
    default:
      out += "\\u00";
      out += "01"[c >> 4];
      out += "0123456789abcdef"[c & 0xF];
  }
}

bool needs_no_escape(std::string_view text) {
  const char* const end = text.data() + text.size();
  return find_escape<NativeBlock>(text.data(), end) == end;
}

/// Everything but lists and maps that are not raw.
void append_leaf(std::string& out, const Value& value) {
  switch (value.kind) {
    case Kind::absent:
    case Kind::null:
    case Kind::optional:  // empty
    case Kind::error: out += "null"; break;
    case Kind::boolean: out += value.boolean ? "true" : "false"; break;
    case Kind::numeral:
    case Kind::list:
    case Kind::map: out += value.view(); break;
    case Kind::string:
      if (value.is_written()) {
        out += '"';
        out += value.view();
        out += '"';
      } else {
        append_string(out, value.view());
      }
      break;
    case Kind::integer: append_integer(out, value.integer); break;
    case Kind::unsigned_integer: append_unsigned(out, value.natural); break;
    case Kind::number:
      if (std::isfinite(value.number)) {
        append_number(out, value.number);
      } else {
        out += "null";
      }
      break;
    case Kind::bytes:
      out += '"';
      append_base64(out, value.view());
      out += '"';
      break;
    case Kind::timestamp:
      out += '"';
      append_timestamp(out, value);
      out += '"';
      break;
    case Kind::duration:
      out += '"';
      append_duration(out, value.integer);
      out += '"';
      break;
    case Kind::type: append_string(out, value.view()); break;
  }
}

void append_key(std::string& out, const Value& key) {
  switch (key.kind) {
    case Kind::string:
    case Kind::bytes:
    case Kind::timestamp:
    case Kind::duration:
    case Kind::type: append_leaf(out, key); break;
    default:
      out += '"';
      append_leaf(out, key.is(Kind::list) || key.is(Kind::map) ? Value::null() : key);
      out += '"';
  }
  out += ':';
}

/// A list or map that is being written.
struct Open {
  const Value* container;
  std::uint32_t next;
};

}  // namespace

void append_string(std::string& out, std::string_view text) {
  out += '"';
  const char* p = text.data();
  const char* const end = p + text.size();
  for (;;) {
    const char* const stop = find_escape<NativeBlock>(p, end);
    out.append(p, static_cast<std::size_t>(stop - p));
    if (stop == end) break;
    append_escaped(out, *stop);
    p = stop + 1;
  }
  out += '"';
}

bool append_value(std::string& out, const Value& value, std::size_t limit) {
  const std::size_t start = out.size();
  SmallStack<Open, 32> open;
  const Value* current = &value;
  for (;;) {
    if ((current->is(Kind::list) || current->is(Kind::map)) && !current->is_raw()) {
      open.push({current, 0});
      out += current->is(Kind::list) ? '[' : '{';
    } else if (current->is(Kind::optional) && current->size) {
      current = current->elements;
      continue;
    } else {
      append_leaf(out, *current);
    }
    for (;;) {
      if (out.size() - start > limit) return false;
      if (open.empty()) return true;
      Open& top = open.top();
      const bool is_list = top.container->is(Kind::list);
      if (top.next == top.container->size) {
        out += is_list ? ']' : '}';
        open.pop();
        continue;
      }
      if (top.next > 0) out += ',';
      if (is_list) {
        current = top.container->elements + top.next;
      } else {
        const Member& member = top.container->members[top.next];
        append_key(out, member.key);
        current = &member.value;
      }
      ++top.next;
      break;
    }
  }
}

TextBuffer& TextBuffer::operator+=(std::string_view text) {
  copy_bytes(room(text.size()), text.data(), text.size());
  size_ += text.size();
  return *this;
}

void TextBuffer::add_quoted(std::string_view text) {
  char* const to = room(text.size() + 2);
  to[0] = '"';
  copy_bytes(to + 1, text.data(), text.size());
  to[text.size() + 1] = '"';
  size_ += text.size() + 2;
}

void TextBuffer::grow(std::size_t bytes) {
  const std::size_t wanted = std::max(2 * capacity_, size_ + bytes + 1024);
  std::unique_ptr<char[]> larger(new char[wanted]);
  if (size_ != 0) std::memcpy(larger.get(), data(), size_);
  data_ = std::move(larger);
  capacity_ = wanted;
}

void append_value(TextBuffer& out, const Value& value) {
  if (value.is(Kind::string) && (value.is_written() || needs_no_escape(value.view()))) {
    out.add_quoted(value.view());
  } else if (value.is_nothing()) {
    out += "null";
  } else {
    std::string written;
    append_value(written, value);
    out += written;
  }
}

std::string written_key(std::string_view name) {
  std::string key;
  append_string(key, name);
  key += ':';
  return key;
}

}  // namespace crmsync::json
