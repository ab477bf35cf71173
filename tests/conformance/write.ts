/**
 * Writes the suite's cases as NDJSON for the engine's tests, which cannot read the package: `write.ts <file>`. A line is
 * `{"id", "expression", "variables", "options", "expected"}` in one dialect; null is expected of an error. The options
 * hold the tables of the time zones that the expression names, which the package would hand in.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { lacking } from "../../bindings/package/zones.js";
import { dialects, expectedIn, optionsIn } from "./dialects.js";
import { readSuite } from "./suite.js";

const file = process.argv[2];
if (file === undefined) throw new Error("which file?");
const zonesIn = (expression: string) => [...expression.matchAll(/'([A-Z]\w+\/\w+)'/g)].map(([, name = ""]) => name);

const { cases } = readSuite();
const lines = dialects.flatMap((dialect) =>
  cases.map((each) => {
    const { id, expression, variables } = each;
    const options = { ...optionsIn(dialect, each), zones: lacking([{ zones: zonesIn(expression) }]) };
    return `${JSON.stringify({ id, expression, variables, options, expected: expectedIn(dialect, each) })}\n`;
  }),
);
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, lines.join(""));
