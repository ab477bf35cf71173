#include "expression/regex/buffer.h"

namespace crmsync::expression::regex {

void* Growth::make_room(std::uint32_t at, std::size_t item) {
  if (size_ == capacity_) {
    capacity_ = capacity_ ? 2 * capacity_ : 16;
    char* const larger = static_cast<char*>(arena_.allocate(capacity_ * item));
    if (size_) std::memcpy(larger, items_, size_ * item);
    items_ = larger;
  }
  char* const place = items_ + at * item;
  std::memmove(place + item, place, (size_ - at) * item);
  ++size_;
  return place;
}

}  // namespace crmsync::expression::regex
