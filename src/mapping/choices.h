#pragma once
#include "mapping/keys.h"
#include "mapping/reading.h"

/// The closed lists of words that values of a mapping file come from: the only place where they stand. Completion and
/// the JSON Schema have them from here too (scripts/language-tables.mjs reads this file).
namespace crmsync::mapping {

/// The CRMs whose fields and spellings are built in; any other name is welcome too.
inline constexpr auto crms = choices<Wire>({{"salesforce", Wire::salesforce}, {"hubspot", Wire::hubspot}});

inline constexpr auto directions = choices<Direction>(
    {{"to_crm", Direction::to_crm}, {"from_crm", Direction::from_crm}, {"bidirectional", Direction::bidirectional}});

enum class Frequency : std::uint8_t { real_time, hourly, daily };
inline constexpr auto frequencies = choices<Frequency>(
    {{"real_time", Frequency::real_time}, {"hourly", Frequency::hourly}, {"daily", Frequency::daily}});

inline constexpr auto entry_kinds = choices<EntryKind>({{"direct", EntryKind::direct},
                                                        {"formula", EntryKind::formula},
                                                        {"conditional", EntryKind::conditional},
                                                        {"aggregation", EntryKind::aggregation}});

inline constexpr auto strategies =
    choices<Strategy>({{"crm_wins", Strategy::crm_wins},
                       {"penguinmails_wins", Strategy::penguinmails_wins},
                       {"newest_wins", Strategy::newest_wins},
                       {"manual", Strategy::manual},
                       {"always_crm", Strategy::always_crm},
                       {"always_penguinmails", Strategy::always_penguinmails},
                       {"prefer_crm_unless_blank", Strategy::prefer_crm_unless_blank},
                       {"prefer_penguinmails_unless_blank", Strategy::prefer_penguinmails_unless_blank},
                       {"union", Strategy::union_of},
                       {"max", Strategy::max},
                       {"min", Strategy::min},
                       {"add_deltas", Strategy::add_deltas},
                       {"longest", Strategy::longest}});

/// Not a strategy but the word for "as the table says".
inline constexpr std::uint8_t field_level_word = 255;
template <std::size_t count>
constexpr Choices<std::uint8_t, count + 1> with_field_level(const Choices<Strategy, count>& strategies) {
  Choices<std::uint8_t, count + 1> all{};
  for (std::size_t i = 0; i < count; ++i) all.words[i] = strategies.words[i];
  all.words[count] = {"field_level", field_level_word};
  return all;
}
inline constexpr auto sync_strategies = with_field_level(strategies);

inline constexpr auto ties =
    choices<Tie>({{"crm_wins", Tie::crm_wins}, {"penguinmails_wins", Tie::penguinmails_wins}, {"manual", Tie::manual}});
inline constexpr auto evidences = choices<Evidence>({{"best", Evidence::best}, {"certain", Evidence::certain}});
inline constexpr auto first_contacts = choices<FirstContact>({{"strategy", FirstContact::strategy},
                                                              {"crm", FirstContact::crm},
                                                              {"penguinmails", FirstContact::penguinmails},
                                                              {"fill_blanks_only", FirstContact::fill_blanks_only}});
inline constexpr auto deletes = choices<OnDelete>({{"unlink", OnDelete::unlink},
                                                   {"review", OnDelete::review},
                                                   {"propagate", OnDelete::propagate},
                                                   {"recreate", OnDelete::recreate}});
inline constexpr auto drifts = choices<Drift>({{"restore", Drift::restore}, {"leave", Drift::leave}});

inline constexpr auto normalizers = choices<Normalizer>({{"trim", Normalizer::trim},
                                                         {"email", Normalizer::email},
                                                         {"digits", Normalizer::digits},
                                                         {"collapse_spaces", Normalizer::collapse_spaces},
                                                         {"lowercase", Normalizer::lowercase},
                                                         {"uppercase", Normalizer::uppercase},
                                                         {"title_case", Normalizer::title_case},
                                                         {"unicode_nfc", Normalizer::unicode_nfc},
                                                         {"phone_e164", Normalizer::phone_e164},
                                                         {"domain_ascii", Normalizer::domain_ascii}});
inline constexpr auto writes =
    choices<Write>({{"always", Write::always}, {"on_create", Write::on_create}, {"if_blank", Write::if_blank}});
inline constexpr auto write_at_most_periods =
    choices<WriteAtMost>({{"hourly", WriteAtMost::hourly}, {"daily", WriteAtMost::daily}});
inline constexpr auto on_missing =
    choices<OnMissing>({{"skip", OnMissing::skip}, {"error", OnMissing::error}, {"default", OnMissing::use_default}});
inline constexpr auto on_absent = choices<OnAbsent>({{"skip", OnAbsent::skip},
                                                     {"clear", OnAbsent::clear},
                                                     {"default", OnAbsent::use_default},
                                                     {"error", OnAbsent::error}});
inline constexpr auto on_null = choices<OnNull>(
    {{"clear", OnNull::clear}, {"skip", OnNull::skip}, {"default", OnNull::use_default}, {"error", OnNull::error}});
inline constexpr auto on_blank = choices<OnBlank>({{"as_null", OnBlank::as_null}, {"keep", OnBlank::keep}});
inline constexpr auto on_error =
    choices<OnError>({{"skip_field", OnError::skip_field}, {"fail_record", OnError::fail_record}});
inline constexpr auto on_unmapped = choices<OnUnmapped>({{"error", OnUnmapped::error},
                                                         {"keep", OnUnmapped::keep},
                                                         {"skip", OnUnmapped::skip},
                                                         {"default", OnUnmapped::use_default}});
inline constexpr auto on_too_long =
    choices<OnTooLong>({{"error", OnTooLong::error}, {"truncate", OnTooLong::truncate}});
inline constexpr auto acknowledgements = choices<bool>({{"acknowledged", true}});

inline constexpr auto types = choices<Type>({{"string", Type::string},
                                             {"number", Type::number},
                                             {"integer", Type::integer},
                                             {"boolean", Type::boolean},
                                             {"date", Type::date},
                                             {"datetime", Type::datetime},
                                             {"enum", Type::enumeration},
                                             {"multi_enum", Type::multi_enum},
                                             {"email", Type::email},
                                             {"phone", Type::phone},
                                             {"url", Type::url},
                                             {"currency", Type::currency},
                                             {"reference", Type::reference},
                                             {"id", Type::id},
                                             {"suppression", Type::suppression},
                                             {"list", Type::list},
                                             {"map", Type::map}});

inline constexpr auto operations = choices<bool>({{"create", true}, {"update", false}});

/// The words of a list by what keys call it (keys.cpp).
WordList words_of(ValueList list);

/// A strategy by its name, or `{expression: …}`.
std::optional<StrategyChoice> read_strategy(Reading& reading, const Place& place);

}  // namespace crmsync::mapping
