#include "expression/text_writer.h"

#include <algorithm>
#include <cstring>

namespace crmsync::expression {

char* TextWriter::extend(std::size_t size) {
  const std::size_t needed = size_ + size;
  const std::size_t tens = needed > paid_ ? (needed - paid_ + 9) / 10 : 0;
  if (!charge(tens)) return nullptr;
  paid_ += tens * 10;
  if (needed > capacity_) {
    capacity_ = std::max({needed, 2 * capacity_, std::size_t{64}});
    char* const larger = context_.arena.characters(capacity_);
    if (size_) std::memcpy(larger, text_, size_);
    text_ = larger;
  }
  char* const room = text_ + size_;
  size_ = needed;
  return room;
}

void TextWriter::append(std::string_view part) {
  if (part.empty()) return;
  if (char* const room = extend(part.size())) std::memcpy(room, part.data(), part.size());
}

void TextWriter::append(char c, std::size_t times) {
  if (times == 0) return;
  if (char* const room = extend(times)) std::memset(room, c, times);
}

Value TextWriter::result() {
  return out_of_budget_ ? context_.out_of_budget() : Value::of_string({text_, size_});
}

}  // namespace crmsync::expression
