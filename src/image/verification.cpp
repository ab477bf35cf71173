#include "image/verification.h"

#include <algorithm>

#include "expression/limits.h"

namespace crmsync::image {
namespace {

using namespace expression;

constexpr std::uint32_t none = 0xFFFFFFFF;

/// How many levels of lists and maps there are; more than are allowed count as one more.
unsigned depth_of(const Value& value) {
  unsigned depth = 0;
  if (value.is(Kind::list)) {
    for (std::uint32_t i = 0; i < value.size; ++i) depth = std::max(depth, depth_of(value.elements[i]));
  } else if (value.is(Kind::map)) {
    for (std::uint32_t i = 0; i < value.size; ++i) depth = std::max(depth, depth_of(value.members[i].value));
  } else {
    return 0;
  }
  return depth + 1;
}

/// Goes once over the instructions and follows what the stack holds: how many values, and how deep each is nested.
/// Compiled programs jump forward only, but for the ends of loops; what is pending at a jump's target is kept until the
/// instructions in between are seen, which must leave what lies below alone.
class Verification {
 public:
  Verification(Program::Code& code, std::size_t slots) : code_(code), slots_(slots), all_(code.instructions) {}

  bool run() {
    if (!tables_are_whole()) return false;
    for (at_ = 0; ok_ && at_ < all_.size(); ++at_) {
      arrive();
      begin_handlers();
      if (ok_) instruction(all_[at_]);
    }
    return ok_ && finished_ && begun_rows_ == code_.aggregations.size();
  }

 private:
  enum class Way : std::uint8_t { jump, loop, rows };
  /// A way to an instruction further on. What lies below `kept` stays as it is until there.
  struct Pending {
    std::uint32_t end = 0, kept = 0;
    bool has_top = false;  // a value above what is kept
    std::uint8_t top = 0;  // how deep that is
    Way way = Way::jump;
    std::uint32_t from = 0;    // the instruction that it leaves; of a loop or of rows the one that begins a round
    std::uint32_t number = 0;  // which loop, or which rows
  };

  void require(bool holds) { ok_ = ok_ && holds; }

  std::uint32_t height() const { return height_; }
  std::uint32_t floor() const { return pending_count_ == 0 ? 0 : innermost().kept; }
  const Pending& innermost() const { return pending_[pending_count_ - 1]; }

  void push(unsigned depth) {
    require(depth <= max_value_depth);
    if (ok_) depths_[height_++] = static_cast<std::uint8_t>(depth);
  }
  /// The depth of the deepest of the values that are taken.
  unsigned pop(std::size_t count) {
    require(floor() + count <= height());
    unsigned depth = 0;
    for (; ok_ && count > 0; --count) depth = std::max<unsigned>(depth, depths_[--height_]);
    return depth;
  }

  // --- ways ---

  /// From this instruction on, and `above` ways that end before the next.
  void add(const Pending& pending, std::size_t above = 0) {
    const std::size_t place = pending_count_ - above;
    const bool nests =
        place == 0 || (pending.end <= pending_[place - 1].end && pending.kept >= pending_[place - 1].kept);
    require(nests && pending.end > at_ && pending.end < all_.size());
    if (!ok_) return;
    for (std::size_t i = pending_count_++; i > place; --i) pending_[i] = pending_[i - 1];
    pending_[place] = pending;
  }
  /// From the next instruction on: the end of one way is where another passes it by.
  void jump_to(std::uint32_t target) {
    const std::uint32_t size = height(), kept = size == 0 ? 0 : std::max(floor(), size - 1);
    const bool has_top = kept < size;
    std::size_t above = 0;
    while (target != at_ + 1 && above < pending_count_ && pending_[pending_count_ - 1 - above].end == at_ + 1) ++above;
    add({target, kept, has_top, has_top ? depths_[size - 1] : std::uint8_t{0}, Way::jump, at_, 0}, above);
  }

