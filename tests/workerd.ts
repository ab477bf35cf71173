/** A test's worker in Cloudflare's workerd, with the package as it is built. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import { Miniflare, type SharedOptions, type WorkerOptions } from "miniflare";

const root = fileURLToPath(new URL("../", import.meta.url));

/** One file of all that stands in `entry`, a file of the repository. */
export async function bundled(entry: string): Promise<string> {
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(root, entry)],
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    external: ["*.wasm", "cloudflare:*"],
    write: false,
    tsconfigRaw: {}, // the package as it is built, not its sources
  });
  return outputFiles[0]?.text ?? "";
}

/** Runs the worker of `entry`; the caller disposes of it. */
export async function startWorkerd(
  entry: string,
  more: Partial<SharedOptions & WorkerOptions> = {},
): Promise<Miniflare> {
  const engine = readFileSync(join(root, "dist/engine/engine.wasm"));
  return new Miniflare({
    ...more,
    compatibilityDate: "2026-04-01",
    modules: [
      { type: "ESModule", path: "worker.js", contents: await bundled(entry) },
      { type: "CompiledWasm", path: "engine/engine.wasm", contents: engine },
    ],
  });
}
