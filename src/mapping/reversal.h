#pragma once
#include <vector>

#include "mapping/catalog.h"
#include "mapping/section.h"

namespace crmsync::mapping {

/// The entries that bring the value of a computed entry back, one per PenguinMails field: by its `reverse`, else by
/// what the engine makes of its formula. MAP010 where there is no way back. Moves the entry's PenguinMails field to
/// them.
std::vector<Entry> read_way_back(Reading& reading, const Section& section, Entry& entry, const Catalog& local);

/// Whether a bidirectional entry's values survive a round trip, modulo normalisation, wire form and further spellings
/// that are only read; what is lost otherwise. Loss that the file does not acknowledge is MAP027. After the entry's
/// types and direction are known.
void judge_reversal(Reading& reading, Entry& entry);

}  // namespace crmsync::mapping
