#pragma once
#include "mapping/reading.h"

namespace crmsync::mapping {

/// Whether a bidirectional entry's values survive a round trip, modulo normalisation, wire form and further spellings
/// that are only read; what is lost otherwise. Loss that the file does not acknowledge is MAP027. After the entry's
/// types and direction are known.
void judge_reversal(Reading& reading, Entry& entry);

}  // namespace crmsync::mapping
