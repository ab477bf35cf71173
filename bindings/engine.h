#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crmsync.h"
#include "diagnostics/diagnostic.h"
#include "guarded.h"
#include "json/number.h"
#include "json/writer.h"

namespace crmsync::bindings {

/// Buffers larger than this are given back before the next call, so that one large batch does not hold its memory.
inline constexpr std::size_t kept_bytes = std::size_t{4} << 20;
/// The first input buffer: most single records fit.
inline constexpr std::size_t least_input = std::size_t{16} << 10;

/// The engine behind coarse calls that take and return integers only.
///
/// Texts go through two buffers, as UTF-8: the caller reserves the input buffer, lays the texts of one call in it one
/// after another, and passes their sizes; what the call gave lies in the output buffer until the next call. A call
/// returns 0, or 1 when it failed: then the output is one `Diagnostic` as JSON.
class Engine {
 public:
  /// The address of words that the caller reads: the output and its size, the input buffer and its size; asked for by
  /// calls, they would take longer than a short record. Behind them is a stream's `BatchPlace`, which the caller lays
  /// there before a piece and takes away after it.
  std::uintptr_t places() const { return address(&places_); }

  /// Makes an input buffer of at least `bytes`, of size 0 when there is no memory for it. Needed where the one that is
  /// there is too small, or larger than `kept_bytes`.
  void reserve(std::size_t bytes) {
    bytes = std::max(bytes, least_input);
    input_.reset();
    input_.reset(new (std::nothrow) char[bytes]);
    places_.input = address(input_.get());
    places_.input_size = input_ == nullptr ? 0 : bytes;
  }

  int version() {
    begin();
    output_ = crmsync::version();
    return done(true);
  }

  /// Gives `{"mapping": id, "name", "crm", "hash", "normalizers", "diagnostics"}`; of a file with errors
  /// `{"mapping": null, "diagnostics"}`.
  int compile(std::size_t file, std::size_t name, std::size_t options) {
    begin();
    return done(guarded(output_, [&](Diagnostic& problem) {
      std::string diagnostics;
      std::unique_ptr<Mapping> mapping =
          crmsync::compile(text(0, file), text(file, name), diagnostics, text(file + name, options));
      if (mapping == nullptr) {
        output_.append(R"({"mapping":null,"diagnostics":)").append(diagnostics).append("}");
        return true;
      }
      return keep(std::move(mapping), diagnostics, problem);
    }));
  }

  /// Gives what `compile` gives of a file without mistakes.
  int load(std::size_t compiled) {
    begin();
    std::unique_ptr<Mapping> mapping = crmsync::load(text(0, compiled), output_);
    if (mapping == nullptr) return done(false);
    return done(guarded(output_, [&](Diagnostic& problem) { return keep(std::move(mapping), "[]", problem); }));
  }
  int to_bytes(std::size_t id) {
    Mapping* mapping = find(id);
    return mapping == nullptr ? 1 : done(mapping->to_bytes(output_));
  }

  void release(std::size_t id) {
    if (id < mappings_.size()) mappings_[id].reset();
  }

  int fields(std::size_t id) {
    Mapping* mapping = find(id);
    return mapping == nullptr ? 1 : done(mapping->describe(output_));
  }
  int map(std::size_t id, int direction, std::size_t record, std::size_t context) {
    Mapping* mapping = find(id);
    if (mapping == nullptr) return 1;
    return done(mapping->map(static_cast<MapDirection>(direction), text(0, record), text(record, context), output_));
  }
  /// `piece` is 1 where the records are a piece of a stream.
  int map_many(std::size_t id, int direction, std::size_t records, std::size_t context, int piece) {
    Mapping* mapping = find(id);
    if (mapping == nullptr) return 1;
    return done(mapping->map_many(static_cast<MapDirection>(direction), text(0, records), text(records, context),
                                  output_, piece == 0 ? nullptr : &places_.stream));
  }
  int resolve(std::size_t id, std::size_t input, std::size_t context) {
    Mapping* mapping = find(id);
    return mapping == nullptr ? 1 : done(mapping->resolve(text(0, input), output_, text(input, context)));
  }
  int resolve_many(std::size_t id, std::size_t inputs, std::size_t context, int piece) {
    Mapping* mapping = find(id);
    if (mapping == nullptr) return 1;
    return done(
        mapping->resolve_many(text(0, inputs), output_, text(inputs, context), piece == 0 ? nullptr : &places_.stream));
  }
  int acknowledge(std::size_t id, std::size_t decision, std::size_t read_back) {
    Mapping* mapping = find(id);
    return mapping == nullptr ? 1 : done(mapping->acknowledge(text(0, decision), text(decision, read_back), output_));
  }
  int test(std::size_t id, std::size_t context) {
    Mapping* mapping = find(id);
    return mapping == nullptr ? 1 : done(mapping->test(text(0, context), output_));
  }
  int wanted(std::size_t id) {
    Mapping* mapping = find(id);
    return mapping == nullptr ? 1 : done(mapping->wanted(output_));
  }

