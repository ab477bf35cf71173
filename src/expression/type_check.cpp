#include <algorithm>

#include "expression/compiler.h"
#include "expression/text.h"
#include "json/number.h"

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

/// What a function takes, the receiver first: s string, z string, bytes, list or map, n number, t timestamp or
/// duration, l list; `.` anything. Only where no other overload takes another type (cel-spec, langdef.md, "List of
/// Standard Definitions"; cel-go, ext/README.md, "Strings").
struct Signature {
  std::string_view name, parameters;
};
constexpr Signature signatures[] = {{"size", "z"},
                                    {"startsWith", "ss"},
                                    {"endsWith", "ss"},
                                    {"contains", "ss"},
                                    {"matches", "ss"},
                                    {"charAt", "sn"},
                                    {"indexOf", "ssn"},
                                    {"replace", "sssn"},
                                    {"split", "ssn"},
                                    {"lastIndexOf", "ssn"},
                                    {"upper", "s"},
                                    {"lower", "s"},
                                    {"lowerAscii", "s"},
                                    {"substring", "snn"},
                                    {"upperAscii", "s"},
                                    {"trim", "s"},
                                    {"join", "ls"},
                                    {"getFullYear", "ts"},
                                    {"getMonth", "ts"},
                                    {"getDate", "ts"},
                                    {"getHours", "ts"},
                                    {"getMinutes", "ts"},
                                    {"getSeconds", "ts"},
                                    {"getDayOfMonth", "ts"},
                                    {"getMilliseconds", "ts"},
                                    {"getDayOfWeek", "ts"},
                                    {"getDayOfYear", "ts"}};

bool takes(char parameter, Kind type) {
  switch (parameter) {
    case 's': return type == Kind::string;
    case 'n': return type == Kind::number;
    case 'l': return type == Kind::list;
    case 't': return type == Kind::timestamp || type == Kind::duration;
    case 'z': return type == Kind::string || type == Kind::bytes || type == Kind::list || type == Kind::map;
    default: return true;
  }
}

