#include <algorithm>
#include <initializer_list>

#include "expression/compiler.h"
#include "expression/text.h"
#include "json/number.h"
#include "json/time.h"

/// Checks of types before any record is seen, where a catalog says what the fields are (`Scope::types`).
///
/// A mistake is what fails for every value that the fields can have, null aside: null has a meaning of its own in most
/// operators of `crm`. It is an error where all types are certain. A field's text type is only stated by the catalog (a
/// JSON record may hold a number in it), so there it is a warning; as is a comparison that is never true, which CEL
/// allows.
namespace crmsync::expression {
namespace {

std::string_view type_word(Kind type) {
  switch (type) {
    case Kind::number: return "a number";
    case Kind::boolean: return "a boolean";
    case Kind::string: return "a string";
    case Kind::list: return "a list";
    case Kind::map: return "a map";
    case Kind::timestamp: return "a timestamp";
    case Kind::duration: return "a duration";
    case Kind::bytes: return "bytes";
    case Kind::null: return "null";
    default: return "a type";
  }
}

/// `type` is `number` for every type of number.
bool may_be(Types types, Kind type) {
  return types >> static_cast<unsigned>(type) & 1 || (type == Kind::number && types & takes::numeric);
}

std::string_view spoken(Types types) {
  if (types == takes::list) return "a list";
  if (types & takes::times) return "a timestamp";
  if (types & takes::numeric) return "a number";
  return types & takes::list ? "a string, a list or a map" : types & takes::string ? "a string" : "bytes";
}

bool is_time(Kind type) {
  return type == Kind::timestamp || type == Kind::duration;
}

bool is_ordered(Kind type) {
  return type == Kind::number || type == Kind::string || type == Kind::boolean || type == Kind::bytes || is_time(type);
}

Kind type_of_literal(const Node& node) {
  if (node.kind != NodeKind::literal) return Kind::absent;
  const Kind kind = node.value.kind;
  return kind == Kind::integer || kind == Kind::unsigned_integer ? Kind::number : kind;
}

/// The type of left + right and its kin; absent if no value of the one goes with any of the other.
Kind arithmetic_type(Operator op, Kind left, Kind right) {
  if (left == Kind::number && right == Kind::number) return Kind::number;
  const bool adds = op == Operator::add;
  if (adds && (left == Kind::string || right == Kind::string)) {
    const Kind other = left == Kind::string ? right : left;
    return other == Kind::string || other == Kind::number || other == Kind::boolean ? Kind::string : Kind::absent;
  }
  if (adds && left == right && (left == Kind::list || left == Kind::bytes)) return left;
  if (!is_time(left) || !is_time(right) || (!adds && op != Operator::subtract)) return Kind::absent;
  if (left == right) {
    if (left == Kind::duration) return left;
    return adds ? Kind::absent : Kind::duration;
  }
  return adds || left == Kind::timestamp ? Kind::timestamp : Kind::absent;
}

/// Whether values of the type take part in the operation at all, whatever the other operand is.
bool takes_part(Operator op, Kind type) {
  if (type == Kind::number || type == Kind::null) return true;
  if (is_time(type)) return op == Operator::add || op == Operator::subtract;
  return op == Operator::add && type != Kind::map && type != Kind::type;
}

}  // namespace

Kind Compiler::type_of(const Operand& operand) const {
  const Kind kind = operand.kind == Kind::absent ? operand.type : operand.kind;
  return kind == Kind::integer || kind == Kind::unsigned_integer ? Kind::number : kind;
}

std::string_view Compiler::name_of(const Operand& operand) const {
  return operand.field == 0 ? std::string_view() : std::string_view(code_->read_names[operand.field - 1]);
}

/// One function that puts texts together is smaller than operators at each place.
std::string Compiler::composed(std::initializer_list<Piece> pieces) const {
  std::string text;
  for (const Piece& piece : pieces) {
    text += piece.text;
    if (!piece.operand) continue;
    const std::string_view name = name_of(*piece.operand);
    text += name;
    if (!name.empty()) text += ", ";
    text += type_word(type_of(*piece.operand));
  }
  return text;
}

/// How messages call what stands at a node: an operator, or a function.
std::string Compiler::asker(const Node& node) const {
  switch (node.kind) {
    case NodeKind::unary:
    case NodeKind::binary: return composed({"'", symbol(node.op), "'"});
    case NodeKind::conditional: return "'?:'";
    case NodeKind::call: return composed({node.name, "()"});
    default: return {};
  }
}

void Compiler::say_mismatch(const Node& place, Code code, std::string message, std::string hint, bool is_certain) {
  if (is_certain) {
    sink().add(code, place.mark, place.mark_length, std::move(message), std::move(hint));
  } else {
    sink().warn({code, place.mark, place.mark_length, std::move(message), std::move(hint), {}});
  }
}

void Compiler::say_expected(const Node& place, std::string_view who, std::string_view expected, const Operand& found,
                            std::string hint) {
  const std::string asking = who.empty() ? asker(place) : std::string(who);
  say_mismatch(place, Code::EXP004, composed({asking, " expects ", expected, ", found ", found}), std::move(hint),
               !found.stated);
}

/// How to write a literal that was meant to be of the type `wanted`; else how to convert to it.
std::string Compiler::hint_for(Kind wanted, const Operand& operand, const Node& node) const {
  const Kind found = operand.kind == Kind::list ? type_of_literal(node) : type_of(operand);
  const std::string_view name = name_of(operand);
  if (type_of_literal(node) == Kind::string) {
    const std::string_view text = node.value.view();
    const bool fits =
        wanted == Kind::number ? json::is_number(text) : wanted == Kind::boolean && (text == "true" || text == "false");
    if (fits) return composed({"write ", text, " without quotes"});
    if (wanted == Kind::timestamp && json::parse_timestamp(text)) return composed({"write timestamp('", text, "')"});
  }
  if (wanted == Kind::string && type_of_literal(node) == Kind::number) return "write it in quotes";
  const bool to_text = wanted == Kind::string && (found == Kind::number || is_time(found));
  if (name.empty() || (!to_text && (found != Kind::string || (wanted != Kind::number && !is_time(wanted))))) return {};
  if (to_text) return composed({"string(", name, ") writes it as a text"});
  return composed({is_time(wanted) ? "timestamp(" : "double(", name, ") reads a ", is_time(wanted) ? "time" : "number",
                   " from a text"});
}

void Compiler::check_binary(const Node& node, const Operand& left, const Operand& right, Operand& result) {
  if (!scope_.types) return;
  const bool compares = node.op >= Operator::equal && node.op <= Operator::in;
  if (compares) {
    result.type = Kind::boolean;
    if (node.op == Operator::in) return check_membership(node, left, right);
    if (node.op <= Operator::not_equal) return check_comparison(node, left, right);
  }
  for (const Operand* operand : {&left, &right}) {
    const Kind type = type_of(*operand);
    if (type == Kind::absent || type == Kind::null) continue;
    if (compares ? is_ordered(type) : takes_part(node.op, type)) continue;
    return say_expected(
        node, {}, compares ? "numbers, strings or times" : "numbers", *operand,
        hint_for(compares ? Kind::absent : Kind::number, *operand, ast_->child(node, operand == &right)));
  }
  if (compares) return check_comparison(node, left, right);
  if (!are_known(left, right)) return;
  result.type = arithmetic_type(node.op, type_of(left), type_of(right));
  result.stated = left.stated || right.stated;
  if (result.type != Kind::absent) return;
  say_mismatch(node, Code::EXP004, composed({asker(node), " does not take ", left, ", and ", right}), {},
               !result.stated);
}

bool Compiler::are_known(const Operand& left, const Operand& right) const {
  const auto known = [&](const Operand& operand) {
    return type_of(operand) != Kind::absent && type_of(operand) != Kind::null;
  };
  return known(left) && known(right);
}

/// Of an equality or an ordering: both sides must be of one type, or the one is never true and the other fails.
void Compiler::check_comparison(const Node& node, const Operand& left, const Operand& right) {
  const Kind l = type_of(left), r = type_of(right);
  if (!are_known(left, right) || l == r) return;
  // What is written into the expression is taken for the mistake, not the field; but a text beside a time is a time
  // that was not read.
  const bool right_is_wrong = !is_time(r) && (is_time(l) || left.field != 0 || right.field == 0);
  const Operand &expected = right_is_wrong ? left : right, &found = right_is_wrong ? right : left;
  const bool equates = node.op <= Operator::not_equal;
  std::string message = asker(node);
  if (equates) {
    message +=
        composed({node.op == Operator::equal ? " is never" : " is always", " true: ", expected, ", the other ", found});
  } else if (expected.field == 0) {
    message += composed({" expects two of one kind, found ", left, " and ", right});
  } else {
    message += composed({" expects ", type_word(type_of(expected)), " beside ", name_of(expected), ", found ", found});
  }
  say_mismatch(node, equates ? Code::EXP021 : Code::EXP004, std::move(message),
               hint_for(type_of(expected), found, ast_->child(node, right_is_wrong)),
               !equates && !left.stated && !right.stated);
}

void Compiler::check_membership(const Node& node, const Operand& element, const Operand& container) {
  const Kind type = type_of(element), within = type_of(container);
  if (within != Kind::absent && within != Kind::null && within != Kind::list && within != Kind::map)
    return say_expected(node, {}, "a list or a map", container, "a list is written ['a', 'b']");
  // Of a list that is written out: none of its elements is of the type.
  const Node& list = ast_->child(node, 1);
  if (type == Kind::absent || type == Kind::null || list.kind != NodeKind::list || list.child_count == 0) return;
  for (std::uint32_t i = 0; i < list.child_count; ++i) {
    const Kind literal = type_of_literal(ast_->child(list, i));
    if (literal == Kind::absent || literal == type) return;
  }
  say_mismatch(node, Code::EXP021, composed({"'in' is never true: ", element, ", and the list holds none"}),
               hint_for(type, container, ast_->child(list, 0)), false);
}

void Compiler::check_unary(const Node& node, const Operand& operand, Operand& result) {
  const Kind type = type_of(operand);
  if (!scope_.types || type == Kind::absent) return;
  result.type = Kind::number;
  if (type != Kind::number && type != Kind::null) say_expected(node, {}, "a number", operand, {});
}

void Compiler::check_condition(const Node& place, const Operand& condition, std::string_view who) {
  const Kind type = type_of(condition);
  if (!scope_.types || type == Kind::absent || type == Kind::boolean || type == Kind::null) return;
  const bool comparable = condition.field != 0 && (type == Kind::number || type == Kind::string);
  const std::string_view name = comparable ? name_of(condition) : std::string_view();
  say_expected(place, who, "true or false", condition,
               composed({"only true is true", comparable ? "; compare it, as in " : "", name,
                         !comparable            ? ""
                         : type == Kind::number ? " > 0"
                                                : " != ''"}));
}

void Compiler::check_result(const Ast& ast, const Operand& result) {
  if (scope_.is_condition) check_condition(ast.nodes[ast.root], result, "a condition");
}

void Compiler::check_arguments(const Node& call, const Function& function, const Operand* arguments,
                               std::size_t count) {
  if (!scope_.types) return;
  Types types = 0;
  for (std::size_t i = 0; i < std::min(count, std::size(function.takes)); ++i) {
    if (function.takes[i]) types = function.takes[i];
    const Kind type = type_of(arguments[i]);
    if (types == 0 || type == Kind::absent || type == Kind::null || may_be(types, type)) continue;
    const Kind wanted = types & takes::times                     ? Kind::timestamp
                        : spoken(types) == spoken(takes::string) ? Kind::string
                                                                 : Kind::absent;
    return say_expected(call, {}, spoken(types), arguments[i], hint_for(wanted, arguments[i], Node{}));
  }
}

void Compiler::check_body(const Node& node, AggregateFunction function, const Operand& body, Operand& result) {
  if (!scope_.types || function == AggregateFunction::count || function == AggregateFunction::count_distinct) return;
  const Kind type = type_of(body);
  const bool is_placed = function == AggregateFunction::first || function == AggregateFunction::last;
  if (is_placed || function == AggregateFunction::min || function == AggregateFunction::max) {
    result.type = type;
  } else if (function == AggregateFunction::any || function == AggregateFunction::all) {
    result.type = Kind::boolean;
    check_condition(node, body);
  } else {
    result.type = Kind::number;
    if (type != Kind::absent && type != Kind::null && type != Kind::number) say_expected(node, {}, "numbers", body, {});
  }
}

}  // namespace crmsync::expression
