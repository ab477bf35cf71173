#include "evaluator.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "expression/arithmetic.h"
#include "expression/functions.h"
#include "expression/functions/time.h"

namespace crmsync::reference {
namespace {

using namespace crmsync::expression;

constexpr std::string_view type_names[] = {"bool", "bytes",     "double", "int",  "list",
                                           "map",  "null_type", "string", "type", "uint"};

bool is_number(const Value& value) {
  return value.is(Kind::integer) || value.is(Kind::unsigned_integer) || value.is(Kind::number);
}

/// 64 bits of mantissa hold every int, uint and double, so numbers of all types compare on one line.
long double exact(const Value& number) {
  static_assert(std::numeric_limits<long double>::digits >= 64);
  switch (number.kind) {
    case Kind::integer: return static_cast<long double>(number.integer);
    case Kind::unsigned_integer: return static_cast<long double>(number.natural);
    default: return number.number;
  }
}

/// A number that is whole and an int; in `cel` of type int alone, where `any_type` does not say otherwise.
std::optional<std::int64_t> whole(const Value& value, bool any_type) {
  if (value.is(Kind::integer)) return value.integer;
  if (!any_type || !is_number(value)) return std::nullopt;
  const long double number = exact(value);
  if (!(number >= -0x1p63L && number < 0x1p63L) || number != std::trunc(number)) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

const Value* find(const Value& map, std::string_view key) {
  for (std::uint32_t i = 0; map.is(Kind::map) && i < map.size; ++i) {
    if (map.members[i].key.is(Kind::string) && map.members[i].key.view() == key) return &map.members[i].value;
  }
  return nullptr;
}

bool is_time(const Value& value) {
  return value.is(Kind::timestamp) || value.is(Kind::duration);
}

}  // namespace

Evaluator::Evaluator(const Ast& ast, const Environment& environment, Arena& arena, bool eager_sums)
    : ast_(ast),
      environment_(environment),
      context_{arena, std::numeric_limits<std::uint64_t>::max() / 2, environment.dialect == Dialect::crm},
      eager_sums_(eager_sums) {}

Value Evaluator::error(Code code) {
  return context_.fail(code, {});
}

Value Evaluator::scalar(const Value& value) const {
  if (value.is(Kind::absent)) return Value::null();
  return value.is(Kind::numeral) ? number_of(value, lenient()) : value;
}

Value Evaluator::evaluate(NodeId id) {
  const Node& node = ast_.nodes[id];
  switch (node.kind) {
    case NodeKind::literal: return node.value;
    case NodeKind::identifier: return name(node);
    case NodeKind::select: return select(id);
    case NodeKind::index: return index(node);
    case NodeKind::call: return call(node);
    case NodeKind::list: return list(node);
    case NodeKind::map: return map(node);
    case NodeKind::binary: return binary(id);
    case NodeKind::unary: {
      const Value operand = evaluate(ast_.child_of(node, 0));
      if (operand.is(Kind::error)) return operand;
      if (node.op == Operator::negate) return negated(operand);
      switch (truth(operand)) {
        case Truth::yes: return Value::of(false);
        case Truth::no: return Value::of(true);
        case Truth::unknown: return Value::null();
        default: return error(Code::EXP004);
      }
    }
    case NodeKind::conditional: {
      const Value condition = evaluate(ast_.child_of(node, 0));
      if (condition.is(Kind::error)) return condition;
      const Truth met = truth(condition);
      if (met == Truth::error) return error(Code::EXP004);
      return evaluate(ast_.child_of(node, met == Truth::yes ? 1 : 2));
    }
  }
  return {};
}

/// In `crm` null is unknown.
Evaluator::Truth Evaluator::truth(const Value& value) const {
  if (value.is(Kind::boolean)) return value.boolean ? Truth::yes : Truth::no;
  return lenient() && value.is(Kind::null) ? Truth::unknown : Truth::error;
}

// --- names

const Evaluator::Variable* Evaluator::find_variable(const Node& identifier) const {
  if (identifier.absolute) return nullptr;
  const auto found = std::find_if(variables_.rbegin(), variables_.rend(),
                                  [&](const Variable& variable) { return variable.name == identifier.name; });
  return found == variables_.rend() ? nullptr : &*found;
}

bool Evaluator::is_record(const Node& node) const {
  return lenient() && node.kind == NodeKind::identifier && node.name == "record" && !find_variable(node);
}

/// Types have names in `cel`, where they shadow what the record holds; in `crm` fields come first, but beside type().
bool Evaluator::stands_for_type(const Node& node) const {
  if (std::find(std::begin(type_names), std::end(type_names), node.name) == std::end(type_names)) return false;
  return !lenient() ||
         std::any_of(type_operands_.begin(), type_operands_.end(), [&](NodeId id) { return &ast_.nodes[id] == &node; });
}

/// The names of a field in the record, such as a.b, record.a and record['a']; false if the node is no such chain.
bool Evaluator::path_of(NodeId id, std::vector<std::string>& path) const {
  const Node& node = ast_.nodes[id];
  if (node.kind == NodeKind::identifier) {
    if (find_variable(node) || (node.name == "now")) return false;
    if (!is_record(node)) path.emplace_back(node.name);
    return true;
  }
  if (node.kind == NodeKind::select) {
    if (!path_of(ast_.child_of(node, 0), path)) return false;
    path.emplace_back(node.name);
    return true;
  }
  if (node.kind == NodeKind::index && is_record(ast_.child(node, 0)) && !ast_.child(node, 0).absolute) {
    const Node& key = ast_.child(node, 1);
    if (key.kind != NodeKind::literal || !key.value.is(Kind::string)) return false;
    path.emplace_back(key.value.view());
    return true;
  }
  return false;
}

Value Evaluator::read(const std::vector<std::string>& path) const {
  Value value = environment_.record;
  for (const std::string& segment : path) {
    const Value* found = find(value, segment);
    if (!found) return {};
    value = *found;
  }
  return value;
}

Value Evaluator::name(const Node& node) {
  if (const Variable* variable = find_variable(node)) return variable->value;
  if (is_record(node)) return environment_.record;
  if (node.name == "now") return environment_.now.is(Kind::absent) ? error(Code::EXP013) : environment_.now;
  if (stands_for_type(node)) return Value::of_text(Kind::type, node.name);
  const Value* found = find(environment_.record, node.name);
  if (found) return scalar(*found);
  return lenient() ? Value::null() : error(Code::EXP002);
}

Value Evaluator::member_or_error(const Value& map, std::string_view key) {
  if (lenient() && map.is(Kind::null)) return Value::null();
  if (!map.is(Kind::map)) return error(Code::EXP004);
  if (const Value* found = find(map, key)) return scalar(*found);
  return lenient() ? Value::null() : error(Code::EXP007);
}

Value Evaluator::select(NodeId id) {
  const Node& node = ast_.nodes[id];
  const Node& child = ast_.child(node, 0);
  if (child.kind == NodeKind::select && child.name == "protobuf" && ast_.child(child, 0).name == "google" &&
      (node.name == "Timestamp" || node.name == "Duration")) {
    return Value::of_text(Kind::type,
                          node.name == "Timestamp" ? "google.protobuf.Timestamp" : "google.protobuf.Duration");
  }
  // A field of the record that is not there, or whose parent is none, is null in `crm`.
  std::vector<std::string> path;
  if (lenient() && path_of(id, path)) return scalar(read(path));
  const Value map = evaluate(ast_.child_of(node, 0));
  return map.is(Kind::error) ? map : member_or_error(map, node.name);
}

Value Evaluator::index(const Node& node) {
  const Node& container_node = ast_.child(node, 0);
  const Value container = evaluate(ast_.child_of(node, 0));
  if (container.is(Kind::error)) return container;
  const Value key = evaluate(ast_.child_of(node, 1));
  return key.is(Kind::error) ? key : element(container, key, is_record(container_node));
}

Value Evaluator::has(const Node& node) {
  const NodeId argument = ast_.child_of(node, 0);
  const Node& field = ast_.nodes[argument];
  std::vector<std::string> path;
  if (lenient() && path_of(argument, path)) return Value::of(!read(path).is(Kind::absent));
  const Value map = evaluate(ast_.child_of(field, 0));
  if (map.is(Kind::error)) return map;
  if (lenient() && map.is(Kind::null)) return Value::of(false);
  return map.is(Kind::map) ? Value::of(find(map, field.name) != nullptr) : error(Code::EXP004);
}

// --- operators

Value Evaluator::binary(NodeId id) {
  const Node& node = ast_.nodes[id];
  const auto is_type_call = [&](std::uint32_t side) {
    const Node& operand = ast_.child(node, side);
    return operand.kind == NodeKind::call && operand.name == "type" && !operand.member;
  };
  if (node.op == Operator::equal || node.op == Operator::not_equal) {
    for (const std::uint32_t side : {0U, 1U}) {
      if (is_type_call(1 - side)) type_operands_.push_back(ast_.child_of(node, side));
    }
  }
  if (node.op == Operator::add && eager_sums_) return sum_of_texts(id);
  const Value left = evaluate(ast_.child_of(node, 0));
  if (node.op == Operator::and_ || node.op == Operator::or_) {
    const bool settled = truth(left) == (node.op == Operator::or_ ? Truth::yes : Truth::no);
    return settled ? left : logical(node.op, left, evaluate(ast_.child_of(node, 1)));
  }
  if (left.is(Kind::error)) return left;
  const Value right = evaluate(ast_.child_of(node, 1));
  if (right.is(Kind::error)) return right;
  switch (node.op) {
    case Operator::add: return add(left, right);
    case Operator::subtract:
    case Operator::multiply:
    case Operator::divide:
    case Operator::modulo: return arithmetic(node.op, left, right);
    default: return relation(node.op, left, right);
  }
}

/// A chain of + with all its operands evaluated before any is joined.
Value Evaluator::sum_of_texts(NodeId id) {
  std::vector<NodeId> operands;
  for (; ast_.nodes[id].kind == NodeKind::binary && ast_.nodes[id].op == Operator::add;
       id = ast_.child_of(ast_.nodes[id], 0)) {
    operands.push_back(ast_.child_of(ast_.nodes[id], 1));
  }
  operands.push_back(id);
  std::vector<Value> values;
  for (auto operand = operands.rbegin(); operand != operands.rend(); ++operand) {
    values.push_back(evaluate(*operand));
    if (values.back().is(Kind::error)) return values.back();
  }
  Value sum = values[0];
  for (std::size_t i = 1; i < values.size() && !sum.is(Kind::error); ++i) sum = add(sum, values[i]);
  return sum;
}

/// Errors are absorbed where the other operand settles the result; in `crm` null is the third truth value.
Value Evaluator::logical(Operator op, const Value& left, const Value& right) {
  const Truth settles = op == Operator::or_ ? Truth::yes : Truth::no;
  if (truth(left) == settles) return left;
  if (truth(right) == settles) return right;
  if (left.is(Kind::error)) return left;
  if (right.is(Kind::error)) return right;
  if (truth(left) == Truth::error || truth(right) == Truth::error) return error(Code::EXP004);
  if (truth(left) == Truth::unknown || truth(right) == Truth::unknown) return Value::null();
  return Value::of(op == Operator::and_);
}

Value Evaluator::add(const Value& left, const Value& right) {
  const bool texts = left.is(Kind::string) || right.is(Kind::string);
  if (texts && (lenient() || left.kind == right.kind)) {
    std::string joined;
    for (const Value* operand : {&left, &right}) {
      if (operand->is(Kind::string)) {
        joined += operand->view();
      } else if (is_number(*operand) || operand->is(Kind::boolean)) {
        joined += number_text(*operand, context_);
      } else if (!operand->is(Kind::null)) {
        return error(Code::EXP004);
      }
    }
    return Value::of_string(context_.arena.copy(joined));
  }
  if (left.is(Kind::bytes) && right.is(Kind::bytes)) {
    return Value::of_text(Kind::bytes, context_.arena.copy(std::string(left.view()) + std::string(right.view())));
  }
  if (left.is(Kind::list) && right.is(Kind::list)) {
    std::vector<Value> elements(left.elements, left.elements + left.size);
    elements.insert(elements.end(), right.elements, right.elements + right.size);
    return list_of(elements);
  }
  return arithmetic(Operator::add, left, right);
}

Value Evaluator::arithmetic(Operator op, const Value& left, const Value& right) {
  if (lenient() && (left.is(Kind::null) || right.is(Kind::null))) {
    const Value& other = left.is(Kind::null) ? right : left;
    return other.is(Kind::null) || is_number(other) || is_time(other) ? Value::null() : error(Code::EXP004);
  }
  if (is_time(left) || is_time(right)) return time_arithmetic(op, left, right, context_);
  if (!is_number(left) || !is_number(right)) return error(Code::EXP004);
  if (left.kind == right.kind) {
    if (left.is(Kind::integer)) return integers(op, left.integer, right.integer, true);
    if (left.is(Kind::unsigned_integer)) return integers(op, left.natural, right.natural, false);
  } else if (!lenient()) {
    return error(Code::EXP004);
  }
  if (op != Operator::modulo) {
    return doubles(op, static_cast<double>(exact(left)), static_cast<double>(exact(right)));
  }
  // % is of whole numbers alone.
  const bool in_range = left.kind != Kind::unsigned_integer && right.kind != Kind::unsigned_integer;
  const auto dividend = whole(left, lenient()), divisor = whole(right, lenient());
  if (!lenient() || !in_range || !dividend || !divisor) return error(Code::EXP004);
  const Value remainder = integers(op, *dividend, *divisor, true);
  return remainder.is(Kind::error) ? remainder : Value::of_number(static_cast<double>(remainder.integer));
}

Value Evaluator::integers(Operator op, __int128 left, __int128 right, bool is_signed) {
  __int128 result = 0;
  if ((op == Operator::divide || op == Operator::modulo) && right == 0) return error(Code::EXP005);
  switch (op) {
    case Operator::add: result = left + right; break;
    case Operator::subtract: result = left - right; break;
    case Operator::multiply: result = left * right; break;
    case Operator::divide: result = left / right; break;
    default:
      // cel-go: the smallest int % -1 overflows, as its division does.
      if (is_signed && left == std::numeric_limits<std::int64_t>::min() && right == -1) return error(Code::EXP006);
      result = left % right;
  }
  if (is_signed) {
    if (result < std::numeric_limits<std::int64_t>::min() || result > std::numeric_limits<std::int64_t>::max()) {
      return error(Code::EXP006);
    }
    return Value::of_integer(static_cast<std::int64_t>(result));
  }
  if (result < 0 || result > std::numeric_limits<std::uint64_t>::max()) return error(Code::EXP006);
  return Value::of_unsigned(static_cast<std::uint64_t>(result));
}

Value Evaluator::doubles(Operator op, double left, double right) {
  switch (op) {
    case Operator::add: return Value::of_number(left + right);
    case Operator::subtract: return Value::of_number(left - right);
    case Operator::multiply: return Value::of_number(left * right);
    default: return Value::of_number(left / right);
  }
}

Value Evaluator::negated(const Value& value) {
  if (value.is(Kind::integer)) return integers(Operator::subtract, 0, value.integer, true);
  if (value.is(Kind::number)) return Value::of_number(-value.number);
  return lenient() && value.is(Kind::null) ? Value::null() : error(Code::EXP004);
}

bool Evaluator::equal(const Value& written_left, const Value& written_right) const {
  const Value left = scalar(written_left), right = scalar(written_right);
  if (is_number(left) && is_number(right)) return exact(left) == exact(right);
  if (left.kind != right.kind) return false;
  switch (left.kind) {
    case Kind::null: return true;
    case Kind::boolean: return left.boolean == right.boolean;
    case Kind::duration: return left.integer == right.integer;
    case Kind::timestamp: return left.integer == right.integer && left.size == right.size;
    case Kind::list:
      return std::equal(left.elements, left.elements + left.size, right.elements, right.elements + right.size,
                        [&](const Value& a, const Value& b) { return equal(a, b); });
    case Kind::map:
      return left.size == right.size && std::all_of(left.members, left.members + left.size, [&](const Member& member) {
               return std::any_of(right.members, right.members + right.size, [&](const Member& other) {
                 return equal(member.key, other.key) && equal(member.value, other.value);
               });
             });
    default: return left.view() == right.view();
  }
}

Value Evaluator::relation(Operator op, const Value& left, const Value& right) {
  if (op == Operator::equal) return Value::of(equal(left, right));
  if (op == Operator::not_equal) return Value::of(!equal(left, right));
  if (op == Operator::in) {
    if (right.is(Kind::list)) {
      return Value::of(std::any_of(right.elements, right.elements + right.size,
                                   [&](const Value& each) { return equal(left, each); }));
    }
    if (!right.is(Kind::map)) return error(Code::EXP004);
    return Value::of(std::any_of(right.members, right.members + right.size,
                                 [&](const Member& member) { return equal(left, member.key); }));
  }
  if (lenient() && (left.is(Kind::null) || right.is(Kind::null))) return Value::null();
  long double difference = 0;
  if (is_number(left) && is_number(right)) {
    // The conformance suite wants an int next to 2^63 rounded (not_lt_dyn_int_big_lossy_double).
    const bool rounded = (left.is(Kind::number) && left.number == 0x1p63 && right.is(Kind::integer)) ||
                         (right.is(Kind::number) && right.number == 0x1p63 && left.is(Kind::integer));
    const long double a = rounded ? static_cast<double>(exact(left)) : exact(left);
    const long double b = rounded ? static_cast<double>(exact(right)) : exact(right);
    if (std::isnan(a) || std::isnan(b)) return Value::of(false);
    difference = a < b ? -1 : a > b ? 1 : 0;
  } else if (left.kind != right.kind) {
    return error(Code::EXP004);
  } else if (left.is(Kind::boolean)) {
    difference = static_cast<int>(left.boolean) - static_cast<int>(right.boolean);
  } else if (left.is(Kind::string) || left.is(Kind::bytes)) {
    difference = left.view().compare(right.view());
  } else if (is_time(left)) {
    difference = static_cast<long double>(left.integer) - static_cast<long double>(right.integer);
    if (left.is(Kind::timestamp) && difference == 0) difference = static_cast<long double>(left.size) - right.size;
  } else {
    return error(Code::EXP004);
  }
  switch (op) {
    case Operator::less: return Value::of(difference < 0);
    case Operator::less_equal: return Value::of(difference <= 0);
    case Operator::greater: return Value::of(difference > 0);
    default: return Value::of(difference >= 0);
  }
}

Value Evaluator::element(const Value& container, const Value& key, bool missing_is_null) {
  if (container.is(Kind::list)) {
    if (!is_number(key)) return error(Code::EXP004);
    const auto position = whole(key, true);
    if (!position || *position < 0 || *position >= container.size) return error(Code::EXP008);
    return scalar(container.elements[*position]);
  }
  const bool can_be_key = is_number(key) || key.is(Kind::string) || key.is(Kind::boolean);
  if (!container.is(Kind::map) || !can_be_key) return error(Code::EXP004);
  for (std::uint32_t i = 0; i < container.size; ++i) {
    if (equal(container.members[i].key, key)) return scalar(container.members[i].value);
  }
  return missing_is_null ? Value::null() : error(Code::EXP007);
}

// --- lists, maps, calls and macros

Value Evaluator::list_of(const std::vector<Value>& elements) {
  Value* copy = context_.arena.array<Value>(elements.size());
  std::copy(elements.begin(), elements.end(), copy);
  return Value::of_list(copy, elements.size());
}

Value Evaluator::list(const Node& node) {
  std::vector<Value> elements;
  for (std::uint32_t i = 0; i < node.child_count; ++i) {
    elements.push_back(evaluate(ast_.child_of(node, i)));
    if (elements.back().is(Kind::error)) return elements.back();
  }
  return list_of(elements);
}

Value Evaluator::map(const Node& node) {
  std::vector<Value> parts;
  for (std::uint32_t i = 0; i < node.child_count; ++i) {
    parts.push_back(evaluate(ast_.child_of(node, i)));
    if (parts.back().is(Kind::error)) return parts.back();
  }
  const std::size_t count = parts.size() / 2;
  Member* members = context_.arena.array<Member>(count);
  for (std::size_t i = 0; i < count; ++i) {
    Value key = parts[2 * i];
    if (lenient() && key.is(Kind::number)) {
      if (const auto integer = whole(key, true)) key = Value::of_integer(*integer);
    }
    const bool can_be_key =
        key.is(Kind::string) || key.is(Kind::boolean) || key.is(Kind::integer) || key.is(Kind::unsigned_integer);
    if (!can_be_key) return error(Code::EXP019);
    for (std::size_t other = 0; other < i; ++other) {
      if (equal(members[other].key, key)) return error(Code::EXP019);
    }
    members[i] = {key, parts[2 * i + 1]};
  }
  return Value::of_map(members, count);
}

Value Evaluator::call(const Node& node) {
  bool is_macro = false;
  const Value result = macro(node, is_macro);
  if (is_macro) return result;
  std::vector<Value> arguments;
  for (std::uint32_t i = 0; i < node.child_count; ++i) {
    arguments.push_back(evaluate(ast_.child_of(node, i)));
    if (arguments.back().is(Kind::error)) return arguments.back();
  }
  const Function* function = find_function(node.name, node.member, node.child_count);
  return function ? function->call(arguments.data(), arguments.size(), context_) : error(Code::EXP003);
}

Value Evaluator::macro(const Node& node, bool& is_macro) {
  is_macro = true;
  if (!node.member && node.name == "has") return has(node);
  is_macro = node.member && (node.name == "all" || node.name == "exists" || node.name == "exists_one" ||
                             node.name == "map" || node.name == "filter");
  if (!is_macro) return {};
  const Value range = evaluate(ast_.child_of(node, 0));
  if (range.is(Kind::error)) return range;
  std::vector<Value> items;
  for (std::uint32_t i = 0; i < range.size && range.is(Kind::list); ++i) items.push_back(scalar(range.elements[i]));
  for (std::uint32_t i = 0; i < range.size && range.is(Kind::map); ++i) items.push_back(range.members[i].key);
  if (!range.is(Kind::list) && !range.is(Kind::map)) return error(Code::EXP004);
  if (node.name == "all") return quantifier(node, items, Operator::and_);
  if (node.name == "exists") return quantifier(node, items, Operator::or_);
  return collected(node, items);
}

/// An argument of a macro with its variable bound.
Value Evaluator::body(const Node& node, std::uint32_t child, const Value& item) {
  variables_.push_back({ast_.child(node, 1).name, item});
  const Value value = evaluate(ast_.child_of(node, child));
  variables_.pop_back();
  return value;
}

/// all and exists: && and || over the elements, with their errors absorbed alike.
Value Evaluator::quantifier(const Node& node, const std::vector<Value>& range, Operator op) {
  Value result = Value::of(op == Operator::and_);
  for (const Value& item : range) {
    Value condition = body(node, 2, item);
    if (!condition.is(Kind::error) && truth(condition) == Truth::error) condition = error(Code::EXP004);
    result = logical(op, result, condition);
    if (truth(result) == (op == Operator::or_ ? Truth::yes : Truth::no)) break;
  }
  return result;
}

/// exists_one, map and filter: an error ends them.
Value Evaluator::collected(const Node& node, const std::vector<Value>& range) {
  const bool is_map = node.name == "map";
  const bool has_condition = !is_map || node.child_count == 4;
  std::vector<Value> taken;
  for (const Value& item : range) {
    if (has_condition) {
      const Value condition = body(node, 2, item);
      if (condition.is(Kind::error)) return condition;
      const Truth met = truth(condition);
      if (met == Truth::error) return error(Code::EXP004);
      if (met != Truth::yes) continue;
    }
    taken.push_back(is_map ? body(node, node.child_count - 1, item) : item);
    if (taken.back().is(Kind::error)) return taken.back();
  }
  return node.name == "exists_one" ? Value::of(taken.size() == 1) : list_of(taken);
}

// --- comparing results

bool same(const Value& written_left, const Value& written_right, bool lenient) {
  const Value left = expression::scalar(written_left, lenient), right = expression::scalar(written_right, lenient);
  if (left.kind != right.kind) return false;
  switch (left.kind) {
    case Kind::null: return true;
    case Kind::boolean: return left.boolean == right.boolean;
    case Kind::number: return (std::isnan(left.number) && std::isnan(right.number)) || left.natural == right.natural;
    case Kind::integer:
    case Kind::unsigned_integer:
    case Kind::duration: return left.natural == right.natural;
    case Kind::timestamp: return left.natural == right.natural && left.size == right.size;
    case Kind::list:
      return std::equal(left.elements, left.elements + left.size, right.elements, right.elements + right.size,
                        [&](const Value& a, const Value& b) { return same(a, b, lenient); });
    case Kind::map:
      return std::equal(left.members, left.members + left.size, right.members, right.members + right.size,
                        [&](const Member& a, const Member& b) {
                          return same(a.key, b.key, lenient) && same(a.value, b.value, lenient);
                        });
    default: return left.view() == right.view();
  }
}

}  // namespace crmsync::reference
