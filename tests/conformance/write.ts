/**
 * Writes the suite's cases as NDJSON for the engine's tests, which cannot read the package: `write.ts <file>`. A line is
 * `{"id", "expression", "variables", "options", "expected"}` in one dialect; null is expected of an error.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { dialects, expectedIn, optionsIn } from "./dialects.js";
import { readSuite } from "./suite.js";

const file = process.argv[2];
if (file === undefined) throw new Error("which file?");
const { cases } = readSuite();
const lines = dialects.flatMap((dialect) =>
  cases.map((each) => {
    const { id, expression, variables } = each;
    const options = optionsIn(dialect, each);
    return `${JSON.stringify({ id, expression, variables, options, expected: expectedIn(dialect, each) })}\n`;
  }),
);
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, lines.join(""));
