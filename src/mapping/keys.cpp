#include "mapping/keys.h"

#include <utility>

#include "mapping/choices.h"

namespace crmsync::mapping {
namespace {

constexpr Shape text{Form::text}, boolean{Form::boolean}, number{Form::number}, literal{Form::literal},
    version{Form::version}, local_path{Form::local_path}, crm_path{Form::crm_path}, value_map{Form::value_map},
    expression{Form::expression}, formula{Form::formula}, reverse{Form::reverse}, branch{Form::branch};

constexpr Shape word(ValueList list) {
  return {Form::word, list};
}
constexpr Shape suggestion(ValueList list) {
  return {Form::suggestion, list};
}
constexpr Shape map(SectionKind section) {
  return {Form::none, ValueList::none, section};
}
constexpr Shape within(Around around, Shape shape) {
  shape.around = around;
  return shape;
}
constexpr Shape list_of(Shape shape) {
  return within(Around::list, shape);
}
constexpr Shape lists_of(Shape shape) {
  return within(Around::lists, shape);
}
constexpr Shape one_or_list(Shape shape) {
  return within(Around::one_or_list, shape);
}
constexpr Shape entries(Shape shape) {
  return within(Around::entries, shape);
}
constexpr Shape local_fields(Shape shape) {
  return within(Around::local_fields, shape);
}
constexpr Shape crm_fields(Shape shape) {
  return within(Around::crm_fields, shape);
}
constexpr Shape names(Shape shape) {
  return within(Around::names, shape);
}

// One row a key, for scripts/language-tables.mjs: name, what may stand behind it, and a sentence.
constexpr Key file_keys[] = {
    {"version", version, "The version of the mapping language"},
    {"name", text, "What the mapping is called; absent: the file's name"},
    {"crm", suggestion(ValueList::crms),
     "The CRM, whose fields and spelling of values are known if it is one of these"},
    {"object", text, "The CRM's kind of record, such as Contact"},
    {"timezone", text, "The time zone of dates and expressions that name none, such as Europe/Berlin; absent: UTC"},
    {"sync", map(SectionKind::sync), "In which directions and when to synchronise, and which records"},
    {"identity", list_of(map(SectionKind::identity)), "Which fields tell that two records are one person, in order"},
    {"conflict_resolution", map(SectionKind::conflict_resolution), "What happens when both sides changed a field"},
    {"conflict_resolution_strategies", map(SectionKind::strategies), "The strategies with their descriptions"},
    {"field_mapping", entries(map(SectionKind::entry)), "The entries, each a field and what it is made of"},
    {"value_maps", names(value_map), "Named value maps, for entries to refer to"},
    {"catalog", map(SectionKind::catalogs), "Types of fields that no built-in catalog knows"},
    {"tests", list_of(map(SectionKind::test)), "Records, and what the mapping is expected to make of them"},
    {"limits", map(SectionKind::limits), "What one record may cost; may only lower the host's limits"},
};
constexpr Key sync_keys[] = {
    {"direction", word(ValueList::directions), "In which direction records are synchronised; absent: bidirectional"},
    {"frequency", word(ValueList::frequencies), "How often, for the service that runs the mapping"},
    {"conflict_resolution", word(ValueList::sync_strategies).or_map(SectionKind::merge_expression),
     "One strategy for every field, or field_level for a table of them"},
    {"filters", expression.or_map(SectionKind::filters),
     "Which records are created and linked; a linked one is never held back"},
    {"create", map(SectionKind::create), "On which side records may be created; absent: both"},
};
constexpr Key filters_keys[] = {
    {"to_crm", expression, "Which of PenguinMails' contacts are created in the CRM"},
    {"from_crm", expression, "Which of the CRM's records are created in PenguinMails"},
};
constexpr Key create_keys[] = {
    {"crm", boolean, "Whether records may be created in the CRM"},
    {"penguinmails", boolean, "Whether contacts may be created in PenguinMails"},
};
constexpr Key identity_keys[] = {
    {"penguinmails_field", one_or_list(local_path), "The field of PenguinMails; of a list any may match"},
    {"crm_field", one_or_list(crm_path), "The CRM's field; of a list any may match"},
    {"normalize", list_of(word(ValueList::normalizers)), "What is done to both values before they are compared"},
    {"phone_region", text, "The country of telephone numbers without a country code, such as DE"},
};
constexpr Key merge_expression_keys[] = {
    {"expression", expression,
     "What both sides get, over `local`, `crm` and `base`: what each side holds, and what they last agreed on"},
};
constexpr Key conflict_resolution_keys[] = {
    {"default", word(ValueList::strategies).or_map(SectionKind::merge_expression),
     "The strategy of fields that have none of their own; absent: newest_wins"},
    {"fields", local_fields(word(ValueList::strategies).or_map(SectionKind::merge_expression)),
     "The strategies of single fields"},
    {"tie", word(ValueList::ties), "What newest_wins does when both changed at the same time"},
    {"skew", text, "How far apart two times may be and still count as the same, such as 2s"},
    {"first_contact", word(ValueList::first_contacts), "Whose values hold when two records meet for the first time"},
    {"on_crm_delete", word(ValueList::deletes), "What happens when the CRM's record was deleted"},
    {"on_local_delete", word(ValueList::deletes), "What happens when PenguinMails' contact was deleted"},
    {"evidence", word(ValueList::evidences),
     "Whether newest_wins takes a record's time for that of its fields; certain: only where it must be so"},
    {"groups", lists_of(local_path), "Fields that win or lose together, such as those of an address"},
    {"drift", word(ValueList::drifts), "What happens when the other side edits a field that is written one way"},
};
constexpr Key strategy_description_keys[] = {
    {"description", text, "For readers"},
    {"use_case", text, "For readers"},
    {"example", local_fields(word(ValueList::strategies).or_map(SectionKind::merge_expression)),
     "Of field_level: the strategies of single fields"},
};
constexpr Key field_mapping_examples_keys[] = {
    {"mapping_types", list_of(word(ValueList::entry_kinds)), "The kinds of entries that there are"},
    {"examples", entries(map(SectionKind::entry)), "The entries"},
};
constexpr Key entry_keys[] = {
    {"type", word(ValueList::entry_kinds), "The entry's kind, which also follows from its keys"},
    {"name", text, "What the entry is called; absent: its PenguinMails field, else its CRM field"},
    {"description", text, "For readers"},
    {"penguinmails_field", one_or_list(local_path), "The field of PenguinMails; of a list the first that has a value"},
    {"crm_field", one_or_list(crm_path), "The CRM's field; of a list the first that has a value"},
    {"direction", word(ValueList::directions), "In which direction the entry writes"},
    {"formula", formula, "What is written: a template such as {{first_name}} {{last_name}}, or an expression"},
    {"condition", expression, "Which of the two values is written"},
    {"value_if_true", branch, "What is written where the condition holds"},
    {"value_if_false", branch, "What is written where the condition does not hold"},
    {"value_if_unknown", branch, "What is written where the condition is null"},
    {"over", local_path, "The list of the record that an aggregation runs over"},
    {"where", expression, "Which rows of the list an aggregation takes"},
    {"cases", list_of(map(SectionKind::one_case)), "Conditions and their values; the first that holds is taken"},
    {"otherwise", branch, "What is written where none of the cases holds"},
    {"order_by", expression, "In which order an aggregation takes the rows"},
    {"default", literal, "The value for a field that has none; alone it fills creates only"},
    {"required", boolean.or_map(SectionKind::required),
     "Whether the field must have a value; unmet, a create is invalid and an update has an error in that field"},
    {"write", word(ValueList::writes), "When the field is written; absent: always"},
    {"normalize", list_of(word(ValueList::normalizers)), "What is done to a value that is read, and before comparing"},
    {"value_map", value_map, "CRM values by PenguinMails values: the first is written, all are read; or a map's name"},
    {"on_unmapped", word(ValueList::on_unmapped), "What happens to a value that the value map lacks; absent: error"},
    {"on_absent", word(ValueList::on_absent), "What happens when the field is not there; absent: skip"},
    {"on_null", word(ValueList::on_null), "What happens when the field is null; absent: clear"},
    {"on_blank", word(ValueList::on_blank), "What a text is that is empty or only spaces; absent: as_null"},
    {"on_error", word(ValueList::on_error), "What happens when the value cannot be had; absent: skip_field"},
    {"conflict", word(ValueList::strategies).or_map(SectionKind::merge_expression),
     "The strategy of this field when both sides changed it"},
    {"drift", word(ValueList::drifts), "What happens when the other side edits a field that is written one way"},
    {"to_crm", map(SectionKind::direction_rules), "What holds in the direction to the CRM only"},
    {"from_crm", map(SectionKind::direction_rules), "What holds in the direction from the CRM only"},
    {"write_at_most", word(ValueList::write_at_most_periods), "How often the field is written at most"},
    {"phone_region", text, "The country of telephone numbers without a country code, such as DE"},
    {"lookup", map(SectionKind::lookup), "Writes the id of another record of the CRM, such as an owner's"},
    {"order", list_of(text), "The values from the first stage to the last"},
    {"forward_only", boolean, "Whether a value only ever moves on in the order of its stages"},
    {"format", text.or_map(SectionKind::number_format),
     "How the CRM spells the value: a date's pattern such as dd.MM.yyyy, or a number's decimals and thousands"},
    {"currency_field", crm_path, "The CRM's field with the currency of the amount"},
    {"on_too_long", word(ValueList::on_too_long),
     "What happens to a text that is longer than its field; absent: error"},
    {"reverse", reverse, "How the CRM's value is read back: an expression, or a pattern with named groups"},
    {"lossy", word(ValueList::acknowledgements), "That it is known that a round trip loses something"},
};
// `to_crm: {…}` and `from_crm: {…}` of an entry.
constexpr Key direction_rules_keys[] = {
    {"default", literal, "The value for a field that has none; alone it fills creates only"},
    {"required", boolean.or_map(SectionKind::required),
     "Whether the field must have a value; unmet, a create is invalid and an update has an error in that field"},
    {"write", word(ValueList::writes), "When the field is written; absent: always"},
    {"write_at_most", word(ValueList::write_at_most_periods), "How often the field is written at most"},
    {"normalize", list_of(word(ValueList::normalizers)), "What is done to a value that is read"},
    {"phone_region", text, "The country of telephone numbers without a country code, such as DE"},
    {"value_map", value_map, "CRM values by PenguinMails values, or the name of such a map"},
    {"on_unmapped", word(ValueList::on_unmapped), "What happens to a value that the value map lacks; absent: error"},
    {"lookup", map(SectionKind::lookup), "Writes the id of another record of the CRM, such as an owner's"},
    {"on_absent", word(ValueList::on_absent), "What happens when the field is not there; absent: skip"},
    {"on_null", word(ValueList::on_null), "What happens when the field is null; absent: clear"},
    {"on_blank", word(ValueList::on_blank), "What a text is that is empty or only spaces; absent: as_null"},
    {"on_error", word(ValueList::on_error), "What happens when the value cannot be had; absent: skip_field"},
    {"on_too_long", word(ValueList::on_too_long),
     "What happens to a text that is longer than its field; absent: error"},
    {"description", text, "For readers"},
};
constexpr Key lookup_keys[] = {
    {"object", text, "The CRM's kind of record that is looked up, such as User"},
    {"by", text, "The field of that record which holds the value"},
    {"on_missing", word(ValueList::on_missing), "What happens when there is no such record; absent: skip"},
};
constexpr Key number_format_keys[] = {
    {"decimals", number, "How many decimals are written"},
    {"thousands", text, "The sign between thousands: a point, a comma, a space or an apostrophe"},
};
constexpr Key one_case_keys[] = {
    {"when", expression, "The condition"},
    {"value", branch, "What is written where it holds"},
};
constexpr Key required_keys[] = {
    {"create", boolean, "Whether a create needs the field; an update does not"},
};
constexpr Key catalogs_keys[] = {
    {"penguinmails", local_fields(word(ValueList::types).or_map(SectionKind::catalog_field)),
     "Types of PenguinMails' fields"},
    {"crm", crm_fields(word(ValueList::types).or_map(SectionKind::catalog_field)), "Types of the CRM's fields"},
};
constexpr Key catalog_field_keys[] = {
    {"type", word(ValueList::types), "How values of the field are compared and spelled"},
    {"values", list_of(text), "All values that the field may have"},
    {"updateable", boolean, "Whether the field can be written once the record is there"},
    {"max_length", number, "How many characters the field holds"},
    {"nullable", boolean, "Whether the field can be cleared"},
    {"createable", boolean, "Whether the field can be written when the record is created"},
    {"unique", boolean, "Whether no two records have the same value"},
    {"required", boolean, "Whether a record cannot be created without a value for the field"},
    {"aliases", one_or_list(text), "Other names that the file may use for the field"},
};
constexpr Key test_keys[] = {
    {"name", text, "What the test is called"},
    {"given", map(SectionKind::test_given), "The records that it starts from"},
    {"to_crm", crm_fields(literal), "What the CRM's fields are expected to be; others are not looked at"},
    {"from_crm", local_fields(literal), "What PenguinMails' fields are expected to be; others are not looked at"},
    {"now", text, "The time of the test, such as 2026-03-01T10:00:00Z"},
    {"lookups", literal, "Ids of other records, by object, field and value"},
    {"description", text, "For readers"},
    {"operation", word(ValueList::operations), "Whether the record is created or updated; absent: create"},
};
constexpr Key test_given_keys[] = {
    {"penguinmails", local_fields(literal), "PenguinMails' contact"},
    {"crm", crm_fields(literal), "The CRM's record"},
};
constexpr Key limits_keys[] = {
    {"cost", number, "How many steps the expressions of one record may take"},
    {"output_bytes", number, "How large what is made of one record may be"},
};

/// Each strategy with its description.
template <std::size_t count>
struct StrategyKeys {
  Key keys[count];
  constexpr StrategyKeys(const Word (&words)[count]) : StrategyKeys(words, std::make_index_sequence<count>()) {}
  template <std::size_t... at>
  constexpr StrategyKeys(const Word (&words)[count], std::index_sequence<at...>)
      : keys{Key{words[at].name, map(SectionKind::strategy_description), "A strategy"}...} {}
};
constexpr StrategyKeys strategies_keys(sync_strategies.words);

template <std::size_t count>
Keys all_of(const Key (&keys)[count]) {
  return {keys, count};
}

}  // namespace

Keys keys_of(SectionKind section) {
  switch (section) {
    case SectionKind::file: return all_of(file_keys);
    case SectionKind::sync: return all_of(sync_keys);
    case SectionKind::filters: return all_of(filters_keys);
    case SectionKind::create: return all_of(create_keys);
    case SectionKind::identity: return all_of(identity_keys);
    case SectionKind::merge_expression: return all_of(merge_expression_keys);
    case SectionKind::conflict_resolution: return all_of(conflict_resolution_keys);
    case SectionKind::strategies: return all_of(strategies_keys.keys);
    case SectionKind::strategy_description: return all_of(strategy_description_keys);
    case SectionKind::field_mapping_examples: return all_of(field_mapping_examples_keys);
    case SectionKind::entry: return all_of(entry_keys);
    case SectionKind::direction_rules: return all_of(direction_rules_keys);
    case SectionKind::lookup: return all_of(lookup_keys);
    case SectionKind::number_format: return all_of(number_format_keys);
    case SectionKind::one_case: return all_of(one_case_keys);
    case SectionKind::required: return all_of(required_keys);
    case SectionKind::catalogs: return all_of(catalogs_keys);
    case SectionKind::catalog_field: return all_of(catalog_field_keys);
    case SectionKind::test: return all_of(test_keys);
    case SectionKind::test_given: return all_of(test_given_keys);
    case SectionKind::limits: return all_of(limits_keys);
    case SectionKind::none: break;
  }
  return {};
}

const Key* find_key(SectionKind section, std::string_view name) {
  const Keys keys = keys_of(section);
  const auto named = [&](std::string_view wanted) -> const Key* {
    for (const Key& key : keys) {
      if (key.name == wanted) return &key;
    }
    return nullptr;
  };
  const Key* const key = named(name);
  return key ? key : named(snake_case(name));
}

std::string snake_case(std::string_view name) {
  std::string snake;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool capital = name[i] >= 'A' && name[i] <= 'Z';
    // A capital at the start, or behind another sign than a letter or digit, is no camelCase.
    if (capital && (i == 0 || name[i - 1] == '_')) return std::string(name);
    if (capital) snake += '_';
    snake += capital ? static_cast<char>(name[i] - 'A' + 'a') : name[i];
  }
  return snake;
}

}  // namespace crmsync::mapping
