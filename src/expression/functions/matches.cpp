#include "expression/functions/matches.h"

#include <new>
#include <string>

#include "expression/text.h"

/// matches: whether a regular expression matches some part of a text (cel-spec, langdef.md: RE2's syntax).
namespace crmsync::expression {

/// One pattern that an evaluation uses, with what matching has built for it so far.
struct UsedPattern {
  std::string_view pattern;
  const regex::Program* program;
  regex::Matcher matcher;
  UsedPattern* next;
};

namespace {

/// Patterns that an evaluation remembers at a time. Others are compiled again, and paid for.
constexpr unsigned most_remembered = 16;

UsedPattern* remembered(std::string_view pattern, const Context& context) {
  UsedPattern* used = context.used_patterns;
  for (unsigned i = 0; used && i < most_remembered; ++i, used = used->next) {
    if (used->pattern == pattern) return used;
  }
  return nullptr;
}

UsedPattern* remember(std::string_view pattern, const regex::Program& program, Context& context) {
  void* const memory = context.arena.allocate(sizeof(UsedPattern), alignof(UsedPattern));
  return context.used_patterns =
             new (memory) UsedPattern{pattern, &program, {program, context.arena}, context.used_patterns};
}

Value compile_at_run_time(std::string_view pattern, Context& context) {
  if (!context.charge_text(pattern.size())) return context.out_of_budget();
  regex::Mistake mistake;
  const regex::Program* const program = regex::compile(pattern, context.arena, mistake);
  if (!program) {
    const std::string place = std::to_string(count_code_points(pattern.substr(0, mistake.offset)) + 1);
    return context.fail(Code::EXP024, {"the regular expression is malformed at character ", place, ": ", mistake.what});
  }
  if (!context.charge(regex::compile_cost(*program))) return context.out_of_budget();
  remember(pattern, *program, context);
  return Value::null();
}

constexpr Function functions[] = {
    documented({"matches", true, 2, 2, matches, Kind::boolean, {takes::string}}, "string.matches(string) -> bool",
               "Whether a regular expression in RE2's syntax matches some part of it",
               "'ada@acme.com'.matches('@acme[.]com$') => true\n'Ada'.matches('(?i)^a') => true\n'a'.matches('a(') => "
               "error"),
    documented({"matches", false, 2, 2, matches, Kind::boolean, {takes::string}}, "matches(string, string) -> bool",
               "The same", "matches('hubba', 'ubb') => true"),
};

}  // namespace

bool Patterns::add(std::string_view pattern, regex::Mistake& mistake) {
  if (find(pattern)) return true;
  Arena arena;
  const regex::Program* const program = regex::compile(pattern, arena, mistake);
  if (program) patterns_.push_back({pattern, regex::finished(*program, arena)});
  return program != nullptr;
}

const regex::Program* Patterns::find(std::string_view pattern) const {
  for (const Pattern& each : patterns_) {
    if (each.pattern == pattern) return reinterpret_cast<const regex::Program*>(each.program.get());
  }
  return nullptr;
}

Value matches(const Value* arguments, std::size_t, Context& context) {
  const std::string_view text = arguments[0].view(), pattern = arguments[1].view();
  UsedPattern* used = remembered(pattern, context);
  if (!used) {
    const regex::Program* const constant = context.patterns ? context.patterns->find(pattern) : nullptr;
    if (constant) {
      used = remember(pattern, *constant, context);
    } else {
      const Value error = compile_at_run_time(pattern, context);
      if (error.is(Kind::error)) return error;
      used = context.used_patterns;
    }
  }
  // cel-go: 0.1 for each character of the text and one more, times 0.25 for each of the pattern, each rounded up. Its
  // authors would rather count what the pattern is compiled to, so here the larger of both counts.
  const std::uint64_t text_cost = (text.size() + 10) / 10,
                      pattern_cost = (regex::weight(pattern, *used->program) + 3) / 4;
  if (!context.charge(text_cost * pattern_cost)) return context.out_of_budget();
  return Value::of(used->matcher.matches(text));
}

FunctionFamily matches_functions() {
  return {functions, std::size(functions)};
}

}  // namespace crmsync::expression
