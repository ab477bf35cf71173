/** Builds dist/: the engine as WASM, the package, its types, and the command line. */
import { setup, step } from "./steps.mjs";

await step("set-up", setup);
const { buildEngine, buildPackage } = await import("./package.mjs");
const { checkSizes } = await import("./sizes.mjs");
await step("engine", buildEngine);
await step("package", buildPackage);
await step("sizes", checkSizes);
