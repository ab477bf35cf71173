#include <algorithm>

#include "diagnostics/diagnostic.h"
#include "expression/compiler.h"
#include "expression/limits.h"

/// What names stand for: variables of macros, fields of rows and of the record, types, `record` and `now`.
namespace crmsync::expression {
namespace {

constexpr std::string_view type_names[] = {"bool", "bytes",     "double",        "int",    "list", "map",
                                           "uint", "null_type", "optional_type", "string", "type"};
constexpr std::string_view long_type_names[] = {"google.protobuf.Timestamp", "google.protobuf.Duration"};

bool is_type_name(std::string_view name) {
  return std::find(std::begin(type_names), std::end(type_names), name) != std::end(type_names);
}

bool is_long_type_name(std::string_view name) {
  return std::find(std::begin(long_type_names), std::end(long_type_names), name) != std::end(long_type_names);
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ".") + name;
  return text;
}

/// Goes through what a name may mean in a container: with `a.b`, `x` is a.b.x, then a.x, then x (cel-spec,
/// doc/langdef.md, "Name Resolution").
class Candidates {
 public:
  Candidates(std::string_view container, std::string_view name) : container_(container), name_(name) {}
  /// False behind the last.
  bool next(std::string& candidate) {
    if (done_) return false;
    candidate = container_;
    if (!candidate.empty()) candidate += '.';
    candidate += name_;
    done_ = container_.empty();
    const std::size_t dot = container_.rfind('.');
    container_ = container_.substr(0, dot == std::string_view::npos ? 0 : dot);
    return true;
  }

 private:
  std::string_view container_, name_;
  bool done_ = false;
};

}  // namespace

const Compiler::Local* Compiler::find_local(std::string_view name) const {
  for (auto local = locals_.rbegin(); local != locals_.rend(); ++local) {
    if (local->name == name) return &*local;
  }
  return nullptr;
}

bool Compiler::is_closed_name(std::string_view name) const {
  return scope_.closed_names &&
         std::find(scope_.closed_names->begin(), scope_.closed_names->end(), name) != scope_.closed_names->end();
}

/// In `type(x) == string` the other operand is a type, even where a record may have a field of that name.
bool Compiler::is_type_operand(const Node& binary, std::uint32_t side) const {
  if (binary.op != Operator::equal && binary.op != Operator::not_equal) return false;
  if (ast_->child(binary, side).kind != NodeKind::identifier) return false;
  const Node& other = ast_->child(binary, 1 - side);
  return other.kind == NodeKind::call && other.name == "type" && !other.member;
}

/// The variable that a chain of names begins with, and how many of them it takes: the longest that there is, of one
/// length the one in the innermost container. Empty where there is none.
std::string Compiler::find_variable(const std::vector<std::string>& names, bool absolute, std::size_t& length) const {
  std::string name = joined(names), candidate;
  for (length = names.size(); length > 0; --length) {
    Candidates candidates(absolute || in_aggregate_ ? std::string_view{} : scope_.container, name);
    while (candidates.next(candidate)) {
      if (is_closed_name(candidate)) return candidate;
    }
    if (length > 1) name.resize(name.size() - names[length - 1].size() - 1);
  }
  return {};
}

/// `math.abs` of the call math.abs(x); empty where the receiver is no chain of plain names.
std::string Compiler::qualified_name(const Node& call) const {
  std::string name(call.name);
  for (const Node* node = &call; node == &call ? node->member : node->kind != NodeKind::identifier;) {
    node = &ast_->child(*node, 0);
    const bool plain = (node->kind == NodeKind::identifier || node->kind == NodeKind::select) && !node->optional &&
                       node->mark_length == node->name.size();  // else it stands in backticks
    if (!plain) return {};
    name = std::string(node->name) + '.' + name;
  }
  return name;
}

/// The function whose whole name is written with its namespace, before any variable of that name (cel-go, checker.go,
/// "checkCall"). `name` is set where there is a function of that name, even if with other arguments.
const Function* Compiler::find_qualified(const Node& call, std::string& name) const {
  const std::string written = qualified_name(call);
  if (written.empty()) return nullptr;
  const Node* root = &call;
  while (root == &call ? call.member : root->kind != NodeKind::identifier) root = &ast_->child(*root, 0);
  Candidates candidates(root->absolute ? std::string_view{} : scope_.container, written);
  std::string candidate;
  while (candidates.next(candidate)) {
    if (!look_up_name(candidate, false).known) continue;
    name = candidate;
    return find_function(name, false, call.child_count - (call.member ? 1 : 0));
  }
  return nullptr;
}

