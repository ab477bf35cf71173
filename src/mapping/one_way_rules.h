#pragma once
#include <string_view>

#include "mapping/configuration.h"

namespace crmsync::mapping {

/// What a round trip loses because the rules of one direction do not undo those of the other: a lookup that only one of
/// them has, values that stand for blank ones, texts that are read as null on their way back. "" if nothing.
std::string_view loss_by_rules(const Entry& entry);

}  // namespace crmsync::mapping