  /// Unites the ways that lead to this instruction.
  void arrive() {
    was_target_ = false;
    ended_loop_ = ended_rows_ = none;
    while (ok_ && pending_count_ > 0 && innermost().end == at_) {
      const Pending pending = pending_[--pending_count_];
      const std::uint32_t expected = pending.kept + (pending.has_top ? 1 : 0);
      if (!reachable_) {
        height_ = pending.kept;
        if (pending.has_top) push(pending.top);
      } else if (height() != expected) {
        ok_ = false;
      } else if (pending.has_top) {
        depths_[height_ - 1] = std::max(depths_[height_ - 1], pending.top);
      }
      reachable_ = was_target_ = true;
      // On this way they were not set.
      for (; set_count_ > 0 && set_[set_count_ - 1].at >= pending.from; --set_count_)
        variables_[set_[set_count_ - 1].variable] = unset;
      if (pending.way == Way::loop) ended_loop_ = pending.number;
      if (pending.way == Way::rows) ended_rows_ = pending.number;
    }
    require(reachable_ && floor() <= height());
    heights_[at_] = height();
    code_.stack_size = std::max(code_.stack_size, height());
  }

  void begin_handlers() {
    for (; next_handler_ < handlers_.size(); ++next_handler_) {
      const Handler& handler = code_.handlers[handlers_[next_handler_]];
      if (handler.begin != at_) break;
      require(handler.stack <= height() && handler.target == handler.end);
      add({handler.end, handler.stack, true, 0, Way::jump, at_, 0});
    }
  }

  // --- operands ---

  bool tables_are_whole() {
    const std::size_t count = all_.size();
    require(count > 0 && code_.offsets.size() == count && code_.loop_count <= count);
    require(code_.reads.size() == code_.read_names.size() && code_.reads.size() == code_.read_types.size());
    for (const std::uint32_t slot : code_.reads) require(slot < slots_);
    for (const std::uint32_t offset : code_.offsets) require(offset >> origin_shift <= 2);
    for (const Aggregation& aggregation : code_.aggregations) {
      for (const RowField& field : aggregation.fields) this->field(field, aggregation.over_list);
    }
    if (!ok_) return false;
    handlers_ = code_.handlers_outer_first();
    heights_ = memory_.array<std::uint32_t>(count);
    pending_ = memory_.array<Pending>(count + code_.handlers.size());  // an instruction adds one way at most
    set_ = memory_.array<Set>(code_.loop_count);
    depths_ = bytes(count + 2);
    constants_ = bytes(code_.constants.size());
    variables_ = bytes(code_.loop_count);
    results_ = bytes(code_.loop_count);
    rows_depths_ = bytes(code_.aggregations.size());
    rows_are_begun_ = bytes(code_.aggregations.size());
    for (std::uint32_t i = 0; i < code_.constants.size(); ++i)
      constants_[i] = static_cast<std::uint8_t>(depth_of(code_.constants[i]));
    return true;
  }

  [[gnu::noinline]] std::uint8_t* bytes(std::size_t count) { return memory_.array<std::uint8_t>(count); }
  void slot(std::uint32_t slot) { require(slot < slots_); }
  void ordinal(std::uint32_t ordinal) { require(ordinal < code_.read_names.size()); }
  void field(const RowField& field, bool over_list) {
    if (field.record_slot != json::Shape::none || !over_list) {
      slot(field.record_slot);
      ordinal(field.record_ordinal);
    }
    for (const RowField::Prefix& prefix : field.prefixes) {
      slot(prefix.slot);
      ordinal(prefix.ordinal);
    }
  }
  unsigned constant(std::uint32_t index) {
    require(index < code_.constants.size());
    return ok_ ? constants_[index] : 0;
  }
  void name(std::uint32_t index) {
    constant(index);
    require(ok_ && code_.constants[index].is(Kind::string));
  }
  void relation(std::uint8_t op) {
    require(op >= static_cast<std::uint8_t>(Operator::equal) && op <= static_cast<std::uint8_t>(Operator::in));
  }
  void offsets(std::uint32_t first, std::uint32_t count) {
    require(first <= code_.operand_offsets.size() && count <= code_.operand_offsets.size() - first);
  }

