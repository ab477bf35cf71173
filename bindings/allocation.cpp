// Small allocations, in front of emmalloc: a mapping file becomes some ten thousand short texts and nodes, and most of
// what one gives back the next takes. emmalloc looks for the best place for each and joins what becomes free; here each
// size has a list of what was given back. Only so much is held back that larger requests do not miss it.
#include <cstddef>
#include <cstdlib>
#include <new>

extern "C" std::size_t malloc_usable_size(void* block);

namespace {

constexpr std::size_t step = 16, largest = 256, most_held = std::size_t{512} << 10;

struct Free {
  Free* next;
};
Free* lists[largest / step + 1];  // blocks of at least so many steps
std::size_t held = 0;

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
  if (size <= largest) {
    size = size == 0 ? step : (size + step - 1) & ~(step - 1);
    Free*& list = lists[size / step];
    if (Free* const block = list) {
      list = block->next;
      held -= size;
      return block;
    }
  }
  void* const block = std::malloc(size);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

[[gnu::noinline]] void operator delete(void* block) noexcept {
  if (block == nullptr) return;
  const std::size_t size = malloc_usable_size(block) & ~(step - 1);
  if (size < step || size > largest || held >= most_held) return std::free(block);
  Free*& list = lists[size / step];
  held += size;
  list = new (block) Free{list};
}

void operator delete(void* block, std::size_t) noexcept {
  operator delete(block);
}
