#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "diagnostics/diagnostic.h"
#include "json/batch_place.h"
#include "json/reader.h"
#include "json/row_store.h"
#include "json/text_buffer.h"
#include "mapping/field.h"

namespace crmsync::mapping {

/// Scratch memory of a mapping's calls, kept from one to the next.
struct Workspace {
  Arena arena;
  std::vector<Value> slots;
  json::RowStore rows;
  std::vector<FieldOutcome> outcomes;  // one per entry
  json::TextBuffer text;               // of one record
};

struct MapOptions {
  Value now;             // timestamp or absent
  bool creating = true;  // `operation: "create"`; false for "update"
  bool trace = false;    // `{"record", "fields"}` instead of the bare record
  bool include_values = false;
  Tables* tables = nullptr;
};

/// Maps one record whose slots are filled. Appends the result; false, with `problem` set, where the record as a whole
/// cannot be mapped: it is no object (JSN010), lacks what a create requires (REC001), an entry with
/// `on_error: fail_record` failed, or the output is too large (REC008).
bool map_slots(const Plan& plan, Target target, const MapOptions& options, Workspace& workspace, std::string& out,
               Diagnostic& problem);

/// Reads and maps one record.
bool map_record(const Plan& plan, Target target, std::string_view record, const MapOptions& options,
                Workspace& workspace, std::string& out, Diagnostic& problem);

/// Reads and maps many, or what is whole of a piece of them (answer_batch.h).
void map_batch(const Plan& plan, Target target, std::string_view piece, json::BatchPlace& place,
               const MapOptions& options, Workspace& workspace, std::string& out);

/// Maps all entries into `workspace.outcomes`, as for a record that is created or updated on `target`.
void map_entries(const Plan& plan, Target target, const Value* source, Call& call, std::vector<FieldOutcome>& outcomes);

/// The entry that keeps the whole record from being written, or null: a failed `on_error: fail_record`, or on a create
/// a required field without a value.
const PlannedEntry* fatal_entry(const Plan& plan, Target target, const std::vector<FieldOutcome>& outcomes,
                                bool creating);

/// What a failed field says: its code, the field, and the types concerned.
Diagnostic field_diagnostic(const PlannedEntry& entry, Target target, const FieldOutcome& outcome);

/// What a text that could not be read says, with its line and column.
Diagnostic read_diagnostic(const json::ReadResult& read, std::string_view text);

}  // namespace crmsync::mapping
