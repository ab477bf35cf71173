/** The same in Cloudflare's workerd, with the package as it is built. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import { Miniflare } from "miniflare";
import { type Dialect, dialects, optionsIn } from "./dialects.js";
import type { Answer } from "./report.js";
import { testSuite } from "./run.js";
import { readSuite } from "./suite.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const suite = readSuite();

const { outputFiles } = await esbuild.build({
  entryPoints: [join(root, "tests/conformance/worker.js")],
  bundle: true,
  format: "esm",
  conditions: ["workerd", "worker", "browser"],
  external: ["*.wasm"],
  write: false,
  tsconfigRaw: {}, // the package as it is built, not its sources
});
const workerd = new Miniflare({
  compatibilityDate: "2026-04-01",
  modules: [
    { type: "ESModule", path: "worker.js", contents: outputFiles[0]?.text ?? "" },
    { type: "CompiledWasm", path: "engine/engine.wasm", contents: readFileSync(join(root, "dist/engine/engine.wasm")) },
  ],
});

async function answered(dialect: Dialect): Promise<Map<string, Answer>> {
  const cases = suite.cases.map((each) => ({ ...each, options: optionsIn(dialect, each) }));
  const response = await workerd.dispatchFetch("http://localhost/", { method: "POST", body: JSON.stringify(cases) });
  const answers = (await response.json()) as Answer[];
  assert.equal(answers.length, cases.length);
  return new Map(cases.map(({ id }, index) => [id, answers[index] as Answer]));
}

for (const dialect of dialects) {
  const answers = await answered(dialect);
  testSuite(suite, dialect, "workerd", ({ id }) => answers.get(id) as Answer);
}
await workerd.dispose();
