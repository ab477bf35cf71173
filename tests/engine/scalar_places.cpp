#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <string_view>

#include "mapping/document.h"
#include "mapping/scalar_source.h"

using namespace crmsync;
using namespace crmsync::mapping;

namespace {

std::size_t verbatim_texts = 0, others = 0;

/// What is found without a walk must be what the walk finds.
void compare(std::string_view text, const Node& node) {
  for (const Node& element : node.elements) compare(text, element);
  for (const NodeMember& member : node.members) {
    compare(text, member.key);
    compare(text, member.value);
  }
  if (node.kind != NodeKind::string) return;
  const std::size_t begin = node.extent.begin, verbatim = verbatim_text(text, begin, node.text);
  verbatim == std::string_view::npos ? ++others : ++verbatim_texts;
  if (verbatim == std::string_view::npos) return;
  const std::optional<ScalarSource> located = locate_scalar(text, begin, node.text);
  CAPTURE(text, node.text);
  REQUIRE(located);
  REQUIRE(located->end == scalar_end(text, begin, node.text));
  REQUIRE(located->offsets.size() == node.text.size() + 1);
  for (std::size_t i = 0; i < located->offsets.size(); ++i) REQUIRE(located->offsets[i] == verbatim + i);
}

constexpr std::string_view pieces[] = {
    "a", "b c", " ",      "  ",    "\n ", "\n  ", "\r\n ", "'",  "''",     "\"",  "\\\"", "\\\\", "\\\n ", "\\n", "ö",
    "|", ">",   "|-\n  ", ">\n  ", ":",   "#",    " #",    "\t", "!!str ", "&x ", "-",    "[",    "]",     ","};

}  // namespace

TEST_CASE("a text that stands as it is is found as any other") {
  std::mt19937 random(77);
  for (int i = 0; i < 30'000; ++i) {
    const std::string_view quote = random() % 3 == 0 ? "\"" : random() % 2 == 0 ? "'" : "";
    std::string text = "k: ";
    text += quote;
    for (std::size_t count = random() % 7; count > 0; --count) text += pieces[random() % std::size(pieces)];
    text.append(quote) += '\n';
    Diagnostics diagnostics;
    if (const std::optional<Document> document = read_document(text, diagnostics)) compare(text, document->root);
  }
  CHECK(verbatim_texts > 10'000);
  CHECK(others > 1'000);
}
