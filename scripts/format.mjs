/** Formats everything; with --check it only says what is not formatted, and fails. */
import { globSync } from "./glob.mjs";
import { run, setup, tool } from "./steps.mjs";

export function format(check) {
  const sources = ["src", "bindings", "tests", "bench"].flatMap((folder) => globSync(folder, /\.(cpp|h)$/));
  run("clang-format", [...(check ? ["--dry-run", "--Werror"] : ["-i"]), ...sources]);
  tool("biome", check ? ["ci", "--colors=off"] : ["check", "--write"]);
}

if (process.argv[1]?.endsWith("format.mjs")) {
  setup();
  format(process.argv.includes("--check"));
}
