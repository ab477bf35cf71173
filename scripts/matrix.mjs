/** Every runtime that the package is meant for: the tarball as npm would publish it, and the preview in each browser. */
import { globSync } from "./glob.mjs";
import { run, setup, step } from "./steps.mjs";

await step("set-up", setup);
const { buildEngine, buildPackage } = await import("./package.mjs");
await step("package: engine", buildEngine);
await step("package", buildPackage);

console.log("\n== every runtime");
const tests = [...globSync("tests/packaging", /\.test\.ts$/), ...globSync("tests", /\.matrix\.(mjs|ts)$/)];
run(process.execPath, ["--import", "./scripts/typescript.mjs", "--test", ...tests]);
