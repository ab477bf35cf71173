#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "conflict/decision.h"
#include "mapping/map_record.h"

namespace crmsync::conflict {

/// Resolves pairs of records for one mapping: keeps the input's shape and its scratch memory from call to call.
class Resolver {
 public:
  /// `tables` takes what inputs bring, and notes what they lack.
  Resolver(const mapping::Plan& plan, mapping::Tables& tables);

  /// One input (docs/conflicts.md) to one decision. False with `problem` set where the input cannot be understood.
  bool resolve(std::string_view input, std::string& out, Diagnostic& problem);

  /// Many inputs, or what is whole of a piece of them: one line each.
  void resolve_batch(std::string_view piece, json::BatchPlace& place, std::string& out);

 private:
  bool resolve_slots(std::string& out, Diagnostic& problem);

  const mapping::Plan& plan_;
  mapping::Tables& tables_;
  InputLayout layout_;
  mapping::Workspace workspace_;
  Input input_;
  Decision decision_;
  json::TextBuffer text_;  // of one decision
};

}  // namespace crmsync::conflict
