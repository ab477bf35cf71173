#include "expression/program.h"

#include <algorithm>

#include "json/sort.h"

namespace crmsync::expression {

Program::Program() = default;
Program::Program(std::unique_ptr<Code> code) : code_(std::move(code)) {}
Program::Program(Program&&) noexcept = default;
Program& Program::operator=(Program&&) noexcept = default;
Program::~Program() = default;

const std::vector<std::uint32_t>& Program::reads() const {
  return code_->reads;
}
bool Program::uses_now() const {
  return code_->uses_now;
}
Kind Program::result_kind() const {
  return code_->result_kind;
}

std::size_t Program::aggregate_count() const {
  return code_->aggregations.size();
}

AggregateState* Program::fresh_states(Arena& arena) const {
  AggregateState* const states = arena.array<AggregateState>(aggregate_count());
  for (std::size_t i = 0; i < aggregate_count(); ++i) states[i] = AggregateState(code_->aggregations[i].function);
  return states;
}

bool Program::Code::has_one_value() const {
  for (std::size_t i = 0; i < instructions.size(); ++i) {
    switch (instructions[i].op) {
      case Op::join_ahead: i += instructions[i].count + 1U; break;
      case Op::constant:
      case Op::load_slot:
      case Op::compare_slot:
      case Op::has_slot:
      case Op::branch:
      case Op::jump:
      case Op::finish: break;
      default: return false;
    }
  }
  return stack_size == 1 || instructions.front().op == Op::join_ahead;
}

std::vector<std::uint32_t> Program::Code::handlers_outer_first() const {
  return sorted_positions(handlers.size(), [&](std::uint32_t a, std::uint32_t b) {
    return handlers[a].begin != handlers[b].begin ? handlers[a].begin < handlers[b].begin
                                                  : handlers[a].end > handlers[b].end;
  });
}

/// Handlers lie inside each other or apart.
void Program::Code::complete() {
  one_value = has_one_value();
  if (handlers.empty()) return;
  const std::vector<std::uint32_t> order = handlers_outer_first();
  handler_of.assign(instructions.size(), 0);
  std::vector<std::uint32_t> open;
  std::size_t next = 0;
  for (std::uint32_t i = 0; i < handler_of.size(); ++i) {
    while (!open.empty() && handlers[open.back()].end <= i) open.pop_back();
    while (next < order.size() && handlers[order[next]].begin == i) open.push_back(order[next++]);
    if (!open.empty()) handler_of[i] = open.back() + 1;
  }
}

/// Variables are numbered in the order of the instructions that set them.
bool Program::Code::reads_variable_from_outside(const Aggregation& aggregation) const {
  std::uint32_t outside = 0;
  for (std::uint32_t i = 0; i < aggregation.end; ++i) {
    const Instruction& each = instructions[i];
    const bool sets = each.op == Op::loop_begin || each.op == Op::bind;
    const bool sets_held = each.op == Op::optional && each.detail == static_cast<std::uint8_t>(OptionalStep::bind);
    if (i < aggregation.begin) {
      if (sets || sets_held) outside = std::max(outside, (sets ? each.a : each.b) + 1);
    } else if (each.a < outside && (each.op == Op::load_local || each.op == Op::load_second ||
                                    each.op == Op::load_bound || each.op == Op::select_local)) {
      return true;
    }
  }
  return false;
}

std::string Program::row_types() const {
  std::string text;
  const auto add = [&](const RowField& field, Kind type) {
    if (!is_converted(type)) return;
    text.append(to_string(field.path)).append(1, ' ').append(type_name(type)).append(1, ',');
  };
  for (const Aggregation& aggregation : code_->aggregations) {
    for (const RowField& field : aggregation.fields) {
      add(field, field.type);
      for (const RowField::Prefix& prefix : field.prefixes) add(field, prefix.type);
    }
  }
  return text;
}

std::uint32_t Program::Code::list_of(const Aggregation& aggregation) const {
  const Instruction* const load = instructions.data() + aggregation.begin;
  const bool is_slot = aggregation.over_list && load->op == Op::load_raw_slot && load[1].op == Op::rows_begin;
  return is_slot ? load->a : no_list;
}

void Program::Code::place_rows(InputTable& record) {
  for (Aggregation& aggregation : aggregations) {
    if (aggregation.over_list) aggregation.place_fields(record, list_of(aggregation));
  }
}

std::string_view Program::partial_obstacle(std::uint32_t& list) const {
  list = no_list;
  if (code_->aggregations.empty()) return "it has no aggregate";
  if (code_->uses_now) return "it asks for the present time";
  const bool over_list = code_->aggregations.front().over_list;
  std::uint32_t next = 0;
  const auto reads_record = [&](std::uint32_t end) {
    for (; next < end; ++next) {
      const Op op = code_->instructions[next].op;
      if (op == Op::load_slot || op == Op::load_time || op == Op::load_raw_slot || op == Op::compare_slot ||
          op == Op::has_slot)
        return true;
    }
    return false;
  };
  constexpr std::string_view reads_more = "it reads the record beside the rows of its aggregates";
  for (const Aggregation& aggregation : code_->aggregations) {
    if (code_->reads_variable_from_outside(aggregation)) return "its aggregates use a variable from outside of them";
    if (reads_record(aggregation.begin)) return reads_more;
    if (over_list || aggregation.over_list) {
      const std::uint32_t own = code_->list_of(aggregation);
      if (!over_list || own == no_list || (list != no_list && list != own))
        return "its aggregates do not all run over one list of the record";
      list = own;
      next = aggregation.begin + 1;
      if (reads_record(aggregation.end)) return reads_more;
    }
    next = aggregation.end;
  }
  return reads_record(static_cast<std::uint32_t>(code_->instructions.size())) ? reads_more : std::string_view();
}

namespace {

constexpr std::size_t searched_one_by_one = 16;

/// FNV-1a.
std::size_t hash_of(const Path& path) {
  std::uint32_t hash = 2166136261U;
  for (const std::string& segment : path.segments) {
    for (const char c : segment) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    hash *= 16777619U;
  }
  return hash;
}

}  // namespace

std::uint32_t InputTable::intern(const Path& path) {
  const std::uint32_t known = find(path);
  return known != unknown ? known : add(path);
}

std::uint32_t InputTable::find(const Path& path) const {
  // An expression alone reads few fields: looking at all of them is less than making a table.
  if (table_.empty()) {
    const auto found = std::find(paths_.begin(), paths_.end(), path);
    return found == paths_.end() ? unknown : static_cast<std::uint32_t>(found - paths_.begin());
  }
  for (std::size_t at = hash_of(path);; ++at) {
    const std::uint32_t held = table_[at & (table_.size() - 1)];
    if (held == 0) return unknown;
    if (paths_[held - 1] == path) return held - 1;
  }
}

std::uint32_t InputTable::add(const Path& path) {
  std::uint32_t column = 0;
  const auto each = std::find(path.segments.begin(), path.segments.end(), Path::each);
  if (each != path.segments.end() && each + 1 != path.segments.end())
    column = columns_[intern(Path{{path.segments.begin(), each + 1}})]++;
  const auto slot = static_cast<std::uint32_t>(paths_.size());
  paths_.push_back(path);
  columns_.push_back(column);
  if (paths_.size() == searched_one_by_one || (!table_.empty() && paths_.size() * 2 > table_.size())) {
    table_.assign(table_.empty() ? 4 * searched_one_by_one : table_.size() * 2, 0);
    for (std::uint32_t each_slot = 0; each_slot < slot; ++each_slot) note(each_slot);
  }
  if (!table_.empty()) note(slot);
  return slot;
}

void InputTable::note(std::uint32_t slot) {
  std::size_t at = hash_of(paths_[slot]);
  while (table_[at & (table_.size() - 1)] != 0) ++at;
  table_[at & (table_.size() - 1)] = slot + 1;
}

std::string_view type_name(Kind kind) {
  switch (kind) {
    case Kind::absent:
    case Kind::null: return "null_type";
    case Kind::boolean: return "bool";
    case Kind::numeral:
    case Kind::number: return "double";
    case Kind::string: return "string";
    case Kind::list: return "list";
    case Kind::map: return "map";
    case Kind::integer: return "int";
    case Kind::unsigned_integer: return "uint";
    case Kind::bytes: return "bytes";
    case Kind::timestamp: return "google.protobuf.Timestamp";
    case Kind::duration: return "google.protobuf.Duration";
    case Kind::type: return "type";
    case Kind::optional: return "optional_type";
    case Kind::error: return "error";
  }
  return {};
}

}  // namespace crmsync::expression
