#pragma once
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "json/arena.h"

namespace crmsync {

/// A stack whose items lie side by side: the first `N` in itself, more in the arena (so that its limit counts them) or,
/// without one, on the heap.
template <class T, std::size_t N>
class SmallStack {
  static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= alignof(std::max_align_t));

 public:
  explicit SmallStack(Arena* arena = nullptr) : arena_(arena) {}
  SmallStack(const SmallStack&) = delete;
  SmallStack& operator=(const SmallStack&) = delete;

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  const T* data() const { return items_; }
  T& top() { return items_[size_ - 1]; }
  void pop() { --size_; }
  void shrink(std::size_t size) { size_ = size; }

  void push(const T& item) {
    if (size_ == capacity_) grow();
    new (items_ + size_) T(item);
    ++size_;
  }

 private:
  void grow() {
    const std::size_t bytes = 2 * capacity_ * sizeof(T);
    std::unique_ptr<std::byte[]> heap(arena_ ? nullptr : new std::byte[bytes]);
    void* const larger = arena_ ? arena_->allocate(bytes, alignof(T)) : heap.get();
    std::memcpy(larger, static_cast<const void*>(items_), size_ * sizeof(T));
    heap_ = std::move(heap);
    items_ = static_cast<T*>(larger);
    capacity_ *= 2;
  }

  alignas(T) std::byte inline_[N * sizeof(T)];
  Arena* const arena_;
  std::unique_ptr<std::byte[]> heap_;
  T* items_ = reinterpret_cast<T*>(inline_);
  std::size_t size_ = 0;
  std::size_t capacity_ = N;
};

}  // namespace crmsync
