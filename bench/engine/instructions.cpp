/// `crmsync_instructions <work> <mapping file> <input> <times>` does a work of the bench so many times and says how
/// many bytes came out, for scripts/instructions.mjs to have its instructions counted.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "crmsync.h"

namespace {

using namespace crmsync;

std::string read_file(const char* name) {
  std::ifstream file(name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

std::unique_ptr<Mapping> compiled(const std::string& file) {
  std::string diagnostics;
  std::unique_ptr<Mapping> mapping = compile(file, "mapping.yaml", diagnostics);
  if (mapping == nullptr) fail(diagnostics);
  return mapping;
}

bool run(const std::string& work, Mapping& mapping, const std::string& input, std::string& out) {
  if (work == "from_crm") return mapping.map_many(MapDirection::from_crm, input, {}, out);
  if (work == "to_crm") return mapping.map_many(MapDirection::to_crm, input, {}, out);
  if (work == "resolve") return mapping.resolve_many(input, out);
  if (work == "compile") return compiled(input)->describe(out);
  fail("there is no work " + work);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 5) fail("usage: crmsync_instructions <work> <mapping file> <input> <times>");
  const std::string work = arguments[1];
  const std::string input = read_file(arguments[3]);
  const std::unique_ptr<Mapping> mapping = compiled(read_file(arguments[2]));
  std::string out;
  for (int times = std::atoi(arguments[4]); times > 0; --times) {
    out.clear();
    if (!run(work, *mapping, input, out)) fail(out);
  }
  std::printf("%zu\n", out.size());
}
