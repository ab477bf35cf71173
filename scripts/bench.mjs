/**
 * Measures the built package against what a developer would write instead: docs/performance.md. `npm run bench --
 * <works>` runs only those. `--json <file>` also writes the results there, `--tables` prints them as that page has them,
 * and `--plots` draws those of `growth` into docs/images/.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root, setup, step } from "./steps.mjs";

const { values, positionals } = parseArgs({
  options: { json: { type: "string" }, plots: { type: "boolean" }, tables: { type: "boolean" } },
  allowPositionals: true,
});
await step("set-up", setup);
const { buildBench, buildEngine, buildPackage } = await import("./package.mjs");
await step("engine", buildEngine);
await step("engine with the calls of the bench", buildBench);
await step("package", buildPackage);
console.log("\n== bench");
const { loadEngine } = await import("../dist/node.js");
const { works } = await import("../bench/works.mjs");
const { runWorks } = await import("../bench/run.mjs");
const { machineText, resultText, tables } = await import("../bench/report.mjs");
const { growthPlots } = await import("../bench/plot.mjs");

const unknown = positionals.find((name) => !works.some((work) => work.name === name));
if (unknown !== undefined) {
  console.error(`there is no work "${unknown}"; there are: ${works.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}
const chosen = works.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const report = await runWorks(await loadEngine(), chosen, (result) => console.log(`${resultText(result)}\n`));
console.log(machineText(report));
if (values.tables) console.log(`\n${tables(report.results)}`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
if (values.plots && report.results.some(({ work }) => work.startsWith("growth:"))) {
  for (const [name, svg] of Object.entries(growthPlots(report.results)))
    writeFileSync(join(root, "docs/images", name), svg);
}
