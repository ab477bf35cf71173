#include "mapping/reason.h"

namespace crmsync {
namespace {

struct Row {
  std::string_view name, sentence;
};
constexpr Row rows[] = {
#define CRMSYNC_REASON(name, sentence) {#name, sentence},
    CRMSYNC_REASONS(CRMSYNC_REASON)
#undef CRMSYNC_REASON
};

}  // namespace

std::string_view reason_name(Reason reason) {
  return rows[static_cast<std::size_t>(reason)].name;
}
std::string_view reason_sentence(Reason reason) {
  return rows[static_cast<std::size_t>(reason)].sentence;
}

}  // namespace crmsync
