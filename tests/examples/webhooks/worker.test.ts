/** examples/webhooks/worker.js in Cloudflare's workerd, bundled as wrangler does. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { KeptContact } from "@penguinmails/crm-sync/webhooks";
import esbuild from "esbuild";
import { Miniflare, NoOpLog, type Request, Response } from "miniflare";
import { itKeepsBothSides } from "./cases.js";
import { compiled, copied, root } from "./program.js";
import { within } from "./within.js";

interface Wrangler {
  main: string;
  compatibility_date: string;
  durable_objects: { bindings: { name: string; class_name: string }[] };
  migrations: { new_sqlite_classes: string[] }[];
}
const text = readFileSync(join(root, "examples/webhooks/wrangler.jsonc"), "utf8");
const wrangler = JSON.parse(text.replace(/(^|\s)\/\/.*$/gm, "")) as Wrangler;

itKeepsBothSides(async (hubspot, settings) => {
  const { path, remove } = copied("worker.js");
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(path, wrangler.main)],
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    external: ["*.wasm", "*.bin", "cloudflare:*"],
    write: false,
    outfile: "worker.js",
  });
  remove();
  const worker = new Miniflare({
    host: "127.0.0.1",
    compatibilityDate: wrangler.compatibility_date,
    modules: [
      { type: "ESModule", path: "worker.js", contents: outputFiles[0]?.text ?? "" },
      {
        type: "CompiledWasm",
        path: "engine/runtime.wasm",
        contents: readFileSync(join(root, "dist/engine/runtime.wasm")),
      },
      { type: "Data", path: "mapping.bin", contents: Buffer.from(await compiled()) },
    ],
    durableObjects: Object.fromEntries(
      wrangler.durable_objects.bindings.map(({ name, class_name }) => [
        name,
        { className: class_name, useSQLite: wrangler.migrations[0]?.new_sqlite_classes.includes(class_name) ?? false },
      ]),
    ),
    bindings: settings,
    outboundService: toStandIn,
    log: new NoOpLog(), // no errors of deliveries that were failed on purpose
  });
  const url = String(await within("workerd's start", () => worker.ready));
  const contacts = (await worker.getDurableObjectNamespace("CONTACTS")) as unknown as {
    getByName(name: string): { load(): Promise<KeptContact | null> };
  };
  return {
    url,
    // What comes over is a proxy, and two proxies are never equal.
    kept: async (id) => JSON.parse(JSON.stringify(await contacts.getByName(`62515/${id}`).load())),
    close: () => worker.dispose(),
  };

  async function toStandIn(request: Request): Promise<Response> {
    const url = request.url.replace("https://api.hubapi.com", hubspot.url);
    const headers = { authorization: request.headers.get("authorization") ?? "" };
    const body = request.method === "GET" ? null : await request.text();
    const answer = await fetch(url, { method: request.method, headers, body });
    return new Response(await answer.text(), { status: answer.status });
  }
});
