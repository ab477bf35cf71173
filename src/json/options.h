#pragma once
#include <initializer_list>
#include <string>
#include <string_view>

#include "diagnostics/diagnostic.h"
#include "json/value.h"

namespace crmsync::json {

/// The options of a call: a JSON object, or an empty text for none. Reads each option with its type; the first that
/// does not fit, or that is not among the `known`, sets `problem` (API004).
class Options {
 public:
  Options(std::string_view text, std::initializer_list<std::string_view> known, Arena& arena, Diagnostic& problem);

  bool ok() const { return problem_.code == Code::none; }
  bool flag(std::string_view name, bool otherwise);
  /// One of the two words; true for the first.
  bool choice(std::string_view name, std::string_view first, std::string_view second, bool otherwise);
  /// Names with dots between them, such as `a.b`; empty where it is not given.
  std::string_view dotted(std::string_view name);
  /// A timestamp, or absent.
  Value time(std::string_view name);
  /// A value of this kind, which is `called` so, or absent.
  Value of_kind(std::string_view name, Kind kind, const char* called);
  void fail(std::string_view name, const Words& message);

 private:
  Value options_;
  Diagnostic& problem_;
};

}  // namespace crmsync::json
