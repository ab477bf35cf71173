#include <catch2/catch.hpp>
#include <string>

#include "mapping/configuration.h"

using namespace crmsync;
using namespace crmsync::mapping;

namespace {

struct Read {
  Diagnostics diagnostics;
  Configuration configuration;
  std::string codes() const {
    std::string codes;
    for (const Diagnostic& diagnostic : diagnostics)
      codes += std::string(codes.empty() ? "" : " ") + std::string(code_name(diagnostic.code));
    return codes;
  }
};

Read read(std::string_view file) {
  Read read;
  read.configuration = read_configuration(file, "folder/contacts.v2.yaml", read.diagnostics);
  sort_by_place(read.diagnostics);
  for (const Diagnostic& diagnostic : read.diagnostics) UNSCOPED_INFO(render(diagnostic, "test.yaml", file));
  return read;
}

/// An entry with the memory of its literals.
struct KeptEntry : Entry {
  std::unique_ptr<Arena> arena;
};

KeptEntry entry_of(const std::string& entry, const std::string& before = "") {
  Read one = read(before + "field_mapping:\n  - {" + entry + "}\n");
  CHECK(one.codes() == "");
  REQUIRE(one.configuration.entries.size() == 1);
  return KeptEntry{std::move(one.configuration.entries.front()), std::move(one.configuration.arena)};
}

std::string codes_of(const std::string& entry, const std::string& before = "") {
  return read(before + "field_mapping:\n  - {" + entry + "}\n").codes();
}

}  // namespace

