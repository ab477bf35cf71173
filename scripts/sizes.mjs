/**
 * Prints the sizes of what every user of the engine downloads, and of what is put on Cloudflare; fails above the budgets of
 * docs/performance.md. Needs the JavaScript packages, so it is imported after the set-up.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import esbuild from "esbuild";
import { root } from "./steps.mjs";

export async function checkSizes() {
  const kilobytes = (size) => `${(size / 1024).toFixed(1)} KB`.padStart(10);
  console.log(`${"".padEnd(14)}${["raw", "gzip", "brotli"].map((title) => title.padStart(10)).join("")}`);
  const excesses = (await budgets()).filter(([budget, ...files]) => {
    const rows = files.map(measured);
    const sum = (column) => rows.reduce((total, row) => total + row[column], 0);
    const both = { name: "both", raw: sum("raw"), gzip: sum("gzip"), brotli: sum("brotli") };
    for (const { name, raw, gzip, brotli } of [...rows, both])
      console.log(`${name.padEnd(14)}${[raw, gzip, brotli].map(kilobytes).join("")}`);
    const left = budget * 1024 - both.gzip;
    const amount = kilobytes(Math.abs(left)).trim();
    console.log(`budget        ${kilobytes(budget * 1024)} gzipped: ${amount} ${left < 0 ? "above it" : "left"}`);
    return left < 0;
  });
  if (excesses.length > 0) process.exit(1);
}

/** In KB: the whole engine, which compiles; what runs compiled mappings only; the Worker of examples/cloudflare. */
const budgets = async () => [
  [284, built("engine.wasm"), built("engine.js")],
  [180, built("runtime.wasm"), built("runtime.js")],
  [800, built("engine.wasm"), { name: "worker.js", bytes: await bundledWorker() }],
];

const built = (name) => ({ name, bytes: readFileSync(join(root, "dist/engine", name)) });

/** As wrangler does it, with the package of this repository. */
export async function bundledWorker() {
  const contents = readFileSync(join(root, "examples/cloudflare/worker.js"), "utf8");
  const { outputFiles } = await esbuild.build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["*.wasm", "cloudflare:*"],
    write: false,
    logLevel: "error",
    tsconfigRaw: {},
  });
  return outputFiles[0].contents;
}

function measured({ name, bytes }) {
  return {
    name,
    raw: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes).length,
  };
}
