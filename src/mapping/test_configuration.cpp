#include "mapping/test_configuration.h"

#include <string>
#include <utility>

#include "json/time.h"
#include "mapping/choices.h"
#include "mapping/section.h"

namespace crmsync::mapping {
namespace {

/// The fields that a test expects: a map in it leads to the fields below.
void read_expected(Reading& reading, const Place& place, const Path& parent, std::vector<ExpectedField>& expected) {
  for (std::size_t i = 0; i < place.node->members.size(); ++i) {
    const Place value = place.member(i);
    const std::optional<FieldPath> key = read_path_key(reading, place.node->members[i].key, value.pointer);
    if (!key) continue;
    Path path = parent;
    path.segments.insert(path.segments.end(), key->path.segments.begin(), key->path.segments.end());
    if (value.is(NodeKind::map) && !value.node->members.empty()) {
      read_expected(reading, value, path, expected);
    } else if (const std::optional<Literal> literal = read_literal(reading, value)) {
      expected.push_back({std::move(path), *literal});
    }
  }
}

std::vector<ExpectedField> read_expected(Reading& reading, const Place& place) {
  std::vector<ExpectedField> expected;
  if (place.is(NodeKind::map))
    read_expected(reading, place, {}, expected);
  else
    reading.wrong_type(place, "a map of fields and their values");
  return expected;
}

std::optional<Literal> read_object(Reading& reading, const Place& place) {
  if (place.is(NodeKind::map)) return read_literal(reading, place);
  reading.wrong_type(place, "a map");
  return std::nullopt;
}

MappingTest read_test(Reading& reading, const Section& section) {
  MappingTest test;
  test.range = reading.range(section.place());
  if (const auto name = section.find("name")) test.name = read_text(reading, *name).value_or("");
  std::optional<Section> sides;
  if (const auto given = section.find("given")) {
    sides = read_section(reading, *given, SectionKind::test_given);
    if (sides) {
      if (const auto record = sides->find("penguinmails")) test.local = read_object(reading, *record);
      if (const auto record = sides->find("crm")) test.crm = read_object(reading, *record);
    }
  } else if (!section.excuses("given")) {
    reading.report(Code::MAP005, section.place(), "a test needs `given`",
                   "write given: {penguinmails: {…}}, given: {crm: {…}}, or both");
  }
  for (const std::string_view key : {"to_crm", "from_crm"}) {
    const auto place = section.find(key);
    if (!place) continue;
    const bool to_crm = key == "to_crm";
    (to_crm ? test.to_crm : test.from_crm) = read_expected(reading, *place);
    if (sides && !sides->has(to_crm ? "penguinmails" : "crm"))
      reading.report(Code::MAP005, *place, {"`", key, "` needs the record that it starts from"},
                     to_crm ? "write given: {penguinmails: {…}}" : "write given: {crm: {…}}");
  }
  if (const auto place = section.find("now")) {
    if (const auto text = read_text(reading, *place)) {
      if (const auto time = json::parse_timestamp(*text))
        test.now = *time;
      else
        reading.report(Code::MAP003, *place, {spoken_name(place->pointer), " must be an RFC 3339 time"},
                       "such as 2026-03-01T10:00:00Z");
    }
  }
  if (const auto place = section.find("operation"))
    test.creating = read_choice(reading, *place, operations).value_or(true);
  if (const auto place = section.find("lookups")) test.lookups = read_object(reading, *place);
  return test;
}

}  // namespace

std::vector<MappingTest> read_tests(Reading& reading, const Place& place) {
  std::vector<MappingTest> tests;
  if (!place.is(NodeKind::list)) {
    reading.wrong_type(place, "a list of tests");
    return tests;
  }
  for (std::size_t i = 0; i < place.node->elements.size(); ++i) {
    if (const auto section = read_section(reading, place.element(i), SectionKind::test))
      tests.push_back(read_test(reading, *section));
  }
  return tests;
}

}  // namespace crmsync::mapping
