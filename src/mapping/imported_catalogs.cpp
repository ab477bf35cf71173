#include "mapping/imported_catalogs.h"

#include "mapping/section.h"

namespace crmsync::mapping {

void read_imported_catalogs(Reading& reading, std::string_view json, Catalog& local, Catalog& crm) {
  if (json.empty()) return;
  Diagnostics found;
  if (const std::optional<Document> document = read_document(json, found)) {
    Reading of_json(*document, found, reading.arena());
    const Section sides(of_json, {&document->root, "/catalogs"}, SectionKind::catalogs);
    if (const auto side = sides.find("penguinmails")) local.read(of_json, *side, Catalog::Source::imported);
    if (const auto side = sides.find("crm")) crm.read(of_json, *side, Catalog::Source::imported);
  }
  for (Diagnostic& diagnostic : found) {
    diagnostic.range = {};
    if (diagnostic.path.empty()) diagnostic.path = "/catalogs";
    reading.add(std::move(diagnostic));
  }
}

}  // namespace crmsync::mapping