std::string_view parameter_word(char parameter) {
  switch (parameter) {
    case 's': return "a string";
    case 'n': return "a number";
    case 'l': return "a list";
    case 't': return "a timestamp";
    default: return "a string, a list or a map";
  }
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

/// How to write a literal that was meant to be of the type `wanted`; else how to convert to it.
std::string hint_for(Kind wanted, Kind found, const Node& node, const std::string& name) {
  if (type_of_literal(node) == Kind::string) {
    const std::string_view text = node.value.view();
    const bool fits =
        wanted == Kind::number ? json::is_number(text) : wanted == Kind::boolean && (text == "true" || text == "false");
    if (fits) return "write " + std::string(text) + " without quotes";
  }
  if (wanted == Kind::string && type_of_literal(node) == Kind::number) return "write it in quotes";
  if (name.empty()) return {};
  if (wanted == Kind::string && found == Kind::number) return "string(" + name + ") writes it as a text";
  if (found != Kind::string) return {};
  if (wanted == Kind::number) return "double(" + name + ") reads a number from a text";
  if (is_time(wanted)) return "timestamp(" + name + ") reads a time from a text";
  return {};
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

std::string Compiler::described(const Operand& operand) const {
  const std::string type(type_word(type_of(operand)));
  return operand.field == 0 ? type : code_->read_names[operand.field - 1] + ", " + type;
}

void Compiler::say_mismatch(std::uint32_t offset, std::uint32_t length, std::string message, std::string hint,
                            bool is_certain) {
  if (is_certain) {
    sink().add(Code::EXP004, offset, length, std::move(message), std::move(hint));
  } else {
    sink().warn({Code::EXP004, offset, length, false, std::move(message), std::move(hint), {}});
  }
}

void Compiler::check_binary(const Node& node, const Operand& left, const Operand& right, Operand& result) {
  if (!scope_.types) return;
  const Kind l = type_of(left), r = type_of(right);
  const bool certain = !left.stated && !right.stated;
  const std::string name = "'" + std::string(symbol(node.op)) + "'";
  switch (node.op) {
    case Operator::equal:
    case Operator::not_equal:
    case Operator::in: result.type = Kind::boolean; return check_equality(node, left, right);
    case Operator::less:
    case Operator::less_equal:
    case Operator::greater:
    case Operator::greater_equal: {
      result.type = Kind::boolean;
      for (const Operand* operand : {&left, &right}) {
        const Kind type = type_of(*operand);
        if (type == Kind::absent || type == Kind::null || is_ordered(type)) continue;
        return say_mismatch(node.mark, node.mark_length,
                            name + " expects numbers, strings or times, found " + described(*operand), {},
                            !operand->stated);
      }
      if (!is_ordered(l) || !is_ordered(r) || l == r) return;
      // What is written into the expression is taken for the mistake, not the field; but a text beside a time is a time
      // that was not read.
      const bool right_is_wrong = !is_time(r) && (is_time(l) || left.field != 0 || right.field == 0);
      const Operand &expected = right_is_wrong ? left : right, &found = right_is_wrong ? right : left;
      const std::string message =
          expected.field == 0 ? " expects two of one kind, found " + described(left) + " and " + described(right)
                              : " expects " + std::string(type_word(type_of(expected))) + " beside " +
                                    code_->read_names[expected.field - 1] + ", found " + described(found);
      return say_mismatch(node.mark, node.mark_length, name + message,
                          hint_for(type_of(expected), type_of(found), ast_->child(node, right_is_wrong),
                                   found.field == 0 ? "" : code_->read_names[found.field - 1]),
                          certain);
    }
    default: break;
  }
  for (const Operand* operand : {&left, &right}) {
    if (!is_type_known(*operand) || takes_part(node.op, type_of(*operand))) continue;
    const Node& part = ast_->child(node, operand == &right);
    return say_mismatch(
        node.mark, node.mark_length, name + " expects numbers, found " + described(*operand),
        hint_for(Kind::number, type_of(*operand), part, operand->field ? code_->read_names[operand->field - 1] : ""),
        !operand->stated);
  }
  if (l == Kind::absent || r == Kind::absent || l == Kind::null || r == Kind::null) return;
  result.type = arithmetic_type(node.op, l, r);
  result.stated = !certain;
  if (result.type != Kind::absent) return;
  say_mismatch(node.mark, node.mark_length, name + " does not take " + described(left) + ", and " + described(right),
               {}, certain);
}

void Compiler::check_equality(const Node& node, const Operand& left, const Operand& right) {
  const Kind l = type_of(left), r = type_of(right);
  const Node& other = ast_->child(node, 1);
  std::string found;
  if (node.op == Operator::in) {
    if (r != Kind::absent && r != Kind::list && r != Kind::map) {
      return say_mismatch(node.mark, node.mark_length, "'in' expects a list or a map, found " + described(right),
                          "a list is written ['a', 'b']", !right.stated);
    }
    // Of a list that is written out: none of its elements is of the type.
    if (l == Kind::absent || l == Kind::null || other.kind != NodeKind::list || other.child_count == 0) return;
    for (std::uint32_t i = 0; i < other.child_count; ++i) {
      const Kind element = type_of_literal(ast_->child(other, i));
      if (element == Kind::absent || element == l) return;
    }
    found = ", and the list holds none";
  } else {
    if (l == Kind::absent || r == Kind::absent || l == Kind::null || r == Kind::null || l == r) return;
    found = ", the other " + described(right);
  }
  std::string message = "'" + std::string(symbol(node.op)) + "' is ";
  message += node.op == Operator::not_equal ? "always true" : "never true";
  const bool right_is_wrong = left.field != 0 || right.field == 0 || node.op == Operator::in;
  const Operand& expected = right_is_wrong ? left : right;
  if (!right_is_wrong) found = ", the other " + described(left);
  message += (expected.field == 0 ? ": one side is " : ": ") + described(expected) + found;
  const Node& wrong = node.op == Operator::in ? ast_->child(other, 0) : ast_->child(node, right_is_wrong);
  const Operand& wrong_operand = right_is_wrong ? right : left;
  const Kind wrong_type = node.op == Operator::in ? type_of_literal(wrong) : type_of(wrong_operand);
  sink().warn({Code::EXP021,
               node.mark,
               node.mark_length,
               false,
               std::move(message),
               hint_for(type_of(expected), wrong_type, wrong,
                        wrong_operand.field == 0 ? "" : code_->read_names[wrong_operand.field - 1]),
               {}});
}

void Compiler::check_unary(const Node& node, const Operand& operand, Operand& result) {
  if (!scope_.types || !is_type_known(operand)) return;
  const Kind type = type_of(operand);
  result.type = Kind::number;
  if (type == Kind::number || type == Kind::null) return;
  say_mismatch(node.mark, node.mark_length, "'-' expects a number, found " + described(operand), {}, !operand.stated);
}

void Compiler::check_condition(const Node& place, std::string_view asker, const Operand& condition) {
  const Kind type = type_of(condition);
  if (!scope_.types || type == Kind::absent || type == Kind::boolean || type == Kind::null) return;
  std::string hint = "only true is true";
  if (condition.field != 0 && (type == Kind::number || type == Kind::string)) {
    hint += "; compare it, as in " + code_->read_names[condition.field - 1];
    hint += type == Kind::number ? " > 0" : " != ''";
  }
  say_mismatch(place.mark, place.mark_length,
               std::string(asker) + " expects true or false, found " + described(condition), std::move(hint),
               !condition.stated);
}

void Compiler::check_result(const Ast& ast, const Operand& result) {
  if (scope_.is_condition) check_condition(ast.nodes[ast.root], "a condition", result);
}

void Compiler::check_arguments(std::string_view function, std::uint32_t offset, std::uint32_t length,
                               const Operand* arguments, std::size_t count) {
  if (!scope_.types) return;
  const auto* const known = std::find_if(std::begin(signatures), std::end(signatures),
                                         [&](const Signature& signature) { return signature.name == function; });
  if (known == std::end(signatures)) return;
  for (std::size_t i = 0; i < std::min(count, known->parameters.size()); ++i) {
    const Kind type = type_of(arguments[i]);
    const char parameter = known->parameters[i];
    if (type == Kind::absent || type == Kind::null || takes(parameter, type)) continue;
    const Kind wanted = parameter == 's' ? Kind::string : parameter == 't' ? Kind::timestamp : Kind::absent;
    say_mismatch(
        offset, length,
        std::string(function) + "() expects " + std::string(parameter_word(parameter)) + ", found " +
            described(arguments[i]),
        hint_for(wanted, type, Node{}, arguments[i].field == 0 ? "" : code_->read_names[arguments[i].field - 1]),
        !arguments[i].stated);
    return;
  }
}

void Compiler::check_body(const Node& node, AggregateFunction function, const Operand& body, Operand& result) {
  if (!scope_.types) return;
  const Kind type = type_of(body);
  const std::string name = std::string(node.name) + "()";
  switch (function) {
    case AggregateFunction::count: return;
    case AggregateFunction::min:
    case AggregateFunction::max: result.type = type; return;
    case AggregateFunction::any:
    case AggregateFunction::all: result.type = Kind::boolean; return check_condition(node, name, body);
    default: result.type = Kind::number;
  }
  if (type == Kind::absent || type == Kind::null || type == Kind::number) return;
  say_mismatch(node.mark, node.mark_length, name + " expects numbers, found " + described(body), {}, !body.stated);
}

}  // namespace crmsync::expression