Compiler::Reference Compiler::reference(NodeId id, bool through_optional) {
  const bool type_expected = type_expected_;
  type_expected_ = false;
  const bool crm = scope_.dialect == Dialect::crm;
  const Node* node = &ast_->nodes[id];
  const Node* first = node;
  while (first->kind == NodeKind::select) first = &ast_->child(*first, 0);
  // Most chains in a loop begin with its variable: nothing needs to be put together to see that.
  const Local* const local =
      first->kind == NodeKind::identifier && !first->absolute ? find_local(first->name) : nullptr;
  if (local) {
    Reference result;
    if (first == node) result.what = Reference::What::local;
    result.local = local;
    return result;
  }
  std::vector<std::string> names;  // behind the root, the last first
  names.reserve(4);
  while (node->kind != NodeKind::identifier) {
    if (node->optional && !through_optional) return {};
    through_optional = false;
    if (node->kind == NodeKind::select) {
      names.emplace_back(node->name);
    } else if (crm && node->kind == NodeKind::index) {
      const Node& container = ast_->child(*node, 0);
      const Node& key = ast_->child(*node, 1);
      const bool field_of_record = container.kind == NodeKind::identifier && container.name == "record" &&
                                   !container.absolute && !find_local("record") && !is_closed_name("record") &&
                                   key.kind == NodeKind::literal && key.value.is(Kind::string);
      if (!field_of_record) return {};
      names.emplace_back(key.value.view());
    } else {
      return {};
    }
    node = &ast_->child(*node, 0);
  }
  Reference result;
  if (!node->absolute) {
    result.local = find_local(node->name);
    if (result.local) {
      if (names.empty()) result.what = Reference::What::local;
      return result;
    }
  }
  names.emplace_back(node->name);
  std::reverse(names.begin(), names.end());
  std::size_t length = 1;
  std::string root = scope_.closed_names ? find_variable(names, node->absolute, length) : std::string{};
  if (root.empty()) {
    if (crm && node->name == "record") {
      result.what = Reference::What::record_path;
      names.erase(names.begin());
      result.path.segments = std::move(names);
      return result;
    }
    if (node->name == "now") {
      if (names.size() == 1) result.what = Reference::What::now;
      return result;
    }
    const bool types = !crm || type_expected || (scope_.closed_names && !in_aggregate_);
    const bool any_type = types || node->name == "google" || !scope_.container.empty();
    const std::string whole = any_type ? joined(names) : std::string{};
    Candidates candidates(node->absolute ? std::string_view{} : scope_.container, whole);
    while (any_type && candidates.next(result.type)) {
      if ((types && is_type_name(result.type)) || is_long_type_name(result.type)) {
        result.what = Reference::What::type;
        return result;
      }
    }
    root = names[0];
    length = 1;
  }
  if (!crm && length != names.size()) return result;
  // The root takes the place of the names that it consists of.
  names[length - 1] = root;
  names.erase(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(length - 1));
  result.what = Reference::What::path;
  result.path.segments = std::move(names);
  result.root = std::move(root);
  return result;
}

/// Appends the code for a reference; false if it is none and must be taken apart.
bool Compiler::use(const Reference& reference, const Node& node, AsWhat as, Operand& out) {
  switch (reference.what) {
    case Reference::What::nothing: return false;
    case Reference::What::local:
      if (as == AsWhat::presence) return false;
      emit(reference.local->load, node.offset, 1, reference.local->loop);
      out = {Kind::absent, reference.local->depth};
      return true;
    case Reference::What::now:
      if (as == AsWhat::presence) return false;
      code_->uses_now = true;
      emit(Op::load_now, node.offset, 1);
      out = {Kind::timestamp};
      return true;
    case Reference::What::type:
      if (as == AsWhat::presence) return false;
      out = constant(Value::of_text(Kind::type, reference.type), node.offset);
      return true;
    case Reference::What::path:
    case Reference::What::record_path: break;
  }
  if (reference.path.segments.size() > max_path_segments) {
    out = refuse(node, {Code::EXP011,
                        node.offset,
                        node.mark + node.mark_length - node.offset,
                        "a path has more than " + std::to_string(max_path_segments) + " names",
                        {},
                        {}});
    return true;
  }
  const bool of_record = reference.what == Reference::What::record_path;
  if (!of_record && !in_aggregate_ && !is_known_name(reference.root)) {
    out = unknown_name(reference.root, node);
  } else {
    out = load_path(reference.path, of_record, node, as);
  }
  return true;
}

