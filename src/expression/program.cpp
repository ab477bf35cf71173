#include "expression/program.h"

namespace crmsync::expression {

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

std::string_view Program::partial_obstacle(std::uint32_t& list) const {
  list = no_list;
  if (code_->aggregations.empty()) return "it has no aggregate";
  if (code_->uses_now) return "it asks for the present time";
  const bool over_list = code_->aggregations.front().over_list;
  std::uint32_t next = 0;
  const auto reads_record = [&](std::uint32_t end) {
    for (; next < end; ++next) {
      const Op op = code_->instructions[next].op;
      if (op == Op::load_slot || op == Op::load_raw_slot || op == Op::compare_slot || op == Op::has_slot) return true;
    }
    return false;
  };
  constexpr std::string_view reads_more = "it reads the record beside the rows of its aggregates";
  for (const Aggregation& aggregation : code_->aggregations) {
    if (reads_record(aggregation.begin)) return reads_more;
    if (over_list || aggregation.over_list) {
      const Instruction* const load = code_->instructions.data() + aggregation.begin;
      const bool same = over_list && aggregation.over_list && load->op == Op::load_raw_slot &&
                        load[1].op == Op::rows_begin && (list == no_list || list == load->a);
      if (!same) return "its aggregates do not all run over one list of the record";
      list = load->a;
      next = aggregation.begin + 1;
      if (reads_record(aggregation.end)) return reads_more;
    }
    next = aggregation.end;
  }
  return reads_record(static_cast<std::uint32_t>(code_->instructions.size())) ? reads_more : std::string_view();
}

std::uint32_t InputTable::intern(const Path& path) {
  for (std::uint32_t i = 0; i < paths_.size(); ++i) {
    if (paths_[i] == path) return i;
  }
  paths_.push_back(path);
  return static_cast<std::uint32_t>(paths_.size() - 1);
}

std::string_view type_name(const Value& value) {
  switch (value.kind) {
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
