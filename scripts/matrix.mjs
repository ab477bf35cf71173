/** The package as npm would publish it, in every runtime that it is meant for: tests/packaging/. */
import { globSync } from "./glob.mjs";
import { run, setup, step } from "./steps.mjs";

await step("set-up", setup);
const { buildEngine, buildPackage } = await import("./package.mjs");
await step("package: engine", buildEngine);
await step("package", buildPackage);

console.log("\n== every runtime");
const tests = globSync("tests/packaging", /\.(test|matrix)\.ts$/);
run(process.execPath, ["--import", "./scripts/typescript.mjs", "--test", ...tests]);
