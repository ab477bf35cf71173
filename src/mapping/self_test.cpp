#include "mapping/self_test.h"

#include "json/number.h"
#include "json/writer.h"
#include "mapping/normalize.h"
#include "mapping/text.h"
#include "mapping/typed.h"

namespace crmsync::mapping {
namespace {

Value value_at(Value value, const Path& path) {
  for (const std::string& segment : path.segments) value = member(value, segment);
  return value;
}

class Runner {
 public:
  Runner(const Plan& plan, Workspace& workspace, Tables& tables, std::string& out)
      : plan_(plan), workspace_(workspace), tables_(tables), out_(out) {}

  void run() {
    std::string tests;
    std::size_t failed = 0;
    for (const MappingTest& test : plan_.configuration.tests) {
      failures_.clear();
      if (tables_.read(test.lookups ? test.lookups->value : Value{}, {})) {
        begin_failure(Target::crm, "", test.range);
        failures_ += ",\"diagnostic\":";
        append_json(failures_,
                    make_diagnostic(Code::MAP002, "`lookups` must be {object: {by: {value: id}}}", test.range));
        failures_ += '}';
      }
      if (test.local && !test.to_crm.empty()) map(test, Target::crm);
      if (test.crm && !test.from_crm.empty()) map(test, Target::local);
      if (!tests.empty()) tests += ',';
      write_test(tests, test);
      failed += !failures_.empty();
      try_laws(test);
    }
    out_ += "{\"passed\":";
    json::append_unsigned(out_, plan_.configuration.tests.size() - failed);
    out_ += ",\"failed\":";
    json::append_unsigned(out_, failed);
    out_.append(",\"tests\":[").append(tests).append("],\"laws\":{\"tried\":");
    json::append_unsigned(out_, tried_);
    out_.append(",\"broken\":[").append(broken_).append("]}}");
  }

 private:
  void map(const MappingTest& test, Target target) {
    const bool to_crm = target == Target::crm;
    std::string record, mapped;
    json::append_value(record, (to_crm ? test.local : test.crm)->value);
    MapOptions options;
    options.now = test.now;
    options.creating = test.creating;
    options.tables = &tables_;
    Diagnostic problem;
    if (!map_record(plan_, target, record, options, workspace_, mapped, problem)) {
      begin_failure(target, "", test.range);
      failures_ += ",\"diagnostic\":";
      append_json(failures_, problem);
      failures_ += '}';
      return;
    }
    json::Shape whole;
    whole.want({}, 0);
    Value read;
    json::read_document(mapped, whole, &read);
    read = decoded(read, workspace_.arena);
    for (const ExpectedField& expected : to_crm ? test.to_crm : test.from_crm) compare(target, expected, read);
  }

  void compare(Target target, const ExpectedField& expected, const Value& record) {
    const Value actual = value_at(record, expected.path);
    const Value& wanted = expected.literal.value;
    if (actual.kind == wanted.kind && same_value(actual, wanted, workspace_.arena)) return;
    begin_failure(target, to_string(expected.path), expected.literal.range);
    failures_ += ",\"expected\":";
    json::append_value(failures_, wanted);
    if (!actual.is_absent()) {
      failures_ += ",\"actual\":";
      json::append_value(failures_, actual);
    }
    for (const PlannedEntry& entry : plan_.entries) {
      const std::vector<FieldPath>& fields = target == Target::crm ? entry.config->crm : entry.config->local;
      if (fields.empty() || !(fields.front().path == expected.path)) continue;
      const FieldOutcome& outcome = workspace_.outcomes[entry.index];
      failures_ += ",\"entry\":";
      json::append_string(failures_, entry.config->name);
      failures_ += ",\"reason\":";
      json::append_string(failures_, reason_name(outcome.reason));
      if (outcome.failed()) {
        failures_ += ",\"diagnostic\":";
        append_json(failures_, field_diagnostic(entry, target, outcome));
      }
      break;
    }
    failures_ += '}';
  }

  void begin_failure(Target target, std::string_view field, const Range& range) {
    failures_ += failures_.empty() ? "{\"side\":" : ",{\"side\":";
    json::append_string(failures_, target == Target::crm ? "crm" : "local");
    failures_ += ",\"field\":";
    json::append_string(failures_, field);
    append_place(failures_, range);
  }

