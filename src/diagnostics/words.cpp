#include "diagnostics/words.h"

namespace crmsync {

std::string Words::joined() const {
  std::string text(one_);
  for (std::size_t i = 0; i < count_; ++i) text += parts_[i];
  return text;
}

}  // namespace crmsync