  // --- variables and loops ---

  static constexpr std::uint8_t undefined = 0, unset = 1, known = 2;  // and up: 2 more than the depth

  /// Each variable is set at one place, and read behind it where no way leads past that place.
  void define(std::uint32_t variable, unsigned depth) {
    require(variable < code_.loop_count && variables_[variable] == undefined);
    if (!ok_) return;
    variables_[variable] = static_cast<std::uint8_t>(known + depth);
    set_[set_count_++] = {at_, variable};
  }
  unsigned variable(std::uint32_t variable) {
    require(variable < code_.loop_count && variables_[variable] >= known);
    return ok_ ? variables_[variable] - known : 0U;
  }

  const Instruction* following(Op first, Op second, std::uint32_t number) {
    const Instruction* const next = at_ + 1 < all_.size() ? &all_[at_ + 1] : nullptr;
    require(next && (next->op == first || next->op == second) && next->a == number);
    return ok_ ? next : nullptr;
  }

  void begin_loop(const Instruction& begin) {
    require(begin.detail <= static_cast<std::uint8_t>(LoopKind::transform_map_entry));
    const auto kind = static_cast<LoopKind>(begin.detail);
    define(begin.a, pop(1));
    const Instruction* const next = following(Op::loop_next, Op::loop_pair, begin.a);
    if (!next) return;
    require(next->op == Op::loop_pair || kind < LoopKind::transform_list);
    require(next->detail == round_cost(kind));
    require(next->b < all_.size() && all_[next->b].detail == result_cost(kind));
    if (kind == LoopKind::filter) results_[begin.a] = static_cast<std::uint8_t>(variable(begin.a));
  }

  /// Behind loop_begin or rows_begin, and reached from there and from the ends of rounds only.
  void begin_round(const Instruction& next, Op begin, Op end, Way way) {
    require(at_ > 0 && all_[at_ - 1].op == begin && all_[at_ - 1].a == next.a && !was_target_);
    require(next.b > at_ && next.b < all_.size() && all_[next.b].op == end && all_[next.b].a == next.a);
    require(next.count == cost_of_length(next.b - at_));
    add({next.b, height(), false, 0, way, at_, next.a});
  }

  /// The value or condition on top is taken, and perhaps the next round begins.
  unsigned end_step(const Instruction& step, Way way, std::size_t taken) {
    const unsigned depth = pop(taken);
    require(pending_count_ > 0 && innermost().way == way && innermost().from == step.b &&
            innermost().number == step.a && height() == innermost().kept);
    return depth;
  }

  void take(const Instruction& step) {
    const unsigned depth = end_step(step, Way::loop, 1);
    reachable_ = false;
    if (!ok_) return;
    const auto kind = static_cast<LoopKind>(all_[step.b - 1].detail);
    const bool adds = kind == LoopKind::map || kind == LoopKind::transform_list || kind == LoopKind::transform_map;
    const bool joins = kind == LoopKind::transform_map_entry;
    const unsigned result = adds ? depth + 1 : joins ? depth : 0;
    require(result <= max_value_depth);
    results_[step.a] = std::max(results_[step.a], static_cast<std::uint8_t>(result));
  }

  void begin_rows(const Instruction& begin) {
    require(begin.a < code_.aggregations.size() && !rows_are_begun_[begin.a] && rows_ == none);
    if (!ok_) return;
    const Aggregation& aggregation = code_.aggregations[begin.a];
    require(begin.detail == (aggregation.over_list ? 1 : 0));
    pop(begin.detail);
    // A part of its rows alone is taken from there on, without what is before.
    require(aggregation.begin <= at_ && aggregation.begin >= behind_rows_ &&
            heights_[std::min(aggregation.begin, at_)] == aggregation.height && aggregation.height <= height());
    const Instruction* const next = following(Op::rows_next, Op::rows_next, begin.a);
    require(next && next->b == aggregation.end);
    rows_are_begun_[begin.a] = 1;
    ++begun_rows_;
  }
  /// What is left as it is written is for an aggregate alone.
  void raw() { require(at_ + 1 < all_.size() && all_[at_ + 1].op == Op::rows_begin && all_[at_ + 1].detail == 1); }
  void row(std::uint32_t index, std::uint32_t rows) {
    require(rows_ != none && rows_ == rows && index < code_.aggregations[rows_].fields.size());
    push(0);
  }

