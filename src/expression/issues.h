#pragma once
#include <string>
#include <utility>
#include <vector>

#include "expression/expression.h"

namespace crmsync::expression {

/// Collects the mistakes of one source text.
class IssueSink {
 public:
  IssueSink(std::vector<Issue>& issues, Origin origin) : issues_(issues), origin_(origin) {}

  void add(Code code, std::size_t offset, std::size_t length, std::string message, std::string hint = {},
           std::string suggestion = {}) {
    add({code, offset, length, std::move(message), std::move(hint), std::move(suggestion), {}});
  }
  void add(Issue issue) {
    ++count_;
    issue.origin = origin_;
    issues_.push_back(std::move(issue));
  }
  /// Says something that does not keep the program from running.
  void warn(Issue issue) {
    issue.origin = origin_;
    issue.is_warning = true;
    for (const Issue& said : issues_) {
      // What is asked of rows is compiled for each aggregate.
      if (said.code == issue.code && said.offset == issue.offset && said.origin == origin_) return;
    }
    issues_.push_back(std::move(issue));
  }
  bool any() const { return count_ != 0; }
  std::size_t count() const { return count_; }

 private:
  std::vector<Issue>& issues_;
  Origin origin_;
  std::size_t count_ = 0;
};

}  // namespace crmsync::expression
