#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <type_traits>
#include <vector>

namespace crmsync {

/// Thrown by an arena that would grow past its limit; `guarded` turns it into API002.
struct ArenaExhausted : std::bad_alloc {
  const char* what() const noexcept override { return "the call needs more memory than its limit"; }
};

/// Memory for one call: bump-allocated, released all at once by `reset`, which keeps the chunks for the next call.
/// Only trivially destructible things may live in it.
class Arena {
 public:
  explicit Arena(std::size_t limit = std::size_t{256} << 20, std::size_t first_chunk = std::size_t{64} << 10)
      : limit_(limit), first_chunk_(first_chunk) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  void* allocate(std::size_t size, std::size_t alignment = alignof(std::max_align_t)) {
    const std::size_t padding = -reinterpret_cast<std::uintptr_t>(next_) & (alignment - 1);
    const auto room = static_cast<std::size_t>(end_ - next_);
    if (size > room || padding > room - size) return allocate_slow(size, alignment);
    char* const start = next_ + padding;
    next_ = start + size;
    return start;
  }

  template <class T>
  T* array(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (count > limit_ / sizeof(T)) exhausted();
    T* first = static_cast<T*>(allocate(count * sizeof(T), alignof(T)));
    for (std::size_t i = 0; i < count; ++i) new (first + i) T{};
    return first;
  }

  /// The same, not written to yet: for what is filled at once, from the first on.
  template <class T>
  T* room(std::size_t count) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (count > limit_ / sizeof(T)) exhausted();
    return static_cast<T*>(allocate(count * sizeof(T), alignof(T)));
  }

  /// Bytes that were given out since `reset`, with what is lost at the ends of chunks.
  std::size_t taken() const { return reinterpret_cast<std::uintptr_t>(next_) - origin_; }

  char* characters(std::size_t count) { return static_cast<char*>(allocate(count, 1)); }

  /// Null, and nothing taken, where that needs another chunk.
  char* characters_at_hand(std::size_t count) {
    if (count > static_cast<std::size_t>(end_ - next_)) return nullptr;
    next_ += count;
    return next_ - count;
  }

  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    char* to = characters(text.size());
    std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }

  /// Forgets everything that was allocated. Chunks beyond `keep` bytes are given back, so that one large call does
  /// not hold its memory for ever.
  void reset(std::size_t keep = std::size_t{4} << 20);

 private:
  struct Chunk {
    std::unique_ptr<char[]> data;
    std::size_t size;
  };
  void enter(std::size_t chunk);
  void* allocate_slow(std::size_t size, std::size_t alignment);
  [[noreturn]] static void exhausted();

  std::vector<Chunk> chunks_;
  std::size_t current_ = 0;
  char* next_ = nullptr;  // free bytes of the current chunk
  char* end_ = nullptr;
  std::uintptr_t origin_ = 0;  // where the current chunk would begin if all before it lay there too
  std::size_t before_ = 0;     // bytes in the chunks before the current one
  std::size_t total_ = 0;      // bytes in all chunks
  std::size_t limit_;
  std::size_t first_chunk_;
};

}  // namespace crmsync
