#include "image/program.h"

#include "image/verification.h"

namespace crmsync::image {
namespace {

using namespace expression;

void members(Archive& archive, Instruction& instruction) {
  archive.choice(instruction.op, Op::finish);
  archive.byte(instruction.detail);
  archive.number(instruction.count);
  archive.number(instruction.a);
  archive.number(instruction.b);
}

void members(Archive& archive, Handler& handler) {
  archive.number(handler.begin);
  archive.number(handler.end);
  archive.number(handler.stack);
  handler.target = handler.end;
}

/// The constants, and which of them are patterns that are compiled before any record.
void members(Archive& archive, Constants& constants, Patterns& patterns) {
  std::size_t count = constants.size();
  archive.count(count);
  for (std::uint32_t i = 0; i < count && archive.ok(); ++i) {
    Value constant = archive.reads() ? Value{} : constants[i];
    archive.value(constant);
    if (archive.reads()) constants.add(constant);
    if (!constant.is(Kind::string)) continue;
    bool is_pattern = !archive.reads() && patterns.find(constant.view());
    archive.flag(is_pattern);
    regex::Mistake mistake;
    if (archive.reads() && is_pattern) archive.require(patterns.add(constants[i].view(), mistake));
  }
}

void members(Archive& archive, const Function*& function) {
  std::uint32_t number = 0;
  while (!archive.reads() && function_number(number) != function) ++number;
  archive.number(number);
  function = function_number(number);
  archive.require(function != nullptr);
}

/// A slot, or none.
void optional_slot(Archive& archive, std::uint32_t& slot) {
  std::uint32_t shifted = slot + 1;  // none is the largest number
  archive.number(shifted);
  slot = shifted - 1;
}

void members(Archive& archive, RowField& field) {
  archive.path(field.path);
  archive.require(!field.path.segments.empty());
  archive.choice(field.type, Kind::error);
  optional_slot(archive, field.record_slot);
  archive.number(field.record_ordinal);
  archive.flag(field.in_body);
  archive.list(field.prefixes, [&](RowField::Prefix& prefix) {
    archive.number(prefix.slot);
    archive.number(prefix.ordinal);
    archive.number(prefix.segments, static_cast<std::uint32_t>(field.path.segments.size()));
    archive.choice(prefix.type, Kind::error);
  });
}

void members(Archive& archive, Aggregation& aggregation) {
  archive.choice(aggregation.function, AggregateFunction::last);
  archive.number(aggregation.begin);
  archive.number(aggregation.end);
  archive.number(aggregation.height);
  archive.flag(aggregation.over_list);
  archive.flag(aggregation.skips_empty);
  archive.list(aggregation.fields, [&](RowField& field) { members(archive, field); });
}

void members(Archive& archive, Rendering& rendering) {
  archive.list(rendering.parts, [&](Rendering::Part& part) {
    archive.flag(part.is_value);
    archive.flag(part.only_between);
    archive.text(part.text);
  });
  archive.flag(rendering.single);
}

void members(Archive& archive, Program::Code& code) {
  archive.list(code.instructions, [&](Instruction& instruction) { members(archive, instruction); });
  archive.numbers(code.offsets);
  archive.list(code.handlers, [&](Handler& handler) { members(archive, handler); });
  members(archive, code.constants, code.patterns);
  archive.list(code.functions, [&](const Function*& function) { members(archive, function); });
  archive.numbers(code.operand_offsets);
  archive.list(code.aggregations, [&](Aggregation& aggregation) { members(archive, aggregation); });
  archive.list(code.renderings, [&](Rendering& rendering) { members(archive, rendering); });
  archive.numbers(code.reads);
  archive.texts(code.read_names);
  archive.list(code.read_types, [&](Kind& type) { archive.choice(type, Kind::error); });
  archive.number(code.loop_count);
  archive.flag(code.uses_now);
  archive.flag(code.has_milliseconds);
  archive.require(code.dialect == Dialect::crm);  // no mapping has expressions of the other
  archive.choice(code.result_kind, Kind::error);
}

}  // namespace

void program(Archive& archive, Program& program, const Zones* zones, expression::InputTable& record) {
  if (!archive.reads()) return members(archive, const_cast<Program::Code&>(program.code()));
  auto code = std::make_unique<Program::Code>();
  code->zones = zones;
  members(archive, *code);
  archive.require(archive.ok() && verify(*code, record.paths().size()));
  if (archive.ok()) {
    code->place_rows(record);
    code->complete();
  }
  program = Program(std::move(code));
}

}  // namespace crmsync::image
