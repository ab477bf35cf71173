/// The mapping file on arbitrary bytes: no crash, places inside the text, and every diagnostic can be shown.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "crmsync.h"
#include "mapping/configuration.h"
#include "mapping/document.h"
#include "mapping/scalar_source.h"

using namespace crmsync;
using namespace crmsync::mapping;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check_places(const Node& node, std::string_view text) {
  require(node.extent.begin <= node.extent.end && node.extent.end <= text.size());
  if (node.kind == NodeKind::string) {
    if (const auto source = locate_scalar(text, node.extent.begin, node.text)) {
      require(source->offsets.size() == node.text.size() + 1 && source->end <= text.size());
      for (std::size_t i = 1; i < source->offsets.size(); ++i) require(source->offsets[i - 1] <= source->offsets[i]);
    }
  }
  for (const Node& element : node.elements) check_places(element, text);
  for (const NodeMember& member : node.members) {
    check_places(member.key, text);
    check_places(member.value, text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Diagnostics diagnostics;
  const Configuration configuration = read_configuration(text, "file.yaml", diagnostics);
  for (const Diagnostic& diagnostic : diagnostics) {
    require(!diagnostic.message.empty() && diagnostic.code != Code::none);
    require(diagnostic.range.begin.line > 0 && offset_at(text, diagnostic.range.begin) <= size);
    std::string json;
    append_json(json, diagnostic);
    require(!render(diagnostic, "file.yaml", text).empty());
  }
  // An editor asks in the middle of it.
  const Position cursor = position_at(text, size == 0 ? 0 : data[0] * size / 256);
  std::string completions, hovered;
  require(complete(text, cursor.line, cursor.column, completions) && completions.back() == ']');
  require(hover(text, cursor.line, cursor.column, hovered));
  for (const Entry& entry : configuration.entries) require(!entry.pointer.empty());

  Diagnostics ignored;
  const std::optional<Document> document = read_document(text, ignored);
  require(document || has_errors(ignored));
  if (document) check_places(document->root, document->text);
  return 0;
}