  int aggregate(std::size_t id, int step, std::size_t entry, std::size_t first, std::size_t second) {
    Mapping* mapping = find(id);
    if (mapping == nullptr) return 1;
    return done(mapping->aggregate(static_cast<Mapping::Step>(step), text(0, entry), text(entry, first),
                                   text(entry + first, second), output_));
  }

  int catalog(std::size_t crm, std::size_t object) {
    begin();
    return done(builtin_catalog(text(0, crm), text(crm, object), output_));
  }

  int complete(std::size_t file, std::size_t line, std::size_t column) {
    begin();
    return done(crmsync::complete(text(0, file), static_cast<std::uint32_t>(line), static_cast<std::uint32_t>(column),
                                  output_));
  }
  int hover(std::size_t file, std::size_t line, std::size_t column) {
    begin();
    return done(
        crmsync::hover(text(0, file), static_cast<std::uint32_t>(line), static_cast<std::uint32_t>(column), output_));
  }

  int evaluate(std::size_t expression, std::size_t variables, std::size_t options) {
    begin();
    return done(crmsync::evaluate(text(0, expression), text(expression, variables),
                                  text(expression + variables, options), output_));
  }
  int evaluate_typed(std::size_t expression, std::size_t variables, std::size_t options) {
    begin();
    return done(crmsync::evaluate_typed(text(0, expression), text(expression, variables),
                                        text(expression + variables, options), output_));
  }

 private:
  bool keep(std::unique_ptr<Mapping> mapping, std::string_view diagnostics, Diagnostic& problem) {
    std::string normalizers;
    if (!mapping->host_normalizers(normalizers)) {
      problem = make_diagnostic(Code::API001, "the normalisers of the mapping cannot be named");
      return false;
    }
    const std::size_t id = free_id();
    output_ += R"({"mapping":)";
    json::append_unsigned(output_, id);
    append_member("name", mapping->name());
    append_member("crm", mapping->crm());
    append_member("hash", mapping->hash());
    output_.append(R"(,"normalizers":)").append(normalizers);
    output_.append(R"(,"diagnostics":)").append(diagnostics).append("}");
    if (id == mappings_.size()) mappings_.emplace_back();
    mappings_[id] = std::move(mapping);
    return true;
  }

  static std::uintptr_t address(const void* place) { return reinterpret_cast<std::uintptr_t>(place); }

  /// Ends a call: gives its status.
  int done(bool succeeded) {
    places_.output = address(output_.data());
    places_.output_size = output_.size();
    return succeeded ? 0 : 1;
  }

  std::string_view text(std::size_t offset, std::size_t size) const { return {input_.get() + offset, size}; }

  void begin() {
    if (output_.capacity() > kept_bytes) output_ = std::string();
    output_.clear();
  }

  /// Begins a call of a mapping; null, with the error in the output, when there is none of that id.
  Mapping* find(std::size_t id) {
    begin();
    if (id < mappings_.size() && mappings_[id] != nullptr) return mappings_[id].get();
    guarded(output_, [](Diagnostic& problem) {
      problem = make_diagnostic(Code::API007, "the mapping was disposed");
      return false;
    });
    done(false);
    return nullptr;
  }

  /// Ids of released mappings are used again.
  std::size_t free_id() const {
    std::size_t id = 0;
    while (id < mappings_.size() && mappings_[id] != nullptr) ++id;
    return id;
  }

  void append_member(std::string_view name, std::string_view value) {
    output_.append(R"(,")").append(name).append(R"(":)");
    json::append_string(output_, value);
  }

  struct {
    std::uintptr_t output = 0;
    std::size_t output_size = 0;
    std::uintptr_t input = 0;
    std::size_t input_size = 0;
    BatchPlace stream;
  } places_;
  static_assert(sizeof(BatchPlace) == 32, "bindings/package/boundary.ts takes eight words");
  std::unique_ptr<char[]> input_;
  std::string output_;
  std::vector<std::unique_ptr<Mapping>> mappings_;
};

}  // namespace crmsync::bindings
