#include "expression/functions.h"
#include "json/base64.h"

/// base64.encode and base64.decode (cel-go, ext/README.md, "Encoders").
namespace crmsync::expression {
namespace {

Value encode(const Value* arguments, std::size_t, Context& context) {
  const std::size_t size = json::base64_size(arguments[0].size);
  if (!context.charge_text(size)) return context.out_of_budget();
  char* const text = context.arena.characters(size);
  json::write_base64(text, arguments[0].view());
  return Value::of_string({text, size});
}

Value decode(const Value* arguments, std::size_t, Context& context) {
  if (!context.charge_text(arguments[0].size)) return context.out_of_budget();
  const auto bytes = json::decode_base64(arguments[0].view(), context.arena);
  if (!bytes) return context.fail(Code::EXP009, {"base64.decode: this string is not base64"});
  return Value::of_text(Kind::bytes, *bytes);
}

constexpr Function functions[] = {
    documented({"base64.encode", false, 1, 1, encode, Kind::string, {takes::bytes}}, "base64.encode(bytes) -> string",
               "The bytes as base64 with padding", "base64.encode(b'hello') => 'aGVsbG8='"),
    documented({"base64.decode", false, 1, 1, decode, Kind::bytes, {takes::string}}, "base64.decode(string) -> bytes",
               "The bytes that base64 stands for, with or without padding",
               "base64.decode('aGVsbG8=') => b'hello'\nbase64.decode('aGVsbG8') => b'hello'\n"
               "base64.decode('hello!') => error"),
};

}  // namespace

FunctionFamily encoder_functions() {
  return {functions, std::size(functions)};
}

}  // namespace crmsync::expression