  static void append_place(std::string& out, const Range& range) {
    out += ",\"line\":";
    json::append_unsigned(out, range.begin.line);
    out += ",\"column\":";
    json::append_unsigned(out, range.begin.column);
  }

  void write_test(std::string& tests, const MappingTest& test) const {
    tests += "{\"name\":";
    json::append_string(tests, test.name);
    append_place(tests, test.range);
    tests += failures_.empty() ? ",\"passed\":true" : ",\"passed\":false";
    tests.append(",\"failures\":[").append(failures_).append("]}");
  }

  // --- laws ---

  void try_laws(const MappingTest& test) {
    if (test.local) try_laws(*test.local, Target::crm, test);
    if (test.crm) try_laws(*test.crm, Target::local, test);
  }

  /// There and back, starting from the side that is not `target`.
  void try_laws(const Literal& given, Target target, const MappingTest& test) {
    const bool to_crm = target == Target::crm;
    const json::Shape& shape = to_crm ? plan_.local_shape : plan_.crm_shape;
    std::string record;
    json::append_value(record, given.value);
    workspace_.arena.reset();
    workspace_.slots.resize(shape.slot_count());
    if (!json::read_document(record, shape, workspace_.slots.data()).ok()) return;
    Call call = make_call(plan_, workspace_.arena);
    call.now = test.now;
    call.creating = true;
    call.tables = &tables_;
    for (const PlannedEntry& entry : plan_.entries) {
      if (!entry.bidirectional() || entry.derived || entry.suppression || entry.config->reversal.lossy) continue;
      const Target back = to_crm ? Target::local : Target::crm;
      const Value& start = workspace_.slots[slots_of(entry, back).front()];
      const FieldOutcome there = map_value(plan_, entry, target, start, call);
      if (there.intent != Intent::set || there.reason != Reason::mapped) continue;
      ++tried_;
      const FieldOutcome again = map_value(plan_, entry, back, there.value, call);
      const Value first = comparable_of(entry, back, start, call);
      const Value last = again.intent == Intent::set ? comparable_of(entry, back, again.value, call) : Value{};
      if (again.intent == Intent::set && same_read(entry, back, first, last, call)) continue;
      write_broken(entry, to_crm ? "put-get" : "get-put", test, start, there.value, again);
    }
  }

  Value comparable_of(const PlannedEntry& entry, Target side, const Value& value, Call& call) const {
    const Target other = side == Target::crm ? Target::local : Target::crm;
    return comparable(type_of(entry, side), wire_of(plan_, side), normalized(entry, other, value, call), call.arena);
  }

  /// The same, or two spellings that are read alike.
  bool same_read(const PlannedEntry& entry, Target side, const Value& first, const Value& last, Call& call) const {
    if (same_value(first, last, call.arena)) return true;
    if (side == Target::local || entry.values.empty()) return false;
    const FieldOutcome a = map_value(plan_, entry, Target::local, first, call);
    const FieldOutcome b = map_value(plan_, entry, Target::local, last, call);
    return a.intent == Intent::set && b.intent == Intent::set && same_value(a.value, b.value, call.arena);
  }

  void write_broken(const PlannedEntry& entry, std::string_view law, const MappingTest& test, const Value& start,
                    const Value& there, const FieldOutcome& again) {
    broken_ += broken_.empty() ? "{\"entry\":" : ",{\"entry\":";
    json::append_string(broken_, entry.config->name);
    broken_ += ",\"law\":";
    json::append_string(broken_, law);
    broken_ += ",\"test\":";
    json::append_string(broken_, test.name);
    append_place(broken_, entry.config->range);
    broken_ += ",\"from\":";
    json::append_value(broken_, start);
    broken_ += ",\"there\":";
    json::append_value(broken_, there);
    if (again.intent == Intent::set) {
      broken_ += ",\"back\":";
      json::append_value(broken_, again.value);
    }
    broken_ += ",\"reason\":";
    json::append_string(broken_, reason_name(again.reason));
    broken_ += '}';
  }

  const Plan& plan_;
  Workspace& workspace_;
  Tables& tables_;
  std::string& out_;
  std::string failures_, broken_;
  std::size_t tried_ = 0;
};

}  // namespace

void run_tests(const Plan& plan, Workspace& workspace, Tables& tables, std::string& out) {
  Runner(plan, workspace, tables, out).run();
}

}  // namespace crmsync::mapping
