#include "conflict/strategy.h"

namespace crmsync::conflict {

/// What HubSpot's own connector calls "prefer … unless blank": one side wins, but not with an empty field.
Verdict prefer_crm_unless_blank(const Contest& contest) {
  return contest.crm.now.is_nothing() ? Verdict{Winner::local, Reason::other_is_blank}
                                      : Verdict{Winner::crm, Reason::crm_wins};
}

Verdict prefer_penguinmails_unless_blank(const Contest& contest) {
  return contest.local.now.is_nothing() ? Verdict{Winner::crm, Reason::other_is_blank}
                                        : Verdict{Winner::local, Reason::penguinmails_wins};
}

}  // namespace crmsync::conflict
