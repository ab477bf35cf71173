#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "expression/expression.h"

namespace crmsync::reference {

/// Choices, from bytes that a fuzzer or a seeded test makes up. Behind the last byte all choices are 0.
class Choices {
 public:
  Choices(const std::uint8_t* bytes, std::size_t size) : bytes_(bytes), size_(size) {}

  /// 0 to count - 1; at most 256 may be chosen from.
  std::size_t below(std::size_t count) { return at_ < size_ ? bytes_[at_++] % count : 0; }
  bool one_in(std::size_t count) { return below(count) == count - 1; }
  template <std::size_t Count>
  std::string_view of(const std::string_view (&texts)[Count], std::size_t first = Count) {
    return texts[below(first)];
  }

 private:
  const std::uint8_t* bytes_;
  std::size_t size_;
  std::size_t at_ = 0;
};

/// Makes expressions that mostly compile and often have a value: what stands where has the type that is wanted there,
/// but for one place in thirty. Each production is one method, so that an extension of the language is one more.
class Generator {
 public:
  Generator(Choices& choices, expression::Dialect dialect) : choices_(choices), dialect_(dialect) {}

  std::string expression();
  /// A JSON object with the fields that the expressions name, of whatever type.
  std::string record();

 private:
  enum class Want { any, boolean, number, text, list, map };

  std::string make(Want want);
  std::string leaf(Want want);
  std::string field();
  std::string boolean();
  std::string number();
  std::string text();
  std::string list();
  std::string map();
  std::string other();
  std::string conditional(Want want);
  std::string binary(Want left, std::string_view op, Want right);
  std::string macro(std::string_view name, Want body);
  std::string json(unsigned depth);
  std::string separated(Want want, std::size_t most);

  Choices& choices_;
  expression::Dialect dialect_;
  unsigned depth_ = 0;
  std::vector<std::string> variables_;
};

}  // namespace crmsync::reference
