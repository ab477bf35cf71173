/** Sets everything up, builds, and shows the main job on records of our own. */
import { join } from "node:path";
import { root, run } from "./steps.mjs";

await import("./build.mjs");
console.log();
run(process.execPath, [join(root, "dist/cli/crm-sync.js"), "demo"]);
