#include "expression/rows.h"

#include <algorithm>

#include "expression/text.h"
#include "json/reader.h"

namespace crmsync::expression {
namespace {

/// The value that the segments [from, to) of `path` lead to inside a decoded value.
Value follow(Value value, const Path& path, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < to; ++i) {
    if (value.kind != Kind::map) return {};
    const Member* found = nullptr;
    for (std::uint32_t m = 0; m < value.size && !found; ++m) {
      if (value.members[m].key.view() == path.segments[i]) found = value.members + m;
    }
    if (!found) return {};
    value = found->value;
  }
  return value;
}

}  // namespace

Value Rows::begin_list(const Aggregation& aggregation, const Value& list, const Slots& slots, Context& context) {
  *this = Rows{};
  aggregation_ = &aggregation;
  state = AggregateState(aggregation.function);
  if (list.is_nothing()) return {};
  if (list.kind != Kind::list) {
    return context.fail(Code::EXP004, {"an aggregate runs over a list, found ", type_name(list)});
  }
  const Value table = aggregation.table == json::Shape::none ? Value{} : slots.as_written(aggregation.table);
  if (table.columns > 0 && table.columns >= aggregation.shape.slot_count()) {
    // What is decoded of a row is kept in its place, as in a row of our own.
    cells_ = const_cast<Value*>(table.elements);
    columns_in_row_ = table.columns;
    size_ = table.size;
    for (const RowField& field : aggregation.fields) {
      if (field.in_body && first_in_body_ == json::Shape::none) first_in_body_ = field.row_slot;
    }
    return {};
  }
  if (list.is_raw()) {
    text_ = list.view();
    position_ = json::skip_white_space(text_, 1);
  } else {
    elements_ = list.elements;
    size_ = list.size;
  }
  row_ = context.arena.array<Value>(aggregation.shape.slot_count());
  return {};
}

void Rows::begin_record(const Aggregation& aggregation, Slots& slots, Context& context) {
  *this = Rows{};
  aggregation_ = &aggregation;
  state = AggregateState(aggregation.function);
  const std::size_t count = aggregation.fields.size();
  row_ = context.arena.array<Value>(count);
  columns_ = context.arena.array<Column>(count);
  size_ = 1;
  bool any_list = false;
  for (std::size_t i = 0; i < count; ++i) {
    const RowField& field = aggregation.fields[i];
    Column& column = columns_[i];
    Value value = slots.as_written(field.record_slot);
    column.type = slots.type(field.record_ordinal);
    if (!value.is_absent()) {
      // A time is read with the row that asks for it, so that an error in it is that row's.
      if (column.type != Kind::timestamp || value.kind == Kind::list)
        value = slots.load(field.record_slot, field.record_ordinal);
      if (value.kind == Kind::list) column.type = field.type;
      column.consumed = static_cast<std::uint32_t>(field.path.segments.size());
    }
    for (const RowField::Prefix& prefix : field.prefixes) {
      if (!value.is_absent()) break;
      if (slots.as_written(prefix.slot).kind != Kind::list) continue;
      value = slots.load(prefix.slot, prefix.ordinal);
      column.consumed = prefix.segments;
      column.type = prefix.type;
    }
    if (value.kind == Kind::list) {
      column.list = value;
      size_ = any_list ? std::max(size_, value.size) : value.size;
      any_list = true;
    } else {
      row_[i] = value;
    }
  }
}

bool Rows::next() {
  if (columns_) {
    if (index_ >= size_) return false;
    for (std::size_t i = 0; i < aggregation_->fields.size(); ++i) {
      const Column& column = columns_[i];
      if (column.list.kind != Kind::list) continue;
      const Path& path = aggregation_->fields[i].path;
      row_[i] = index_ < column.list.size
                    ? follow(column.list.elements[index_], path, column.consumed, path.segments.size())
                    : Value{};
    }
    ++index_;
    return true;
  }
  if (cells_) return next_plainly();
  if (elements_) {
    if (index_ >= size_) return false;
    for (const RowField& field : aggregation_->fields) {
      row_[field.row_slot] = follow(elements_[index_], field.path, 0, field.path.segments.size());
      if (field.root_slot != json::Shape::none) {
        row_[field.root_slot] = follow(elements_[index_], field.path, 0, 1);
      }
    }
    ++index_;
    return true;
  }
  if (position_ >= text_.size() || text_[position_] == ']') return false;
  const json::ReadResult read = json::read_value(text_, position_, aggregation_->shape, row_, {text_.size(), 4096});
  if (!read.ok()) return false;  // cannot be: the reader has validated this text
  position_ = json::skip_white_space(text_, read.offset);
  if (position_ < text_.size() && text_[position_] == ',') position_ = json::skip_white_space(text_, position_ + 1);
  return true;
}

bool Rows::in_row(const RowField& field) const {
  return !row_[field.row_slot].is_absent() ||
         (field.root_slot != json::Shape::none && !row_[field.root_slot].is_absent());
}

Value Rows::field(std::uint32_t index, Slots& slots, Context& context) {
  const RowField& field = aggregation_->fields[index];
  if (!columns_ && !in_row(field)) {
    if (field.record_slot == json::Shape::none) return Value::null();
    return slots.type(field.record_ordinal) == Kind::timestamp
               ? slots.load_time(field.record_slot, field.record_ordinal)
               : slots.load(field.record_slot, field.record_ordinal);
  }
  Value& value = row_[columns_ ? index : field.row_slot];
  if (value.flags) value = decoded(value, context.arena);
  const Kind type = this->type(index);
  if (!is_converted(type)) return scalar(value, context.lenient);
  const bool in_record = field.record_slot != json::Shape::none;
  return converted(type, value, in_record ? slots.name(field.record_ordinal) : field.path.segments.back(), context);
}

Value Rows::raw_field(std::uint32_t index, Slots& slots) const {
  const RowField& field = aggregation_->fields[index];
  if (columns_) return row_[index];
  if (in_row(field)) return row_[field.row_slot];
  return field.record_slot == json::Shape::none ? Value{} : slots.as_written(field.record_slot);
}

bool Rows::has(std::uint32_t index, Slots& slots) const {
  return !raw_field(index, slots).is_absent();
}

bool Rows::is_empty(Slots& slots, Context& context) const {
  if (!aggregation_->skips_empty) return false;
  bool reads_any = false;
  for (std::uint32_t i = 0; i < aggregation_->fields.size(); ++i) {
    if (!aggregation_->fields[i].in_body) continue;
    reads_any = true;
    const Value value = raw_field(i, slots);
    if (value.is_nothing()) continue;
    const bool may_be_blank = value.kind == Kind::string && is_converted(type(i));
    if (!may_be_blank || !trim(decoded_text(value, context.arena)).empty()) return false;
  }
  return reads_any;
}

}  // namespace crmsync::expression
