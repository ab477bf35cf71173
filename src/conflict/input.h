#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "diagnostics/diagnostic.h"
#include "json/reader.h"
#include "mapping/field.h"

/// The input of resolve (docs/conflicts.md, "Input"), read in the same one pass as a record: its shape is made once
/// per mapping, and every field of both sides and of their bases has a slot.
namespace crmsync::conflict {

/// Where the parts of an input land.
struct InputLayout {
  explicit InputLayout(const mapping::Plan& plan);

  json::Shape shape;
  // First slots of four blocks, each as long as the plan's table of that side.
  std::uint32_t local = 0, crm = 0, base_local = 0, base_crm = 0;
  struct OfEntry {
    std::uint32_t local_time, crm_time, agreed_at, sent, hash;
  };
  std::vector<OfEntry> entries;
  struct OfSide {
    std::uint32_t side, fetched, updated_at, deleted, deleted_at, merged_into, acts;
  };
  OfSide local_side{}, crm_side{};
  std::uint32_t link = 0, now = 0, base = 0, agreed_at = 0, reviews = 0, suppressions = 0, lookups = 0, normalized = 0;
};

/// One side of the pair.
struct Side {
  const Value* record = nullptr;  // slots by the plan's table of the side
  const Value* base = nullptr;
  bool present = false;          // there is a record
  bool deleted = false;          // said so
  bool privacy = false;          // and that the person asked for it
  bool complete = true;          // no `fetched` was given: absent fields are null
  std::vector<char> fetched;     // per slot, unless complete
  Value updated_at, deleted_at;  // timestamps, or absent
  std::string_view updated_at_text;
  std::string_view merged_into;  // the record that this one became a part of, which `record` is then
  Value acts;                    // the evidence behind opt-ins and opt-outs, by field

  bool knows(std::uint32_t slot) const { return complete || fetched[slot]; }
};

/// An opt-out that is kept by address, whatever happens to the records.
struct Suppression {
  std::string_view topic, source;  // `all`, or the entry that it is about
  Value since;                     // timestamp, or absent
};

/// What a person decided, or was asked to decide. Of the records as a whole `field` is empty.
struct Review {
  std::string_view id, field, opened_at;
  Value local, crm, base, reason;
  enum class Answer : std::uint8_t { none, crm, local, value } answer = Answer::none;
  Value chosen;  // of Answer::value
};

struct Input {
  std::string_view link;
  Value now;
  std::string_view now_text;
  Side local, crm;
  bool has_base = false;
  Value agreed_at;  // of all fields, as given; absent when it is given per field
  std::vector<Review> reviews;
  std::vector<Suppression> suppressions;
};

/// Makes an input of the slots that were read, and fills the tables with those it brings. False with `problem` set
/// where its shape is wrong (CNF001) or a time is no RFC 3339 (CNF002).
bool understand(const mapping::Plan& plan, const InputLayout& layout, const Value* slots, Arena& arena, Input& input,
                mapping::Tables& tables, Diagnostic& problem);

}  // namespace crmsync::conflict
