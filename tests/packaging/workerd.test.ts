/** Cloudflare's workerd, bundled as wrangler does: by esbuild, with .wasm files as modules of their own. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import esbuild from "esbuild";
import { Miniflare } from "miniflare";
import { check, installed } from "./support.js";

const { folder } = await installed();

test("workerd", async () => {
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(folder, "worker.mjs")],
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    external: ["*.wasm"],
    write: false,
  });
  const module = (name: string) => ({
    type: "CompiledWasm" as const,
    path: `engine/${name}.wasm`,
    contents: readFileSync(join(folder, `node_modules/@penguinmails/crm-sync/dist/engine/${name}.wasm`)),
  });
  const workerd = new Miniflare({
    compatibilityDate: "2026-04-01",
    modules: [
      { type: "ESModule", path: "worker.mjs", contents: outputFiles[0]?.text ?? "" },
      module("engine"),
      module("runtime"),
    ],
  });
  try {
    const answer = await workerd.dispatchFetch("http://localhost/");
    check(await answer.text(), { runsStrings: false });
  } finally {
    await workerd.dispose();
  }
});
