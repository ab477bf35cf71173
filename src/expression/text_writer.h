#pragma once
#include "expression/context.h"

namespace crmsync::expression {

/// Writes a text, whose length nobody knows yet, into the arena. Each byte is paid for before there is room for it
/// (cel-go: 0.1 per character), so that no text grows beyond the evaluation's budget.
class TextWriter {
 public:
  explicit TextWriter(Context& context) : context_(context) {}

  /// Nothing is written any more once the budget is used up.
  void append(std::string_view part);
  void append(char c, std::size_t times);
  /// Spends beyond what the text itself costs.
  bool charge(std::uint64_t cost) { return out_of_budget_ ? false : !(out_of_budget_ = !context_.charge(cost)); }
  bool out_of_budget() const { return out_of_budget_; }

  /// The string, or EXP010.
  Value result();

 private:
  /// Room for `size` bytes more, or null.
  char* extend(std::size_t size);

  Context& context_;
  char* text_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
  std::size_t paid_ = 0;  // bytes
  bool out_of_budget_ = false;
};

}  // namespace crmsync::expression
