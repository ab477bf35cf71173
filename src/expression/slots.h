#pragma once
#include "expression/context.h"
#include "expression/program.h"

namespace crmsync::expression {

/// A value, as it was written, of a field whose type a catalog says (FieldTypes): what spells a value of the type is
/// that, a blank text null. An error for what is no time in a field of times.
Value converted(Kind type, const Value& written, std::string_view name, Context& context);

/// The record's slots during one evaluation. What must be decoded is decoded once, however often it is read.
class Slots {
 public:
  Slots(const Inputs& inputs, const Program::Code& code, Context& context)
      : record_(inputs.record), code_(code), context_(context) {}

  /// As the reader left it.
  const Value& as_written(std::uint32_t slot) const { return record_[slot]; }

  Value load(std::uint32_t slot, std::uint32_t ordinal) {
    const Value& value = record_[slot];
    switch (value.kind) {
      case Kind::numeral: return number_of(value, context_.lenient);
      case Kind::absent: return absent(ordinal);
      case Kind::string:
        if (code_.read_types[ordinal] == Kind::number || code_.read_types[ordinal] == Kind::boolean)
          return typed(value, ordinal);
        return value.flags ? decoded_once(value, ordinal) : value;
      case Kind::list:
      case Kind::map: return value.flags ? decoded_once(value, ordinal) : value;
      default: return value;
    }
  }

  /// Of a field whose type is `timestamp`.
  Value load_time(std::uint32_t slot, std::uint32_t ordinal);
  /// What it is loaded as: `load` for all types but times, `load_time` for these.
  Kind type(std::uint32_t ordinal) const { return code_.read_types[ordinal]; }
  std::string_view name(std::uint32_t ordinal) const { return code_.read_names[ordinal]; }

 private:
  Value absent(std::uint32_t ordinal);
  Value typed(const Value& text, std::uint32_t ordinal);
  Value decoded_once(const Value& value, std::uint32_t ordinal);

  const Value* record_;
  const Program::Code& code_;
  Context& context_;
  Value* decoded_ = nullptr;  // by ordinal; made when the first one is needed
};

}  // namespace crmsync::expression
