#include "expression/template.h"

#include <cstring>
#include <limits>

#include "expression/arithmetic.h"
#include "expression/functions/time.h"
#include "json/writer.h"

namespace crmsync::expression {
namespace {

/// A value as a template shows it: null and absent as nothing, lists, maps and bytes as JSON has them.
Value rendered(const Value& value, Context& context) {
  switch (value.kind) {
    case Kind::absent:
    case Kind::null: return Value::of_string({});
    case Kind::string:
    case Kind::type: return Value::of_string(value.view());
    case Kind::boolean:
    case Kind::integer:
    case Kind::unsigned_integer:
    case Kind::number: return Value::of_string(number_text(value, context));
    case Kind::timestamp:
    case Kind::duration: return Value::of_string(time_text(value, context));
    default: break;
  }
  std::string json;
  json::append_value(json, value);
  std::string_view text = json;
  if (value.kind == Kind::bytes) text = text.substr(1, text.size() - 2);  // base64, without the quotes
  if (!context.charge_text(text.size())) return context.out_of_budget();
  return Value::of_string(context.arena.copy(text));
}

/// Visits the texts that are written, in order.
template <class Visit>
void for_each_text(const Rendering& rendering, const Value* values, Visit visit) {
  std::string_view pending;
  bool before = false;
  std::size_t next = 0;
  for (const Rendering::Part& part : rendering.parts) {
    if (part.is_value) {
      const std::string_view text = values[next++].view();
      if (text.empty()) {
        pending = {};
        continue;
      }
      if (before) visit(pending);
      visit(text);
      before = true;
      pending = {};
    } else if (part.only_between) {
      pending = part.text;
    } else {
      visit(part.text);
      before = false;
      pending = {};
    }
  }
}

}  // namespace

Value render(const Rendering& rendering, Value* values, Context& context) {
  if (rendering.single) {
    const Value value = values[0].held();
    return value.is_nothing() || (value.kind == Kind::string && value.size == 0) ? Value::null() : value;
  }
  std::size_t next = 0;
  for (const Rendering::Part& part : rendering.parts) {
    if (!part.is_value) continue;
    values[next] = rendered(values[next].held(), context);
    if (values[next].is(Kind::error)) return values[next];
    ++next;
  }
  std::size_t size = 0;
  for_each_text(rendering, values, [&](std::string_view text) { size += text.size(); });
  if (size == 0) return Value::null();
  if (!context.charge_text(size)) return context.out_of_budget();
  if (!context.has_room(size)) return context.out_of_memory();
  char* text = context.arena.characters(size);
  std::size_t at = 0;
  for_each_text(rendering, values, [&](std::string_view piece) {
    if (!piece.empty()) std::memcpy(text + at, piece.data(), piece.size());
    at += piece.size();
  });
  return Value::of_string({text, size});
}

}  // namespace crmsync::expression
