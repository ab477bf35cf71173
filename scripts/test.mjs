/**
 * What CI runs: the engine's tests with sanitizers and as WASM under Node, short hunts, and all tests in JavaScript,
 * whose summary comes last. `npm test -- <files>` runs only those tests in JavaScript, against a fresh build.
 */
import { availableParallelism } from "node:os";
import { globSync } from "./glob.mjs";
import { buildPreset, root, run, setup, step, tool, writeCases } from "./steps.mjs";

const files = process.argv.slice(2);
await step("set-up", setup);
const { buildBench, buildEngine, buildPackage } = await import("./package.mjs");
const { checkSizes } = await import("./sizes.mjs");
const { hunt } = await import("./fuzz.mjs");

if (files.length === 0) {
  writeCases();
  await step("engine with sanitizers: build", () => buildPreset("asan"));
  await step("engine with sanitizers: tests", () => run("build/asan/crmsync_tests"));
  await step("hunts", () => hunt("asan", 10));
  await step("engine as WASM: build", () => buildPreset("wasm-tests"));
  await step("engine as WASM: tests", () => run(process.execPath, ["build/wasm-tests/crmsync_tests.cjs"]));
}
await step("package: engine", buildEngine);
await step("bench: engine", buildBench);
await step("package", buildPackage);
await step("sizes", checkSizes);
if (files.length === 0) await step("types", () => tool("tsc", ["-p", "tsconfig.json"]));

console.log("\n== tests in JavaScript");
const tests = files.length > 0 ? files : globSync("tests", /\.test\.(mjs|ts)$/);
// By itself Node leaves one processor to the runner, which needs none.
const concurrency = `--test-concurrency=${availableParallelism()}`;
const reporters = ["tap", "./scripts/failures-reporter.mjs"].flatMap((name) => [
  `--test-reporter=${name}`,
  "--test-reporter-destination=stdout",
]);
const options = ["--import", "./scripts/typescript.mjs", "--test", concurrency, ...reporters];
run(process.execPath, [...options, ...tests], { env: { CRMSYNC_ROOT: root } });
