/**
 * Measures the built package against what a developer would write instead: docs/performance.md. `npm run bench --
 * <works>` runs only those; `--json <file>` also writes the results there.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { setup, step } from "./steps.mjs";

const { values, positionals } = parseArgs({ options: { json: { type: "string" } }, allowPositionals: true });
await step("set-up", setup);
const { buildBench, buildEngine, buildPackage } = await import("./package.mjs");
await step("engine", buildEngine);
await step("engine for expressions", buildBench);
await step("package", buildPackage);
console.log("\n== bench");
const { loadEngine } = await import("../dist/node.js");
const { works } = await import("../bench/works.mjs");
const { runWorks } = await import("../bench/run.mjs");
const { machineText, resultText } = await import("../bench/report.mjs");

const unknown = positionals.find((name) => !works.some((work) => work.name === name));
if (unknown !== undefined) {
  console.error(`there is no work "${unknown}"; there are: ${works.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}
const chosen = works.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const report = await runWorks(await loadEngine(), chosen, (result) => console.log(`${resultText(result)}\n`));
console.log(machineText(report));
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
