/**
 * Everything: what `npm test` runs, both compilers, the scalar reader and its bytes, counts of instructions, broken
 * engines, formats and lint, two builds with the same bytes, long hunts, the service on PostgreSQL and with a death at every fault point, every runtime.
 */
import { format } from "./format.mjs";
import { globSync } from "./glob.mjs";
import { buildPreset, root, run, setup, step, writeCases } from "./steps.mjs";

await step("set-up", () => setup("--postgres", "--valgrind"));
const { buildScalarPackage } = await import("./package.mjs");
const { checkInstructions } = await import("./instructions.mjs");
const { hunt } = await import("./fuzz.mjs");
const { checkReproducible } = await import("./reproducible.mjs");
const { breakLaws } = await import("./laws-broken.mjs");
await step("formats and lint", () => format(true));
writeCases();
for (const preset of ["dev", "clang", "scalar"]) {
  await step(`${preset}: build`, () => buildPreset(preset));
  await step(`${preset}: tests`, () => run(`build/${preset}/crmsync_tests`));
}
await step("engines that break a law", () => breakLaws());
await step("instructions", () => checkInstructions());
await step("hunts", () => {
  buildPreset("fuzz");
  hunt("fuzz", 120);
});
await step("npm test", () => run(process.execPath, ["scripts/test.mjs"]));
await step("WASM without SIMD: build", buildScalarPackage);
await step("WASM without SIMD: the same bytes", () => {
  const options = ["--import", "./scripts/typescript.mjs", "--test", "tests/scalar/same-bytes.long.mjs"];
  run(process.execPath, options, { env: { CRMSYNC_ROOT: root } });
});
await step("service on PostgreSQL", () => {
  const tests = globSync("tests/service", /\.test\.ts$/);
  const env = { CRMSYNC_ROOT: root, CRM_SYNC_TEST_POSTGRES: "1", CRM_SYNC_ALL_FAULTS: "1" };
  run(process.execPath, ["--import", "./scripts/typescript.mjs", "--test", ...tests], { env });
});
await step("two builds, the same modules", checkReproducible);
await step("every runtime", () => run(process.execPath, ["scripts/matrix.mjs"]));