bool Compiler::is_known_name(std::string_view name) const {
  return !scope_.closed_names || is_closed_name(name);
}

Operand Compiler::unknown_name(std::string_view name, const Node& node) {
  std::vector<std::string_view> names(scope_.closed_names->begin(), scope_.closed_names->end());
  if (scope_.dialect == Dialect::crm) names.emplace_back("record");
  names.emplace_back("now");
  return refuse(node, {Code::EXP002,
                       node.offset,
                       name.size(),
                       "there is nothing named '" + std::string(name) + "' here",
                       {},
                       std::string(nearest_name(name, names))});
}

/// The slot of a record path, and its ordinal among those that this program reads.
std::pair<std::uint32_t, std::uint32_t> Compiler::slot_of(const Path& path) {
  // Not as one expression, whose value would be a copy of the path.
  const std::uint32_t slot =
      scope_.types ? scope_.record->intern(scope_.types->canonical(path)) : scope_.record->intern(path);
  const auto known = std::find(ordinals_.begin(), ordinals_.end(), slot);
  const auto ordinal = static_cast<std::uint32_t>(known - ordinals_.begin());
  if (known == ordinals_.end()) {
    ordinals_.push_back(slot);
    code_->read_names.push_back(to_string(path));
    Kind type = scope_.types ? scope_.types->type_of(path) : Kind::absent;
    if (type == Kind::timestamp && scope_.dialect == Dialect::cel) type = Kind::string;
    code_->read_types.push_back(type);
  }
  return {slot, ordinal};
}

/// A name that a row lacks is the record's field, which may have another type.
Operand Compiler::row_operand(const RowField& field) const {
  Operand result;
  const bool in_record = field.record_slot != json::Shape::none;
  if (!code_->aggregations[aggregation_].over_list) return result;
  result.type = field.type;
  result.stated = !is_converted(field.type) || (in_record && code_->read_types[field.record_ordinal] != field.type);
  if (in_record && field.type != Kind::absent) result.field = field.record_ordinal + 1;
  return result;
}

Operand Compiler::load_path(const Path& path, bool of_record, const Node& node, AsWhat as) {
  if (!scope_.record) {
    return refuse(
        node,
        {Code::EXP002, node.offset, node.mark + node.mark_length - node.offset, "there is no record here", {}, {}});
  }
  if (in_aggregate_ && !of_record) {
    if (!code_->aggregations[aggregation_].over_list && !is_known_name(path.segments[0])) {
      return unknown_name(path.segments[0], node);
    }
    const std::uint32_t field = row_field(path);
    const Op op = as == AsWhat::value ? Op::load_row : as == AsWhat::written ? Op::load_raw_row : Op::has_row;
    emit(op, node.offset, 1, field, aggregation_);
    return as == AsWhat::value ? row_operand(code_->aggregations[aggregation_].fields[field]) : Operand{};
  }
  const auto [slot, ordinal] = slot_of(path);
  const Kind type = code_->read_types[ordinal];
  const Op load = type == Kind::timestamp ? Op::load_time : Op::load_slot;
  const Op op = as == AsWhat::value ? load : as == AsWhat::written ? Op::load_raw_slot : Op::has_slot;
  emit(op, node.offset, 1, slot, ordinal, load == Op::load_slot && is_converted(type));
  Operand result;
  if (as != AsWhat::value) return result;
  result.type = type;
  result.stated = !is_converted(type);
  result.field = ordinal + 1;
  return result;
}

}  // namespace crmsync::expression
