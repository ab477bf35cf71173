#include "options.h"

#include <string>

#include "json/reader.h"
#include "json/time.h"

namespace crmsync {

Options::Options(std::string_view text, Arena& arena, Diagnostic& problem) : arena_(arena), problem_(problem) {
  if (text.empty()) return;
  json::Shape whole;
  whole.want({}, 0);
  Value value;
  const json::ReadResult read = json::read_document(text, whole, &value);
  if (!read.ok() || !value.is(Kind::map)) {
    problem_ = make_diagnostic(Code::API004, "the options must be a JSON object");
    return;
  }
  options_ = decoded(value, arena);
}

bool Options::flag(std::string_view name, bool otherwise) {
  const Value value = member(options_, name);
  if (value.is_nothing()) return otherwise;
  if (!value.is(Kind::boolean)) fail(name, "true or false");
  return value.is(Kind::boolean) && value.boolean;
}

bool Options::choice(std::string_view name, std::string_view first, std::string_view second, bool otherwise) {
  const Value value = member(options_, name);
  if (value.is_nothing()) return otherwise;
  const std::string_view word = value.is(Kind::string) ? value.view() : std::string_view{};
  if (word != first && word != second) fail(name, '"' + std::string(first) + "\" or \"" + std::string(second) + '"');
  return word == first;
}

Value Options::time(std::string_view name) {
  const Value value = member(options_, name);
  if (value.is_nothing()) return {};
  if (value.is(Kind::string)) {
    if (const auto parsed = json::parse_timestamp(value.view())) return *parsed;
  }
  fail(name, "an RFC 3339 time such as 2026-03-01T10:00:00Z");
  return {};
}

void Options::fail(std::string_view name, std::string_view expected) {
  if (!ok()) return;
  problem_ = make_diagnostic(Code::API004, "the option " + std::string(name) + " must be " + std::string(expected), {},
                             "/" + std::string(name));
}

}  // namespace crmsync
