#include "diagnostics/words.h"

namespace crmsync {

std::string Words::joined() const {
  std::string text(one_);
  for (const std::string_view part : parts_) text += part;
  return text;
}

}  // namespace crmsync
