/// Expressions and records made from arbitrary bytes: the compiled machine must give what the tree-walking evaluator of
/// tests/reference gives, to the type, the digit and the error's code.
#include <cstdio>
#include <cstdlib>

#include "agreement.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const crmsync::reference::Comparison comparison = crmsync::reference::compare_generated(data, size);
  if (comparison.agreement != crmsync::reference::Agreement::different) return 0;
  std::fprintf(stderr, "%s\n", comparison.explanation.c_str());
  std::abort();
}
