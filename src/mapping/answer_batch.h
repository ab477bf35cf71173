#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "diagnostics/position_index.h"
#include "json/batch.h"
#include "mapping/map_record.h"

namespace crmsync::mapping {

/// Answers a batch, or a piece of one, line by line: what `answer` makes of a record, or
/// `{"error": Diagnostic, "index": n}`.
class BatchAnswers : private json::BatchHandler {
 public:
  BatchAnswers(Workspace& workspace, std::string& out) : workspace_(workspace), out_(out) {}

  void read(std::string_view piece, json::BatchPlace& place, const json::Shape& shape);

 protected:
  ~BatchAnswers() = default;
  /// Appends what becomes of the record in the workspace's slots; false, with `problem` set, where it fails.
  virtual bool answer(std::string& out, Diagnostic& problem) = 0;

 private:
  void value(std::uint64_t index) final;
  void broken(const json::ReadResult& read, std::uint64_t index) final;
  void write_error(const Diagnostic& problem, std::uint64_t index);

  Workspace& workspace_;
  std::string& out_;
  std::string_view piece_;
  Position begin_;                          // of the piece, in the batch
  std::optional<PositionIndex> positions_;  // of the piece; made for the first broken record
  Diagnostic problem_;
};

/// The same with `answer` as a function.
template <class Answer>
void answer_batch(std::string_view piece, json::BatchPlace& place, const json::Shape& shape, Workspace& workspace,
                  std::string& out, Answer answer) {
  struct Answers final : BatchAnswers {
    Answers(Workspace& workspace, std::string& out, Answer& answer) : BatchAnswers(workspace, out), answer_(answer) {}
    bool answer(std::string& out, Diagnostic& problem) override { return answer_(out, problem); }
    Answer& answer_;
  };
  Answers(workspace, out, answer).read(piece, place, shape);
}

}  // namespace crmsync::mapping
