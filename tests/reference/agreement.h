#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "expression/expression.h"

namespace crmsync::reference {

enum class Agreement { refused, agreed, out_of_budget, different };

struct Comparison {
  Agreement agreement = Agreement::refused;
  bool is_error = false;    // what both gave
  std::string explanation;  // of a difference: expression, record, dialect and both results
};

/// Compiles and runs an expression over a JSON record, and evaluates it by the reference; `refused` if it does not
/// compile.
Comparison compare(std::string_view source, std::string_view record, expression::Dialect dialect);

/// The same with expression, record and dialect made from bytes.
Comparison compare_generated(const std::uint8_t* bytes, std::size_t size);

}  // namespace crmsync::reference
