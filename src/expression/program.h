#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "expression/aggregate.h"
#include "expression/ast.h"
#include "expression/constants.h"
#include "expression/expression.h"
#include "expression/functions.h"
#include "expression/functions/matches.h"
#include "expression/loop.h"
#include "expression/template.h"

/// What a compiled expression consists of: made by the compiler, run by the machine, never changed in between.
namespace crmsync::expression {

enum class Op : std::uint8_t {
  constant,          // push constant a
  load_slot,         // push record slot a; b: its ordinal among the slots read; detail: a text may spell its value
  load_time,         // push record slot a as a timestamp; b: its ordinal
  load_raw_slot,     // push record slot a, left as it is written, for an aggregate to walk
  compare_slot,      // push: slot a `detail` constant b; count: the slot's ordinal
  compare_constant,  // pop a value, push its `detail` with constant a
  has_slot,          // push whether slot a is there
  load_now,          //
  load_local,        // push the variable of loop a
  load_second,       // push the second variable of loop a
  load_bound,        // push the variable of loop a, which may be an error
  bind,              // pop a value, make it the variable of loop a
  select_local,      // push the member named by constant b of the variable of loop a
  load_row,          // push field a of the row of aggregation b
  load_raw_row,      //
  has_row,           //
  select,            // pop a map, push the member named by constant a
  has_select,        // pop a map, push whether it has the member named by constant a
  index,             // pop container and key, push the element; detail: a missing key is null
  optional_at,       // pop container and key, push the optional element; detail: the key is a name
  optional,          // what `OptionalStep` in `detail` says of the top
  negate,            // detail: null counts as 0
  not_,              //
  arithmetic,        // pop two, push their `detail`; a: null counts as 0
  compare,           // pop two, push their `detail`: ordering, equality, in
  join_ahead,        // `count` pushes of slots and constants and their joining follow; a: their cost beside the size
  concatenate,       // pop `count`, push their text; a: where their operators' offsets begin
  list,              // pop a, push their list; detail: there are optional entries
  map,               // pop 2a, push their map; detail: the same
  call,              // pop `count`, push the result of function a; detail: Inline
  jump,              // to a
  branch,            // pop a condition; unless it is met jump to a
  and_left,          // jump to a if the top is false
  and_right,         // pop two, push both combined
  or_left,           // jump to a if the top is true
  or_right,          //
  loop_begin,        // pop a range, begin loop a; detail: LoopKind
  loop_next,   // set the variable of loop a to its next element, or jump to b; detail and count: what a round costs
  loop_pair,   // the same for both variables of loop a
  loop_where,  // pop a condition; unless it is met jump to b
  loop_step,   // pop the body's value of loop a, take it into the result, jump to b
  loop_end,    // push the result of loop a; detail: what it costs
  rows_begin,  // begin aggregation a; detail: pop its list
  rows_next,   // read the next row of aggregation a, or jump to b; count: what a round costs more
  rows_where,  // pop a condition; unless it is met jump to b
  rows_skip,   // jump to b if all fields that the body reads are null or absent
  rows_step,   // pop the body's value, take it into aggregation a, jump to b; detail: its key stands above it
  rows_end,    // push the result of aggregation a
  fail,        // an error with code `count`; constant a is its message
  render,      // pop `count`, push the text of template a
  finish,      // the top is the result
};

enum class OptionalStep : std::uint8_t {
  wrap,      // make an optional of it
  expect,    // it must be an optional; b: 1 for optFlatMap, 0 for or
  entry,     // it must be an optional, and is an optional entry of the literal that follows
  or_,       // if it is empty pop it, else jump to a
  or_value,  // if it is empty pop it, else put what it holds in its place and jump to a
  bind,      // if it is empty jump to a, else pop it and make what it holds the variable of loop b
};

struct Instruction {
  Op op = Op::finish;
  std::uint8_t detail = 0;
  std::uint16_t count = 0;
  std::uint32_t a = 0;
  std::uint32_t b = 0;
};

/// An error in an instruction of [begin, end) becomes a value: the stack is cut to `stack`, the error pushed, and the
/// machine goes on at `target`. So && and || absorb errors, and code without errors pays nothing for it.
struct Handler {
  std::uint32_t begin, end, target, stack;
};

/// Constants, && and || cost nothing in cel-go; so that a round of a loop over very many of them does, it costs 1 more
/// per 64 instructions.
constexpr std::uint16_t cost_of_length(std::uint32_t instructions) {
  return static_cast<std::uint16_t>(instructions / 64 < 0xFFFF ? instructions / 64 : 0xFFFF);
}

/// The upper bits of an instruction's offset are its `Origin`.
inline constexpr unsigned origin_shift = 30;

struct Program::Code {
  std::vector<Instruction> instructions;
  std::vector<std::uint32_t> offsets;     // of each instruction, into the source
  std::vector<std::uint32_t> handler_of;  // of each instruction: its innermost handler, plus 1; 0: none
  std::vector<Handler> handlers;
  Constants constants;
  std::vector<const Function*> functions;
  Patterns patterns;
  std::vector<std::uint32_t> operand_offsets;  // of concatenations
  std::vector<Aggregation> aggregations;
  std::vector<Rendering> renderings;
  std::vector<std::uint32_t> reads;     // record slots, ascending
  std::vector<std::string> read_names;  // by ordinal, in the order of first use
  std::vector<Kind> read_types;         // by ordinal; what `Scope::types` says, absent where nothing
  std::uint32_t stack_size = 0;
  std::uint32_t loop_count = 0;
  bool uses_now = false;
  bool one_value = false;  // beside operands that are joined at once there never is more than one value
  const Zones* zones = nullptr;
  bool has_milliseconds = false;  // FieldTypes
  Dialect dialect = Dialect::crm;
  Kind result_kind = Kind::absent;

  /// Works out what follows from the rest: `handler_of` and `one_value`.
  void complete();
  bool has_one_value() const;
  /// By where they begin; of those that begin together, those around the others first.
  std::vector<std::uint32_t> handlers_outer_first() const;

  /// Gives the fields of rows their slots: in the record's table where it is a list of the record that they are of.
  void place_rows(InputTable& record);
  /// The record's slot that holds the list which an aggregate runs over; `no_list` where it is no slot.
  std::uint32_t list_of(const Aggregation& aggregation) const;

  bool reads_variable_from_outside(const Aggregation& aggregation) const;
};

}  // namespace crmsync::expression
