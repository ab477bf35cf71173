#pragma once
#include <cstring>
#include <type_traits>

#include "json/arena.h"

namespace crmsync::expression::regex {

/// What all buffers share, so that the module holds it once.
class Growth {
 protected:
  explicit Growth(Arena& arena) : arena_(arena) {}
  Growth(const Growth&) = delete;
  Growth& operator=(const Growth&) = delete;
  /// Makes room for an item of so many bytes at a place.
  void* make_room(std::uint32_t at, std::size_t item);

  Arena& arena_;
  char* items_ = nullptr;
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;
};

/// Items side by side that grow in an arena.
template <class T>
class Buffer : Growth {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  explicit Buffer(Arena& arena) : Growth(arena) {}

  std::uint32_t size() const { return size_; }
  T* data() { return reinterpret_cast<T*>(items_); }
  T& operator[](std::uint32_t index) { return data()[index]; }
  T& top() { return data()[size_ - 1]; }
  void shrink(std::uint32_t size) { size_ = size; }
  void push(const T& item) { insert(size_, item); }

  void insert(std::uint32_t at, T item) {  // a copy: it may lie in this buffer
    std::memcpy(make_room(at, sizeof(T)), static_cast<const void*>(&item), sizeof(T));
  }
};

}  // namespace crmsync::expression::regex
