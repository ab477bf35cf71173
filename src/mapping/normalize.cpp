#include "mapping/normalize.h"

#include <string>

#include "expression/case_mapping.h"
#include "json/utf8.h"
#include "mapping/text.h"
#include "mapping/typed.h"

namespace crmsync::mapping {
namespace {

using expression::append_in_case;
using expression::LetterCase;

std::string_view collapsed(std::string_view text, Arena& arena) {
  text = trimmed(text);
  char* const to = arena.characters(text.size());
  std::size_t size = 0;
  for (const char c : text) {
    if (!is_space(c)) {
      to[size++] = c;
    } else if (size == 0 || to[size - 1] != ' ') {
      to[size++] = ' ';
    }
  }
  return {to, size};
}

/// The text itself where a letter's other case would be a guess.
std::string_view in_case(std::string_view text, LetterCase letter_case, Arena& arena) {
  std::string changed;
  return append_in_case(text, letter_case, changed) ? arena.copy(changed) : text;
}

std::size_t code_point_size(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

/// Each word, which white space or a hyphen ends, with a capital first and small letters behind it.
std::string_view title_case(std::string_view text, Arena& arena) {
  std::string changed;
  for (std::size_t begin = 0; begin < text.size();) {
    if (is_space(text[begin]) || text[begin] == '-') {
      changed += text[begin++];
      continue;
    }
    std::size_t end = begin;
    while (end < text.size() && !is_space(text[end]) && text[end] != '-') ++end;
    const std::size_t first = code_point_size(text[begin]);
    // One letter's capital may be several, of which only the first stays one: "ﬁ" begins as "Fi".
    std::string capital;
    if (!append_in_case(text.substr(begin, first), LetterCase::upper, capital)) return text;
    const std::size_t kept = code_point_size(capital.front());
    changed.append(capital, 0, kept);
    const std::string rest = capital.substr(kept).append(text.substr(begin + first, end - begin - first));
    if (!append_in_case(rest, LetterCase::lower, changed)) return text;
    begin = end;
  }
  return arena.copy(changed);
}

std::string_view apply(Normalizer normalizer, const DirectionRules& rules, std::string_view text, Call& call) {
  Arena& arena = call.arena;
  switch (normalizer) {
    case Normalizer::trim: return trimmed(text);
    case Normalizer::email: return lowercase_ascii(trimmed(text), arena);
    case Normalizer::digits: return digits_of(text, arena);
    case Normalizer::collapse_spaces: return collapsed(text, arena);
    case Normalizer::lowercase: return in_case(text, LetterCase::lower, arena);
    case Normalizer::uppercase: return in_case(text, LetterCase::upper, arena);
    case Normalizer::title_case: return title_case(text, arena);
    case Normalizer::phone_e164:
    case Normalizer::unicode_nfc:
    case Normalizer::domain_ascii: break;
  }
  if (!call.tables || trimmed(text).empty()) return text;
  const std::string_view region = normalizer == Normalizer::phone_e164 ? rules.phone_region : std::string_view();
  return call.tables->normalized(spelled_normalizer(normalizer), region, text);
}

}  // namespace

std::string_view spelled_normalizer(Normalizer normalizer) {
  constexpr std::string_view names[] = {"trim",      "email",      "digits",      "collapse_spaces", "lowercase",
                                        "uppercase", "title_case", "unicode_nfc", "phone_e164",      "domain_ascii"};
  return names[static_cast<std::size_t>(normalizer)];
}

bool is_of_host(Normalizer normalizer) {
  return normalizer >= Normalizer::unicode_nfc;
}

Value normalized(const DirectionRules& rules, const Value& value, Call& call) {
  if (rules.normalize.empty() || !value.is(Kind::string)) return value;
  std::string_view text = decoded_text(value, call.arena);
  for (const Normalizer normalizer : rules.normalize) text = apply(normalizer, rules, text, call);
  return Value::of_string(text);
}

Value normalized(const PlannedEntry& entry, Target target, const Value& value, Call& call) {
  const DirectionRules& rules = rules_of(entry, target);
  if (rules.normalize.empty() || (rules.lookup && target == Target::local)) return value;
  const bool selects = entry.config->local_type == Type::multi_enum || entry.config->crm_type == Type::multi_enum;
  if (!selects || is_blank(value)) return normalized(rules, value, call);
  const Value list = typed(Type::multi_enum, Wire::json, value, call.arena);
  if (!list.is(Kind::list)) return value;
  Value* const choices = call.arena.array<Value>(list.size);
  std::size_t count = 0;
  for (std::uint32_t i = 0; i < list.size; ++i) {
    const Value choice = normalized(rules, list.elements[i], call);
    if (!is_blank(choice)) choices[count++] = choice;
  }
  return Value::of_list(choices, count);
}

}  // namespace crmsync::mapping
