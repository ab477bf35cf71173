#include "json/options.h"

#include <algorithm>

#include "json/path.h"
#include "json/reader.h"
#include "json/time.h"

namespace crmsync::json {

Options::Options(std::string_view text, std::initializer_list<std::string_view> known, Arena& arena,
                 Diagnostic& problem)
    : problem_(problem) {
  if (text.empty()) return;
  Shape whole;
  whole.want({}, 0);
  Value value;
  const ReadResult read = read_document(text, whole, &value);
  if (!read.ok() || !value.is(Kind::map)) {
    problem_ = make_diagnostic(Code::API004, "the options must be a JSON object");
    return;
  }
  options_ = decoded(value, arena);
  for (std::uint32_t i = 0; i < options_.size; ++i) {
    const std::string_view name = options_.members[i].key.view();
    if (std::find(known.begin(), known.end(), name) == known.end()) fail(name, {"there is no option ", name});
  }
}

bool Options::flag(std::string_view name, bool otherwise) {
  const Value value = member(options_, name);
  if (value.is_nothing()) return otherwise;
  if (!value.is(Kind::boolean)) fail(name, {"the option ", name, " must be true or false"});
  return value.is(Kind::boolean) && value.boolean;
}

bool Options::choice(std::string_view name, std::string_view first, std::string_view second, bool otherwise) {
  const Value value = member(options_, name);
  if (value.is_nothing()) return otherwise;
  const std::string_view word = value.is(Kind::string) ? value.view() : std::string_view{};
  if (word != first && word != second) {
    fail(name, {"the option ", name, " must be \"", first, "\" or \"", second, "\""});
  }
  return word == first;
}

std::string_view Options::dotted(std::string_view name) {
  const Value value = member(options_, name);
  if (value.is_nothing()) return {};
  const std::string_view text = value.is(Kind::string) ? value.view() : std::string_view{};
  const bool fits = value.is(Kind::string) && (text.empty() || parse_path(text));
  if (!fits) fail(name, "the option " + std::string(name) + " must be a name such as a.b");
  return text;
}

Value Options::time(std::string_view name) {
  const Value value = member(options_, name);
  if (value.is_nothing()) return {};
  if (value.is(Kind::string)) {
    if (const auto parsed = parse_timestamp(value.view())) return *parsed;
  }
  fail(name, {"the option ", name, " must be an RFC 3339 time such as 2026-03-01T10:00:00Z"});
  return {};
}

Value Options::of_kind(std::string_view name, Kind kind, const char* called) {
  const Value value = member(options_, name);
  if (value.is_nothing() || value.is(kind)) return value;
  fail(name, {"the option ", name, " must be ", called});
  return {};
}

void Options::fail(std::string_view name, const Words& message) {
  if (ok()) problem_ = make_diagnostic(Code::API004, message, {}, {"/", name});
}

}  // namespace crmsync::json