TEST_CASE("the head of a file", "[configuration]") {
  const Read head = read(
      "version: 1\nname: contacts\ncrm: HubSpot\nobject: contacts\ntimezone: UTC\n"
      "sync: {direction: from_crm, frequency: hourly, conflict_resolution: manual, filters: {to_crm: a != b, from_crm: "
      "\"c\"}, create: {crm: false}}\n"
      "identity: [{penguinmailsField: [external_key, email], crm_field: id, normalize: [trim, email]}]\n"
      "conflictResolution: {default: crm_wins, tie: manual, skew: 1m30s, first_contact: fill_blanks_only, "
      "on_crm_delete: unlink}\n"
      "limits: {cost: 500, output_bytes: 0x10}\n"
      "fieldMapping: [{crmField: email, penguinmailsField: email}]\n");
  CHECK(head.codes() == "");
  const Configuration& c = head.configuration;
  CHECK((c.name == "contacts" && c.crm == "hubspot" && c.wire == Wire::hubspot && c.object == "contacts"));
  CHECK(c.direction == Direction::from_crm);
  CHECK((c.filter_to_crm.text == "a != b" && c.filter_from_crm.text == "c"));
  CHECK((!c.create_crm && c.create_local));
  REQUIRE(c.identity.size() == 1);
  CHECK((c.identity[0].local.size() == 2 && c.identity[0].crm.size() == 1 && c.identity[0].normalize.size() == 2));
  CHECK(c.conflict.everywhere->strategy == Strategy::manual);
  CHECK((c.conflict.fallback.strategy == Strategy::crm_wins && c.conflict.tie == Tie::manual &&
         c.conflict.skew_nanoseconds == 90'000'000'000));
  CHECK((c.conflict.first_contact == FirstContact::fill_blanks_only));
  CHECK((c.limits.cost == 500 && c.limits.output_bytes == 16));
  REQUIRE(c.entries.size() == 1);
  CHECK(c.entries[0].direction == Direction::from_crm);
}

TEST_CASE("what a file does not say", "[configuration]") {
  const Configuration c = std::move(read("field_mapping: [{crm_field: a, penguinmails_field: b}]").configuration);
  CHECK((c.name == "contacts.v2" && c.crm.empty() && c.wire == Wire::json && c.direction == Direction::bidirectional));
  CHECK((!c.conflict.everywhere && c.conflict.fallback.strategy == Strategy::newest_wins &&
         c.conflict.skew_nanoseconds == 2'000'000'000));
  CHECK((c.create_crm && c.create_local && c.filter_to_crm.text.empty() && c.limits.cost == 100'000));
}

TEST_CASE("durations", "[configuration]") {
  const auto skew = [](const std::string& text) {
    Read one =
        read("conflict_resolution: {skew: " + text + "}\nfield_mapping: [{crm_field: a, penguinmails_field: b}]");
    return one.codes().empty() ? std::to_string(one.configuration.conflict.skew_nanoseconds) : one.codes();
  };
  CHECK(skew("0s") == "0");
  CHECK(skew("7ns") == "7");
  CHECK(skew("1.5us") == "1500");
  CHECK(skew("250ms") == "250000000");
  CHECK(skew("1h1m1s") == "3661000000000");
  CHECK(skew("2d") == "172800000000000");
  CHECK(skew("2") == "MAP002");
  CHECK(skew("-2s") == "MAP002");
  CHECK(skew("2 seconds") == "MAP002");
  CHECK(skew("200000d") == "MAP002");
  CHECK(skew("''") == "MAP002");
}

TEST_CASE("an entry's kind follows from its keys", "[configuration]") {
  CHECK(entry_of("crm_field: A, penguinmails_field: a").kind == EntryKind::direct);
  CHECK(entry_of("crm_field: A, formula: '{{a}} {{b}}'").kind == EntryKind::formula);
  CHECK(entry_of("crm_field: A, formula: 'SUMMARY(x) + \"SUM(\" + sum(y)'").kind == EntryKind::formula);
  CHECK(entry_of("crm_field: A, formula: 'SUM (a + b)'").kind == EntryKind::aggregation);
  CHECK(entry_of("crm_field: A, formula: '1 + COUNT_DISTINCT(a)'").kind == EntryKind::aggregation);
  CHECK(entry_of("crm_field: A, formula: a, over: rows").kind == EntryKind::aggregation);
  CHECK(entry_of("crm_field: A, condition: a, value_if_true: 1, value_if_false: 2, type: conditional").kind ==
        EntryKind::conditional);
  CHECK(codes_of("crm_field: A, formula: SUM(a), type: formula") == "MAP006");
  CHECK(codes_of("crm_field: A, formula: a, type: direct") == "MAP006");
  CHECK(codes_of("crm_field: A, penguinmails_field: a, type: formula") == "MAP005 MAP006");  // no formula, two fields
  CHECK(codes_of("crm_field: A, formula: a, condition: b, value_if_true: 1, value_if_false: 2") == "MAP006");
  CHECK(codes_of("crm_field: A, condition: b, value_if_true: 1") == "MAP005");
  CHECK(codes_of("crm_field: A, over: rows") == "MAP005");
  CHECK(codes_of("crm_field: A") == "MAP005");
  CHECK(codes_of("name: x") == "MAP005 MAP005");
}

TEST_CASE("an entry's direction follows from its fields, its own word and sync", "[configuration]") {
  const std::string to = "sync: {direction: to_crm}\n", from = "sync: {direction: from_crm}\n";
  CHECK(entry_of("crm_field: A, penguinmails_field: a").direction == Direction::bidirectional);
  CHECK(entry_of("crm_field: A, penguinmails_field: a", to).direction == Direction::to_crm);
  CHECK(entry_of("crm_field: A, penguinmails_field: a, direction: bidirectional", from).direction ==
        Direction::from_crm);
  CHECK(entry_of("crm_field: A, formula: a").direction == Direction::to_crm);
  CHECK(entry_of("penguinmails_field: a, formula: A").direction == Direction::from_crm);
  CHECK(entry_of("crm_field: [A, B], penguinmails_field: a").direction == Direction::from_crm);
  CHECK(entry_of("crm_field: A, penguinmails_field: [a, b]").direction == Direction::to_crm);
  CHECK(codes_of("crm_field: [A, B], penguinmails_field: [a, b]") == "MAP006");
  CHECK(codes_of("crm_field: [A, B], penguinmails_field: a, direction: bidirectional") == "MAP006");
  CHECK(codes_of("crm_field: [A, B], penguinmails_field: a, direction: to_crm") == "MAP006");
  CHECK(codes_of("crm_field: [A, B], formula: a") == "MAP006");
  CHECK(codes_of("crm_field: A, formula: a + b, direction: bidirectional") == "MAP010");
  CHECK(codes_of("crm_field: A, formula: a, direction: from_crm") == "MAP006");
  CHECK(codes_of("crm_field: A, penguinmails_field: a, formula: b") == "MAP006");
  CHECK(codes_of("formula: b") == "MAP005");
  CHECK(codes_of("crm_field: A, penguinmails_field: a, direction: from_crm", to) == "MAP016");
  CHECK(codes_of("crm_field: A, formula: a", from) == "MAP016");
  CHECK(codes_of("crm_field: A, formula: a, from_crm: {on_null: skip}") == "MAP006");
  CHECK(read(to + "field_mapping: [{crm_field: A, penguinmails_field: a, direction: from_crm}]")
            .configuration.entries.empty());
}

TEST_CASE("an entry that is brought back without a word of its direction names the field that it computes",
          "[configuration]") {
  const std::string reverse = R"(formula: "{{last}}, {{first}}", reverse: "^(?<last>.+), (?<first>.+)$")";
  CHECK(codes_of(reverse).find("MAP010") != std::string::npos);
  CHECK(codes_of("crm_field: Name, " + reverse) == "");
}

TEST_CASE("what PenguinMails or the CRM sets itself is not written", "[configuration]") {
  const KeptEntry score = entry_of("crm_field: Score__c, penguinmails_field: lead_score, direction: bidirectional");
  CHECK((score.direction == Direction::to_crm && !score.local_facts.is(Fact::updateable) &&
         score.crm_type == Type::number));
  CHECK(entry_of("crm_field: CreatedDate, penguinmails_field: crm_since", "crm: salesforce\n").direction ==
        Direction::from_crm);
  CHECK(entry_of("crm_field: F, penguinmails_field: f", "catalog: {crm: {F: {type: number, updateable: false}}}\n")
            .direction == Direction::from_crm);
  CHECK(codes_of("crm_field: F, penguinmails_field: lead_score, direction: from_crm") == "MAP017");
  CHECK(codes_of("crm_field: Name, formula: a", "crm: salesforce\n") == "MAP017");
  CHECK(codes_of("crm_field: Id, penguinmails_field: lead_score", "crm: salesforce\n") ==
        "MAP017 MAP006");  // an id is no number either
}

TEST_CASE("names", "[configuration]") {
  CHECK(entry_of("name: n, crm_field: A, penguinmails_field: a").name == "n");
  CHECK(entry_of("crm_field: A, penguinmails_field: a.b").name == "a.b");
  CHECK(entry_of("crm_field: A, formula: a").name == "A");
  CHECK(read("field_mapping: {n: {crm_field: A, penguinmails_field: a}}").configuration.entries.at(0).name == "n");
  CHECK(read("field_mapping: {n: {crm_field: A, penguinmails_field: a, name: m}}").codes() == "MAP006");
  CHECK(read("field_mapping: [{crm_field: A, penguinmails_field: a}, {crm_field: B, penguinmails_field: a, direction: "
             "to_crm}]")
            .codes() == "MAP007");
}

TEST_CASE("two entries that write one field", "[configuration]") {
  const auto codes = [](const std::string& second) {
    return read("field_mapping: [{crm_field: A, penguinmails_field: a.b}, {name: n, " + second + "}]").codes();
  };
  CHECK(codes("crm_field: A, penguinmails_field: c") == "MAP008");
  CHECK(codes("crm_field: B, penguinmails_field: a.b") == "MAP008");
  CHECK(codes("crm_field: B, penguinmails_field: a") == "MAP008");
  CHECK(codes("crm_field: B, penguinmails_field: a.b.c") == "MAP008");
  CHECK(codes("crm_field: B, penguinmails_field: a.bc") == "");
  CHECK(codes("crm_field: B, penguinmails_field: a.b, direction: to_crm") == "");
}

TEST_CASE("field paths", "[configuration]") {
  CHECK(entry_of("crm_field: \"`First Name`.x\", penguinmails_field: a").crm.at(0).path == Path{{"First Name", "x"}});
  CHECK(codes_of("crm_field: A, penguinmails_field: 'tags[0]'") == "");
  CHECK(entry_of("crm_field: A, penguinmails_field: 'tags[0]'").direction == Direction::to_crm);
  CHECK(codes_of("crm_field: A, penguinmails_field: 'tags[0]', direction: bidirectional") == "MAP006");
  CHECK(codes_of("crm_field: 'A[1].b[0]', formula: a") == "MAP006");
  CHECK(codes_of("crm_field: A, penguinmails_field: 'tags[x]'") == "MAP009");
  CHECK(codes_of("crm_field: A, penguinmails_field: 'tags[0'") == "MAP009");
  CHECK(codes_of("crm_field: A, penguinmails_field: 'a..b'") == "MAP009");
  CHECK(codes_of("crm_field: A B, penguinmails_field: ''") == "MAP009 MAP009");
  CHECK(codes_of("crm_field: 7, penguinmails_field: [a, {}]") == "MAP002 MAP002");
  CHECK(codes_of("crm_field: A, penguinmails_field: []") == "MAP002");
}

TEST_CASE("a default without on_absent and on_null fills creates only", "[configuration]") {
  const KeptEntry with_default = entry_of("crm_field: A, penguinmails_field: a, default: x");
  const DirectionRules& bare = with_default.to_crm;
  CHECK((bare.on_absent == OnAbsent::skip && bare.on_null == OnNull::clear));
  CHECK((bare.on_absent_create == OnAbsent::use_default && bare.on_null_create == OnNull::use_default));
  REQUIRE(bare.default_value);
  CHECK(bare.default_value->value.view() == "x");
  const DirectionRules said =
      entry_of("crm_field: A, penguinmails_field: a, default: x, on_absent: default, on_null: error").from_crm;
  CHECK((said.on_absent == OnAbsent::use_default && said.on_absent_create == OnAbsent::use_default));
  CHECK((said.on_null == OnNull::error && said.on_null_create == OnNull::error));
  const DirectionRules none = entry_of("crm_field: A, penguinmails_field: a").to_crm;
  CHECK((none.on_absent_create == OnAbsent::skip && none.on_null_create == OnNull::clear && !none.default_value));
  CHECK(codes_of("crm_field: A, penguinmails_field: a, on_null: default") == "MAP005");
  CHECK(codes_of("crm_field: A, penguinmails_field: a, on_null: default, to_crm: {default: x}") ==
        "MAP005");  // from_crm has none
  CHECK(codes_of("crm_field: A, penguinmails_field: a, direction: to_crm, on_null: default, to_crm: {default: x}") ==
        "");
}

TEST_CASE("rules for both directions and for one", "[configuration]") {
  const KeptEntry entry = entry_of(
      "crm_field: A, penguinmails_field: a, normalize: [trim], required: true, write: on_create, on_blank: keep, "
      "on_error: fail_record, drift: leave, conflict: manual, "
      "toCrm: {normalize: [digits, collapse_spaces], required: {create: true}, write: if_blank}, from_crm: {required: "
      "false, on_unmapped: keep}");
  CHECK(entry.to_crm.normalize == std::vector<Normalizer>{Normalizer::digits, Normalizer::collapse_spaces});
  CHECK(entry.from_crm.normalize == std::vector<Normalizer>{Normalizer::trim});
  CHECK((entry.to_crm.required_on_create && !entry.to_crm.required_on_update));
  CHECK((!entry.from_crm.required_on_create && !entry.from_crm.required_on_update));
  CHECK((entry.to_crm.write == Write::if_blank && entry.from_crm.write == Write::on_create));
  CHECK((entry.to_crm.on_blank == OnBlank::keep && entry.from_crm.on_error == OnError::fail_record));
  CHECK((entry.to_crm.on_unmapped == OnUnmapped::error && entry.from_crm.on_unmapped == OnUnmapped::keep));
  CHECK((entry.drift == Drift::leave && entry.conflict->strategy == Strategy::manual));
  const KeptEntry required = entry_of("crm_field: A, penguinmails_field: a, required: true");
  CHECK((required.to_crm.required_on_create && required.to_crm.required_on_update &&
         required.from_crm.required_on_update));
}

TEST_CASE("value maps", "[configuration]") {
  const KeptEntry entry =
      entry_of("crm_field: A, penguinmails_field: a, value_map: {web: Web, phone: [Phone, Phone Inquiry], 1: true}");
  REQUIRE(entry.value_map.size() == 3);
  CHECK((entry.value_map[0].local.view() == "web" && entry.value_map[0].crm.at(0).view() == "Web"));
  CHECK((entry.value_map[1].crm.size() == 2 && entry.value_map[1].crm[1].view() == "Phone Inquiry"));
  CHECK((entry.value_map[2].local.is(Kind::numeral) && entry.value_map[2].crm.at(0).is(Kind::boolean)));
  const std::string maps = "value_maps: {countries: {Germany: DE, Norway: NO}}\n";
  CHECK(entry_of("crm_field: A, penguinmails_field: a, value_map: countries", maps).value_map.at(1).crm.at(0).view() ==
        "NO");
  CHECK(codes_of("crm_field: A, penguinmails_field: a, value_map: contries", maps) == "MAP003");
  CHECK(codes_of("crm_field: A, penguinmails_field: a, value_map: {a: X, b: [Y, X]}") == "MAP011");
  CHECK(codes_of("crm_field: A, penguinmails_field: a, value_map: {a: 1, b: '1'}") == "MAP011");
  CHECK(codes_of("crm_field: A, penguinmails_field: a, value_map: {a: X, b: X}, direction: to_crm") == "");
  CHECK(codes_of("crm_field: A, penguinmails_field: a, value_map: {a: X, b: X}", "sync: {direction: to_crm}\n") == "");
  CHECK(codes_of("crm_field: A, penguinmails_field: a, value_map: {a: [X, X]}") == "");
  CHECK(codes_of("crm_field: A, penguinmails_field: a, value_map: {a: null, ~: b, c: [], d: {}}") ==
        "MAP002 MAP002 MAP002 MAP002");
  CHECK(codes_of("crm_field: A, penguinmails_field: a, value_map: {}") == "MAP002");
}

TEST_CASE("conditionals hold literals and templates", "[configuration]") {
  const KeptEntry entry = entry_of(
      "crm_field: A, condition: a > 1, value_if_true: 'Hot {{a}}', value_if_false: 0x10, value_if_unknown: [1, {x: "
      "null}]");
  CHECK((entry.cases.at(0).value.text.text == "Hot {{a}}" && entry.cases.at(0).value.text.begin.line != 0));
  CHECK((entry.otherwise.literal.value.is(Kind::numeral) && entry.otherwise.literal.value.view() == "16" &&
         entry.otherwise.text.text.empty()));
  REQUIRE(entry.if_unknown);
  const Value& list = entry.if_unknown->literal.value;
  REQUIRE((list.is(Kind::list) && list.size == 2 && list.elements[1].is(Kind::map)));
  CHECK((list.elements[1].members[0].key.view() == "x" && list.elements[1].members[0].value.is(Kind::null)));
  CHECK(codes_of("crm_field: A, condition: a, value_if_true: .inf, value_if_false: [1, {a: .nan}]") == "MAP002 MAP002");
  CHECK(codes_of("crm_field: A, condition: true, value_if_true: 1, value_if_false: 2") == "MAP002");
}

TEST_CASE("types come from the file, else from what is built in, else from the other side", "[configuration]") {
  const auto types = [](const std::string& fields, const std::string& before) {
    const KeptEntry entry = entry_of(fields, before);
    return std::pair(entry.local_type, entry.crm_type);
  };
  using P = std::pair<Type, Type>;
  CHECK(types("crm_field: firstname, penguinmails_field: first_name", "crm: hubspot\n") ==
        P{Type::string, Type::string});
  CHECK(types("crm_field: F__c, penguinmails_field: phone", "crm: salesforce\n") == P{Type::phone, Type::phone});
  CHECK(types("crm_field: Birthdate, penguinmails_field: x", "crm: salesforce\n") == P{Type::date, Type::date});
  CHECK(types("crm_field: F, penguinmails_field: x", "") == P{Type::any, Type::any});
  CHECK(types("crm_field: F, penguinmails_field: x", "catalog: {penguinmails: {x: {values: [a, b]}}}\n") ==
        P{Type::enumeration, Type::enumeration});
  CHECK(types("crm_field: F, penguinmails_field: a.b",
              "catalog: {crm: {F: integer}, penguinmails: {a.b: number, 'rows[].at': date}}\n") ==
        P{Type::number, Type::integer});
  CHECK(types("crm_field: F, penguinmails_field: x, value_map: {1: One}", "catalog: {penguinmails: {x: number}}\n") ==
        P{Type::number, Type::any});
  CHECK(types("crm_field: F, penguinmails_field: x, value_map: {1: One}", "catalog: {crm: {F: multi_enum}}\n") ==
        P{Type::multi_enum, Type::multi_enum});
  CHECK(types("crm_field: hs_email_optout_123, penguinmails_field: news", "crm: hubspot\n") ==
        P{Type::suppression, Type::suppression});
  CHECK(types("crm_field: F, penguinmails_field: leadScore, direction: to_crm", "") == P{Type::number, Type::number});
  CHECK(entry_of("crm_field: F, penguinmails_field: x",
                 "catalog: {penguinmails: {x: {type: multi_enum, values: [a, b]}}}\n")
            .local_facts.values.count == 2);
  CHECK(codes_of("crm_field: F, penguinmails_field: x", "catalog: {crm: {F: boolean}, penguinmails: {x: date}}\n") ==
        "MAP006");
  CHECK(codes_of("crm_field: F, penguinmails_field: x", "catalog: {crm: {F: date}, penguinmails: {x: datetime}}\n") ==
        "MAP027");
  CHECK(codes_of("crm_field: F, penguinmails_field: x, direction: to_crm",
                 "catalog: {crm: {F: date}, penguinmails: {x: datetime}}\n") == "");
  CHECK(codes_of("crm_field: F, penguinmails_field: x", "catalog: {crm: {F: {type: number, values: [a]}}}\n") ==
        "MAP006");
  CHECK(codes_of("crm_field: F, penguinmails_field: x",
                 "catalog: {crm: {F: currency, G: {type: date, max_length: 3}, closed: true}}\n") == "");
  CHECK(types("crm_field: F, penguinmails_field: lifetime_value", "catalog: {crm: {F: integer}}\n") ==
        P{Type::currency, Type::integer});
  CHECK(types("crm_field: OwnerId, penguinmails_field: x", "crm: salesforce\n") == P{Type::reference, Type::reference});
}

TEST_CASE("a name that a catalog all but knows is suspected", "[configuration]") {
  const auto suggestion = [](const std::string& crm_field) {
    const Read one = read("crm: salesforce\nfield_mapping: [{crm_field: " + crm_field + ", penguinmails_field: x}]");
    return one.diagnostics.empty() ? std::string() : one.codes() + " " + one.diagnostics[0].suggestion;
  };
  CHECK(suggestion("FristName") == "MAP015 FirstName");
  CHECK(suggestion("email") == "MAP015 Email");
  CHECK(suggestion("Email__c") == "");
  CHECK(suggestion("Nickname") == "");
}

TEST_CASE("consent is not a matter of strategies or formulas", "[configuration]") {
  CHECK(codes_of("crm_field: HasOptedOutOfEmail, penguinmails_field: unsubscribed", "crm: salesforce\n") == "");
  CHECK(codes_of("crm_field: HasOptedOutOfEmail, penguinmails_field: x, conflict: crm_wins", "crm: salesforce\n") ==
        "MAP014");
  CHECK(codes_of("crm_field: X, penguinmails_field: unsubscribed",
                 "conflict_resolution: {fields: {unsubscribed: crm_wins}}\n") == "MAP014");
  CHECK(codes_of("crm_field: HasOptedOutOfEmail, formula: a", "crm: salesforce\n") == "MAP006");
  const KeptEntry boolean =
      entry_of("crm_field: Out__c, penguinmails_field: unsubscribed", "catalog: {crm: {Out__c: boolean}}\n");
  CHECK((boolean.local_type == Type::suppression && boolean.crm_type == Type::suppression));
}

TEST_CASE("strategies and where they are said", "[configuration]") {
  const Read table = read(
      "conflict_resolution: {fields: {a: crm_wins, c.d: manual}}\n"
      "conflict_resolution_strategies: {field_level: {example: {a: manual, b: newest_wins}}}\n"
      "field_mapping: [{crm_field: A, penguinmails_field: a}, {crm_field: B, penguinmails_field: b}, {crm_field: D, "
      "penguinmails_field: c.d.e}]\n");
  CHECK(table.codes() == "MAP013");
  REQUIRE(table.configuration.conflict.fields.size() == 3);
  CHECK(table.configuration.conflict.fields[0].choice.strategy == Strategy::crm_wins);
  CHECK(table.configuration.conflict.fields[1].pointer == "/conflict_resolution/fields/c.d");
  CHECK(codes_of("crm_field: A, penguinmails_field: a",
                 "sync: {conflict_resolution: manual}\nconflict_resolution: {fields: {a: crm_wins}}\n") == "MAP013");
  CHECK(codes_of("crm_field: A, penguinmails_field: a",
                 "sync: {conflict_resolution: field_level}\nconflict_resolution: {fields: {a: crm_wins}}\n") == "");
  CHECK(codes_of("crm_field: A, penguinmails_field: a", "conflict_resolution: {fields: {b: crm_wins}}\n") == "MAP012");
  CHECK(codes_of("crm_field: A, penguinmails_field: a",
                 "conflict_resolution: {fields: {a: union, a.b: {expression: x}}, on_crm_delete: none}\n") ==
        "MAP006 MAP012 MAP003");
  CHECK(codes_of("crm_field: A, penguinmails_field: a", "conflict_resolution: newest_wins\n") == "MAP002");
}
