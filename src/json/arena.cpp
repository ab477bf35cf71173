#include "json/arena.h"

#include <algorithm>

namespace crmsync {

void Arena::enter(std::size_t chunk) {
  current_ = chunk;
  next_ = chunks_[chunk].data.get();
  end_ = next_ + chunks_[chunk].size;
  origin_ = reinterpret_cast<std::uintptr_t>(next_) - before_;
}

void* Arena::allocate_slow(std::size_t size, std::size_t alignment) {
  // Later chunks may have been kept from an earlier call: take the first that fits.
  while (current_ + 1 < chunks_.size()) {
    before_ += chunks_[current_].size;
    enter(current_ + 1);
    if (size + alignment <= chunks_[current_].size) return allocate(size, alignment);
  }
  if (size > limit_ || total_ + size > limit_) exhausted();
  const std::size_t wanted = std::max(size + alignment, std::min<std::size_t>(std::max(total_, first_chunk_), 4 << 20));
  // operator new[] and not make_unique: the bytes need no zeroing.
  before_ = total_;
  chunks_.push_back({std::unique_ptr<char[]>(new char[wanted]), wanted});
  total_ += wanted;
  enter(chunks_.size() - 1);
  return allocate(size, alignment);
}

void Arena::exhausted() {
  throw ArenaExhausted{};
}

void Arena::reset(std::size_t keep) {
  while (total_ > keep && !chunks_.empty()) {
    total_ -= chunks_.back().size;
    chunks_.pop_back();
  }
  before_ = 0;
  if (!chunks_.empty()) return enter(0);
  current_ = 0;
  next_ = end_ = nullptr;
  origin_ = 0;
}

}  // namespace crmsync
