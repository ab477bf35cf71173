#pragma once
#include "mapping/reading.h"

/// Values that more than one part of a mapping file may have.
namespace crmsync::mapping {

inline constexpr Choice<Direction> directions[] = {
    {"to_crm", Direction::to_crm}, {"from_crm", Direction::from_crm}, {"bidirectional", Direction::bidirectional}};

inline constexpr Choice<Strategy> strategies[] = {{"crm_wins", Strategy::crm_wins},
                                                  {"penguinmails_wins", Strategy::penguinmails_wins},
                                                  {"newest_wins", Strategy::newest_wins},
                                                  {"manual", Strategy::manual},
                                                  {"always_crm", Strategy::manual, false},
                                                  {"always_penguinmails", Strategy::manual, false},
                                                  {"prefer_crm_unless_blank", Strategy::manual, false},
                                                  {"prefer_penguinmails_unless_blank", Strategy::manual, false},
                                                  {"union", Strategy::union_of},
                                                  {"max", Strategy::manual, false},
                                                  {"min", Strategy::manual, false},
                                                  {"add_deltas", Strategy::manual, false},
                                                  {"longest", Strategy::manual, false}};

/// A strategy by its name; `{expression: …}` is not built yet.
std::optional<Strategy> read_strategy(Reading& reading, const Place& place);

}  // namespace crmsync::mapping
