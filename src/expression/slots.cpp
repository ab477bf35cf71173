#include "expression/slots.h"

namespace crmsync::expression {

Value Slots::absent(std::uint32_t ordinal) {
  if (context_.lenient) return Value::null();
  return context_.fail(Code::EXP002, {"'", code_.read_names[ordinal], "' has no value"});
}

Value Slots::decoded_once(const Value& value, std::uint32_t ordinal) {
  if (!decoded_) decoded_ = context_.arena.array<Value>(code_.read_names.size());
  if (decoded_[ordinal].is_absent()) decoded_[ordinal] = decoded(value, context_.arena);
  return decoded_[ordinal];
}

}  // namespace crmsync::expression
