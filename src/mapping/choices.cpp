#include "mapping/choices.h"

namespace crmsync::mapping {

WordList words_of(ValueList list) {
  switch (list) {
    case ValueList::none: break;
    case ValueList::crms: return crms;
    case ValueList::directions: return directions;
    case ValueList::frequencies: return frequencies;
    case ValueList::entry_kinds: return entry_kinds;
    case ValueList::strategies: return strategies;
    case ValueList::sync_strategies: return sync_strategies;
    case ValueList::ties: return ties;
    case ValueList::evidences: return evidences;
    case ValueList::first_contacts: return first_contacts;
    case ValueList::deletes: return deletes;
    case ValueList::drifts: return drifts;
    case ValueList::normalizers: return normalizers;
    case ValueList::writes: return writes;
    case ValueList::write_at_most_periods: return write_at_most_periods;
    case ValueList::on_missing: return on_missing;
    case ValueList::on_absent: return on_absent;
    case ValueList::on_null: return on_null;
    case ValueList::on_blank: return on_blank;
    case ValueList::on_error: return on_error;
    case ValueList::on_unmapped: return on_unmapped;
    case ValueList::on_too_long: return on_too_long;
    case ValueList::acknowledgements: return acknowledgements;
    case ValueList::types: return types;
    case ValueList::operations: return operations;
  }
  return {};
}

}  // namespace crmsync::mapping
