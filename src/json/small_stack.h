#pragma once
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace crmsync {

/// A stack whose first `N` items need no heap; the items lie side by side.
template <class T, std::size_t N>
class SmallStack {
  static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= alignof(std::max_align_t));

 public:
  SmallStack() = default;
  SmallStack(const SmallStack&) = delete;
  SmallStack& operator=(const SmallStack&) = delete;

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  T& operator[](std::size_t i) { return items_[i]; }
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
    std::unique_ptr<std::byte[]> larger(new std::byte[2 * capacity_ * sizeof(T)]);
    std::memcpy(larger.get(), static_cast<const void*>(items_), size_ * sizeof(T));
    heap_ = std::move(larger);
    items_ = reinterpret_cast<T*>(heap_.get());
    capacity_ *= 2;
  }

  alignas(T) std::byte inline_[N * sizeof(T)];
  std::unique_ptr<std::byte[]> heap_;
  T* items_ = reinterpret_cast<T*>(inline_);
  std::size_t size_ = 0;
  std::size_t capacity_ = N;
};

}  // namespace crmsync
