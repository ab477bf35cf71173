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

PartialForm Program::partial_form() const {
  PartialForm form;
  const auto has_none = [&](std::string_view obstacle) {
    form.obstacle = obstacle;
    return form;
  };
  if (code_->aggregations.empty()) return has_none("it has no aggregate");
  if (code_->uses_now) return has_none("it asks for the present time");
  const bool over_list = code_->aggregations.front().over_list;
  std::uint32_t next = 0;
  // An aggregate's rows are what its partial form gets; anything else of a record is not there.
  const auto reads_record = [&](std::uint32_t end) {
    for (; next < end; ++next) {
      const Op op = code_->instructions[next].op;
      if (op == Op::load_slot || op == Op::load_raw_slot || op == Op::compare_slot || op == Op::has_slot) return true;
    }
    return false;
  };
  for (const Aggregation& aggregation : code_->aggregations) {
    form.functions.push_back(aggregation.function);
    if (reads_record(aggregation.begin)) return has_none("it reads the record beside its aggregates");
    next = aggregation.begin;
    if (over_list) {
      const Instruction& list = code_->instructions[next++];
      const bool same = aggregation.over_list && list.op == Op::load_raw_slot && list.a == form.list.value_or(list.a) &&
                        code_->instructions[next].op == Op::rows_begin;
      if (!same) return has_none("its aggregates run over more than one list of the record");
      form.list = list.a;
      if (reads_record(aggregation.end)) return has_none("its aggregates read the record beside their rows");
    } else if (aggregation.over_list) {
      return has_none("only some of its aggregates run over a list");
    }
    next = aggregation.end;
  }
  const auto end = static_cast<std::uint32_t>(code_->instructions.size());
  return reads_record(end) ? has_none("it reads the record beside its aggregates") : form;
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
