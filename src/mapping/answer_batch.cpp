#include "mapping/answer_batch.h"

#include "json/number.h"

namespace crmsync::mapping {

void BatchAnswers::read(std::string_view piece, json::BatchPlace& place, const json::Shape& shape) {
  workspace_.slots.resize(shape.slot_count());
  piece_ = piece;
  begin_ = {place.line, place.column};
  json::read_batch(piece, place, shape, workspace_.slots.data(), &workspace_.rows, {}, *this);
}

void BatchAnswers::value(std::uint64_t index) {
  workspace_.arena.reset();
  if (answer(out_, problem_)) {
    out_ += '\n';
  } else {
    write_error(problem_, index);
  }
}

void BatchAnswers::broken(const json::ReadResult& read, std::uint64_t index) {
  if (!positions_) positions_.emplace(piece_);
  Position position = positions_->at(read.offset);
  if (position.line == 1) position.column += begin_.column - 1;
  position.line += begin_.line - 1;
  write_error(make_diagnostic(read.code, std::string(code_title(read.code)), {position, position}), index);
}

void BatchAnswers::write_error(const Diagnostic& problem, std::uint64_t index) {
  out_ += "{\"error\":";
  append_json(out_, problem);
  out_ += ",\"index\":";
  json::append_unsigned(out_, index);
  out_ += "}\n";
}

}  // namespace crmsync::mapping
