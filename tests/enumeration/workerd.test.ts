/** The same bytes in Cloudflare's workerd, with the package as it is built. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import { Miniflare } from "miniflare";
import { written } from "./groups.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

test("workerd gives the bytes of all decisions of one field", async () => {
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(root, "tests/enumeration/worker.ts")],
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    external: ["*.wasm"],
    write: false,
    tsconfigRaw: {}, // the package as it is built, not its sources
  });
  const engine = readFileSync(join(root, "dist/engine/engine.wasm"));
  const workerd = new Miniflare({
    compatibilityDate: "2026-04-01",
    modules: [
      { type: "ESModule", path: "worker.js", contents: outputFiles[0]?.text ?? "" },
      { type: "CompiledWasm", path: "engine/engine.wasm", contents: engine },
    ],
  });
  try {
    const response = await workerd.dispatchFetch("http://localhost/", { method: "POST", body: written() });
    assert.equal(await response.text(), readFileSync(join(root, "tests/cases/enumeration/hashes.txt"), "utf8"));
  } finally {
    await workerd.dispose();
  }
});
