#include "conflict/strategy.h"

namespace crmsync::conflict {

/// PenguinMails' value is pushed to the CRM, not merely kept.
Verdict penguinmails_wins(const Contest&) {
  return {Winner::local, Reason::penguinmails_wins};
}

}  // namespace crmsync::conflict
