#include "expression/constants.h"

#include <cstring>

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
    case Kind::type: {
      auto& text = texts_.emplace_back(new char[value.size + 1]);
      if (value.size) std::memcpy(text.get(), value.text, value.size);
      result.text = text.get();
      break;
    }
    case Kind::optional:
      if (value.size == 0) break;
      [[fallthrough]];
    case Kind::list: {
      auto elements = std::make_unique<Value[]>(value.size);
      for (std::uint32_t i = 0; i < value.size; ++i) elements[i] = copy(value.elements[i]);
      result.elements = lists_.emplace_back(std::move(elements)).get();
      break;
    }
    case Kind::map: {
      auto members = std::make_unique<Member[]>(value.size);
      for (std::uint32_t i = 0; i < value.size; ++i) {
        members[i].key = copy(value.members[i].key);
        members[i].value = copy(value.members[i].value);
      }
      result.members = maps_.emplace_back(std::move(members)).get();
      break;
    }
    default: break;
  }
  return result;
}

}  // namespace crmsync::expression
