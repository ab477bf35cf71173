#pragma once
#include <cstring>
#include <type_traits>

#include "json/arena.h"

namespace crmsync::expression::regex {

/// Items side by side that grow in an arena.
template <class T>
class Buffer {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  explicit Buffer(Arena& arena) : arena_(arena) {}
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  std::uint32_t size() const { return size_; }
  T* data() { return items_; }
  T& operator[](std::uint32_t index) { return items_[index]; }
  T& top() { return items_[size_ - 1]; }
  void shrink(std::uint32_t size) { size_ = size; }
  void push(const T& item) { insert(size_, item); }

  void insert(std::uint32_t at, const T& item) {
    const T copy = item;  // it may lie in this buffer
    if (size_ == capacity_) {
      capacity_ = capacity_ ? 2 * capacity_ : 16;
      T* const larger = static_cast<T*>(arena_.allocate(capacity_ * sizeof(T), alignof(T)));
      if (size_) std::memcpy(larger, items_, size_ * sizeof(T));
      items_ = larger;
    }
    std::memmove(items_ + at + 1, items_ + at, (size_ - at) * sizeof(T));
    items_[at] = copy;
    ++size_;
  }

 private:
  Arena& arena_;
  T* items_ = nullptr;
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;
};

}  // namespace crmsync::expression::regex
