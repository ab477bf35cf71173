#include "conflict/strategy.h"

namespace crmsync::conflict {

/// "CRM data always overwrites PenguinMails data": in a conflict, so that an edit on one side alone is never lost.
Verdict crm_wins(const Contest&) {
  return {Winner::crm, Reason::crm_wins};
}

}  // namespace crmsync::conflict
