#include "image/archive.h"

#include "expression/limits.h"
#include "json/number.h"
#include "json/reader.h"
#include "json/utf8.h"

namespace crmsync::image {

void Archive::wide(std::uint64_t& value, std::uint64_t most) {
  if (out_) {
    require(value <= most);
    std::uint64_t rest = value;
    for (; rest >= 0x80; rest >>= 7) *out_ += static_cast<char>(rest | 0x80);
    *out_ += static_cast<char>(rest);
    return;
  }
  value = 0;
  for (unsigned shift = 0; next_ != end_ && shift < 64; shift += 7) {
    const auto byte = static_cast<unsigned char>(*next_++);
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte & 0x80) continue;
    // One spelling for each number: no empty last group, no bits beyond the 64th.
    const bool fits = value <= most && (shift == 0 || byte != 0) && (shift < 63 || byte == 1);
    if (fits) return;
    break;
  }
  value = 0;
  require(false);
}

void Archive::number(std::uint32_t& value, std::uint32_t most) {
  std::uint64_t number = value;
  wide(number, most);
  value = static_cast<std::uint32_t>(number);
}

void Archive::number(std::uint16_t& value) {
  std::uint32_t wider = value;
  number(wider, 0xFFFF);
  value = static_cast<std::uint16_t>(wider);
}

void Archive::byte(std::uint8_t& value, std::uint8_t most) {
  std::uint32_t wider = value;
  number(wider, most);
  value = static_cast<std::uint8_t>(wider);
}

void Archive::size(std::size_t& value) {
  std::uint64_t shifted = std::uint64_t{value} + 1;
  if (value == static_cast<std::size_t>(-1)) shifted = 0;
  wide(shifted, 0xFFFFFFFF);
  value = static_cast<std::size_t>(shifted - 1);
}

std::string_view Archive::taken(std::size_t size) {
  require(size <= static_cast<std::size_t>(end_ - next_));
  if (!ok_) return {};
  const std::string_view bytes(next_, size);
  next_ += size;
  return bytes;
}

void Archive::count(std::size_t& count) {
  std::uint64_t number = count;
  wide(number, out_ ? 0xFFFFFFFF : countable_);
  count = static_cast<std::size_t>(number);
  if (!out_) countable_ -= count;
}

std::string_view Archive::text() {
  std::size_t size = 0;
  count(size);
  const std::string_view text = taken(size);
  require(utf8::find_invalid(text) == std::string_view::npos);
  return ok_ ? text : std::string_view();
}

void Archive::write(std::string_view text) {
  std::size_t size = text.size();
  count(size);
  out_->append(text);
}

void Archive::text(std::string_view& value) {
  if (out_) return write(value);
  value = arena_->copy(text());
}

void Archive::text(std::string& value) {
  if (out_) return write(value);
  value = text();
}

void Archive::path(Path& path) {
  texts(path.segments);
  require(path.segments.size() <= expression::max_path_segments);
}

void Archive::input_path(Path& path) {
  list(path.segments, [this](std::string& segment) {
    bool is_each = segment == Path::each;
    flag(is_each);
    if (!is_each) return text(segment);
    if (reads()) segment = Path::each;
  });
  require(path.segments.size() <= expression::max_path_segments);
}

void Archive::view(Value& value) {
  if (out_) return write(value.view());
  std::string_view read;
  if (value.is(Kind::bytes)) {
    std::size_t size = 0;
    count(size);
    read = taken(size);
  } else {
    read = text();
  }
  if (value.is(Kind::numeral)) require(json::is_number(read));
  value = Value::of_text(value.kind, arena_->copy(read));
}

void Archive::elements(Value& value, unsigned depth) {
  require(depth < expression::max_value_depth);
  std::size_t size = value.size;
  count(size);
  const bool is_map = value.is(Kind::map);
  if (reads()) {
    if (is_map)
      value = Value::of_map(arena_->array<Member>(size), size);
    else
      value = Value::of_list(arena_->array<Value>(size), size);
  }
  for (std::size_t i = 0; ok_ && i < size; ++i) {
    if (is_map) {
      auto& [key, held] = const_cast<Member&>(value.members[i]);
      this->value(key, depth + 1);
      require(key.is(Kind::string) || key.is(Kind::boolean) || key.is(Kind::integer) || key.is(Kind::unsigned_integer));
      this->value(held, depth + 1);
    } else {
      this->value(const_cast<Value&>(value.elements[i]), depth + 1);
    }
  }
}

/// A list or map as its text: a default, ready to be written.
void Archive::raw(Value& value) {
  if (out_) return write(value.view());
  const std::string_view text = arena_->copy(this->text());
  json::Shape whole;
  whole.want({}, 0);
  Value read;
  require(json::read_document(text, whole, &read).ok() && read.is(value.kind) && read.view() == text);
  value = read;
}

void Archive::value(Value& value, unsigned depth) {
  bool is_raw = value.is_raw();
  require(value.flags == (is_raw ? Value::raw : 0));
  choice(value.kind, Kind::error);
  if (value.is(Kind::list) || value.is(Kind::map)) {
    flag(is_raw);
    if (is_raw) return raw(value);
  }
  switch (value.kind) {
    case Kind::absent:
    case Kind::null: break;
    case Kind::boolean: {
      bool held = value.boolean;
      flag(held);
      value = Value::of(held);
      break;
    }
    case Kind::integer:
    case Kind::unsigned_integer:
    case Kind::number: wide(value.natural, UINT64_MAX); break;
    case Kind::numeral:
    case Kind::string:
    case Kind::bytes:
    case Kind::type: view(value); break;
    case Kind::list:
    case Kind::map: elements(value, depth); break;
    case Kind::optional: require(value.size == 0); break;
    default: require(false);
  }
  if (!ok_ && reads()) value = {};
}

}  // namespace crmsync::image
