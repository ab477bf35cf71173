/** Vercel's edge-runtime, which runs one script; Vercel's own build hands it what `import "….wasm?module"` asks for. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { EdgeRuntime } from "edge-runtime";
import esbuild from "esbuild";
import { check, installed } from "./support.js";

const { folder } = await installed();

test("edge-runtime, where nothing may be compiled from text or bytes", async () => {
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(folder, "edge.mjs")],
    bundle: true,
    format: "iife",
    conditions: ["edge-light", "worker", "browser"],
    write: false,
    plugins: [{ name: "modules", setup: modulesFromGlobal }],
  });
  const module = (name: string) =>
    WebAssembly.compile(readFileSync(join(folder, `node_modules/@penguinmails/crm-sync/dist/engine/${name}.wasm`)));
  const modules = { engine: await module("engine"), runtime: await module("runtime") };
  const runtime = new EdgeRuntime({
    codeGeneration: { strings: false, wasm: false },
    extend: (context) => Object.assign(context, modules),
    initialCode: outputFiles[0]?.text ?? "",
  });
  const answer = await runtime.dispatchFetch("http://localhost/");
  check(await answer.text(), { runsStrings: false });
});

function modulesFromGlobal(build: esbuild.PluginBuild): void {
  const filter = /\/(engine|runtime)\.wasm\?module$/;
  build.onResolve({ filter }, ({ path }) => ({ path, namespace: "module" }));
  build.onLoad({ filter: /./, namespace: "module" }, ({ path }) => ({
    contents: `export default globalThis.${filter.exec(path)?.[1]}`,
  }));
}