  // --- instructions ---

  void join_ahead(const Instruction& join) {
    require(join.count >= 2 && at_ + join.count + 1U < all_.size());
    if (!ok_) return;
    for (std::uint32_t i = at_ + 1; i <= at_ + join.count; ++i) {
      const bool loads = all_[i].op == Op::load_slot && !all_[i].detail;
      require(loads || all_[i].op == Op::constant);
    }
    const Instruction& end = all_[at_ + join.count + 1U];
    require(end.op == Op::concatenate && end.count == join.count);
  }

  void call(const Instruction& call) {
    require(call.a < code_.functions.size());
    const unsigned depth = pop(call.count);
    if (!ok_) return;
    const Function& function = *code_.functions[call.a];
    require(call.count >= function.least && call.count <= function.most);
    require(call.detail == 0 || (call.detail == static_cast<std::uint8_t>(function.inlined) && call.count == 2));
    switch (function.result) {
      case Kind::absent: return push(depth);
      case Kind::list:
      case Kind::map:
      case Kind::optional: return push(depth + 1);
      default: return push(0);
    }
  }

  void render(const Instruction& render) {
    require(render.a < code_.renderings.size());
    const unsigned depth = pop(render.count);
    if (!ok_) return;
    const Rendering& rendering = code_.renderings[render.a];
    const auto is_value = [](const Rendering::Part& part) { return part.is_value; };
    const auto values = std::count_if(rendering.parts.begin(), rendering.parts.end(), is_value);
    require(values == render.count && (!rendering.single || render.count == 1));
    push(rendering.single ? depth : 0);
  }

  void optional_step(const Instruction& step) {
    require(step.detail <= static_cast<std::uint8_t>(OptionalStep::bind));
    const auto kind = static_cast<OptionalStep>(step.detail);
    require(height() > floor());
    if (kind >= OptionalStep::or_) jump_to(step.a);
    const unsigned depth = pop(1);
    switch (kind) {
      case OptionalStep::wrap: return push(depth + 1);
      case OptionalStep::expect: require(step.b <= 1); return push(depth);
      case OptionalStep::entry: return push(depth);
      case OptionalStep::or_:
      case OptionalStep::or_value: return;
      case OptionalStep::bind: return define(step.b, depth);
    }
  }

