/** examples/webhooks/vercel-edge.js in Vercel's edge-runtime; Vercel's own build hands it the module that it imports. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EdgeRuntime, runServer } from "edge-runtime";
import esbuild from "esbuild";
import { itKeepsBothSides } from "./cases.js";
import { compiled, copied, root } from "./program.js";
import { startSupabase } from "./supabase.js";
import { within } from "./within.js";

const entry = `
import handle, { config } from "./vercel-edge.js";
if (config.runtime !== "edge") throw new Error("it is built for Node");
addEventListener("fetch", (event) => event.respondWith(handle(event.request)));`;

itKeepsBothSides(async (hubspot, settings) => {
  const { path, remove } = copied("vercel-edge.js");
  const mapping = Buffer.from(await compiled()).toString("base64");
  writeFileSync(join(path, "_mapping.js"), `export default "${mapping}"`);
  const { outputFiles } = await esbuild.build({
    stdin: { contents: entry, resolveDir: path },
    bundle: true,
    format: "iife",
    conditions: ["edge-light", "worker", "browser"],
    write: false,
    plugins: [{ name: "modules", setup: moduleFromGlobal }],
  });
  remove();
  const supabase = await startSupabase();
  const runtimeModule = await WebAssembly.compile(readFileSync(join(root, "dist/engine/runtime.wasm")));
  const env = { ...settings, SUPABASE_URL: supabase.url, SUPABASE_SECRET_KEY: "sb_secret_key" };
  const runtime = new EdgeRuntime({
    codeGeneration: { strings: false, wasm: false },
    extend(context) {
      const { fetch } = context;
      const toStandIn: typeof fetch = (url, init) =>
        fetch(String(url).replace("https://api.hubapi.com", hubspot.url), init);
      // What it says of deliveries that it failed on purpose is nobody's.
      const console = { ...globalThis.console, error() {} };
      return Object.assign(context, { runtimeModule, fetch: toStandIn, console, process: { env } });
    },
    initialCode: outputFiles[0]?.text ?? "",
  });
  const server = await within("the runtime's start", () => runServer({ runtime, host: "127.0.0.1", port: 0 }));
  return {
    url: server.url,
    kept: async (id) => supabase.rows.get(`62515/${id}`)?.kept ?? null,
    async close() {
      await server.close();
      await supabase.close();
    },
  };
});

function moduleFromGlobal(build: esbuild.PluginBuild): void {
  const filter = /\/runtime\.wasm\?module$/;
  build.onResolve({ filter }, ({ path }) => ({ path, namespace: "module" }));
  build.onLoad({ filter: /./, namespace: "module" }, () => ({ contents: "export default globalThis.runtimeModule" }));
}
