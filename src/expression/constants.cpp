#include "expression/constants.h"

namespace crmsync::expression {

std::uint32_t Constants::add(const Value& value) {
  values_.push_back(copy(value));
  return size() - 1;
}

Value Constants::copy(const Value& value) {
  Value result = value;
  switch (value.kind) {
    case Kind::string:
    case Kind::bytes:
    case Kind::numeral:
    case Kind::type: result.text = memory_.copy(value.view()).data(); break;
    case Kind::optional:
      if (value.size == 0) break;
      [[fallthrough]];
    case Kind::list: {
      auto* const elements = memory_.array<Value>(value.size);
      for (std::uint32_t i = 0; i < value.size; ++i) elements[i] = copy(value.elements[i]);
      result.elements = elements;
      break;
    }
    case Kind::map: {
      auto* const members = memory_.array<Member>(value.size);
      for (std::uint32_t i = 0; i < value.size; ++i) {
        members[i].key = copy(value.members[i].key);
        members[i].value = copy(value.members[i].value);
      }
      result.members = members;
      break;
    }
    default: break;
  }
  return result;
}

}  // namespace crmsync::expression