  void instruction(const Instruction& each) {
    switch (each.op) {
      case Op::constant: return push(constant(each.a));
      case Op::load_slot:
      case Op::load_time:
        slot(each.a);
        ordinal(each.b);
        return push(0);
      case Op::load_raw_slot:
        slot(each.a);
        raw();
        return push(0);
      case Op::has_slot: slot(each.a); return push(0);
      case Op::compare_slot:
        slot(each.a);
        constant(each.b);
        ordinal(each.count);
        relation(each.detail);
        return push(0);
      case Op::compare_constant:
        constant(each.a);
        relation(each.detail);
        pop(1);
        return push(0);
      case Op::load_now: return push(0);
      case Op::load_local:
      case Op::load_second:
      case Op::load_bound: return push(variable(each.a));
      case Op::bind: return define(each.a, pop(1));
      case Op::select_local: name(each.b); return push(variable(each.a));
      case Op::load_raw_row: raw(); return row(each.a, each.b);
      case Op::load_row:
      case Op::has_row: return row(each.a, each.b);
      case Op::select: name(each.a); return push(pop(1));
      case Op::has_select:
        name(each.a);
        pop(1);
        return push(0);
      case Op::index: return push(pop(2));
      case Op::optional_at: return push(pop(2) + 1);
      case Op::optional: return optional_step(each);
      case Op::negate:
      case Op::not_: pop(1); return push(0);
      case Op::arithmetic: require(each.detail <= static_cast<std::uint8_t>(Operator::modulo)); return push(pop(2));
      case Op::compare:
        relation(each.detail);
        pop(2);
        return push(0);
      case Op::join_ahead: return join_ahead(each);
      case Op::concatenate:
        require(each.count >= 2);
        offsets(each.a, each.count);
        pop(each.count);
        return push(0);
      case Op::list: return push(pop(each.a) + 1);
      case Op::map: return push(pop(std::size_t{each.a} * 2) + 1);
      case Op::call: return call(each);
      case Op::jump:
        jump_to(each.a);
        reachable_ = false;
        return;
      case Op::branch: pop(1); return jump_to(each.a);
      case Op::and_left:
      case Op::or_left: require(height() > floor()); return jump_to(each.a);
      case Op::and_right:
      case Op::or_right: pop(2); return push(0);
      case Op::loop_begin: return begin_loop(each);
      case Op::loop_next:
      case Op::loop_pair: return begin_round(each, Op::loop_begin, Op::loop_end, Way::loop);
      case Op::loop_where: end_step(each, Way::loop, 1); return;
      case Op::loop_step: return take(each);
      case Op::loop_end:
        require(ended_loop_ != none && ended_loop_ == each.a);
        return push(ok_ ? results_[each.a] : 0U);
      case Op::rows_begin: return begin_rows(each);
      case Op::rows_next:
        begin_round(each, Op::rows_begin, Op::rows_end, Way::rows);
        rows_ = each.a;
        return;
      case Op::rows_where: end_step(each, Way::rows, 1); return;
      case Op::rows_skip: end_step(each, Way::rows, 0); return;
      case Op::rows_step: {
        require(each.detail <= 1);
        const unsigned depth = end_step(each, Way::rows, 1U + each.detail);
        reachable_ = false;
        if (ok_) rows_depths_[each.a] = std::max(rows_depths_[each.a], static_cast<std::uint8_t>(depth));
        return;
      }
      case Op::rows_end:
        require(ended_rows_ != none && ended_rows_ == each.a);
        rows_ = none;
        behind_rows_ = at_ + 1;
        return push(ok_ ? rows_depths_[each.a] : 0U);
      case Op::fail:
        name(each.a);
        require(each.count > 0 && each.count < static_cast<std::uint16_t>(Code::count_));
        return push(0);
      case Op::render: return render(each);
      case Op::finish: require(height() == 1 && pending_count_ == 0 && at_ + 1 == all_.size()); finished_ = true;
    }
  }

  Program::Code& code_;
  const std::size_t slots_;
  const std::vector<Instruction>& all_;
  bool ok_ = true, reachable_ = true, finished_ = false, was_target_ = false;
  std::uint32_t at_ = 0;
  Arena memory_{std::size_t{256} << 20, 512};
  std::uint8_t* depths_ = nullptr;  // of what lies on the stack
  std::uint32_t height_ = 0;
  Pending* pending_ = nullptr;  // each ends before those below it, or with them
  std::vector<std::uint32_t> handlers_;
  std::uint32_t* heights_ = nullptr;
  std::size_t next_handler_ = 0;
  std::uint8_t *constants_ = nullptr, *variables_ = nullptr, *results_ = nullptr, *rows_depths_ = nullptr,
               *rows_are_begun_ = nullptr;
  struct Set {
    std::uint32_t at = 0, variable = 0;
  };
  Set* set_ = nullptr;  // variables that can be read, in the order in which they were set
  std::size_t begun_rows_ = 0, pending_count_ = 0, set_count_ = 0;
  std::uint32_t ended_loop_ = none, ended_rows_ = none;  // whose last way led to this instruction
  std::uint32_t rows_ = none, behind_rows_ = 0;
};

}  // namespace

bool verify(Program::Code& code, std::size_t slots) {
  code.stack_size = 1;
  return Verification(code, slots).run();
}

}  // namespace crmsync::image
