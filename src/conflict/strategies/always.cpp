#include "conflict/strategy.h"

namespace crmsync::conflict {

/// The mission's sentence to the letter, "always overwrites": a change of the other side alone is overwritten too.
Verdict always_crm(const Contest&) {
  return {Winner::crm, Reason::always_overwrites};
}

Verdict always_penguinmails(const Contest&) {
  return {Winner::local, Reason::always_overwrites};
}

}  // namespace crmsync::conflict
