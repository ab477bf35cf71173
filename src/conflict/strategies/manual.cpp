#include "conflict/strategy.h"

namespace crmsync::conflict {

/// Neither side is written; the field alone waits for a person, everything else flows.
Verdict manual(const Contest&) {
  return {Winner::none, Reason::manual_review};
}

}  // namespace crmsync::conflict
