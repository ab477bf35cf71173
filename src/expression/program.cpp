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
