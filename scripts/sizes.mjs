/** Prints the sizes of what every user of the engine downloads, and fails above the budget of docs/performance.md. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { root } from "./steps.mjs";

/** The whole engine, which compiles, and what runs compiled mappings only. */
const budgets = { engine: 284 * 1024, runtime: 180 * 1024 };

export function checkSizes() {
  const kilobytes = (size) => `${(size / 1024).toFixed(1)} KB`.padStart(10);
  console.log(`${"".padEnd(14)}${["raw", "gzip", "brotli"].map((title) => title.padStart(10)).join("")}`);
  const excesses = Object.entries(budgets).filter(([name, budget]) => {
    const rows = [`${name}.wasm`, `${name}.js`].map(measured);
    const sum = (column) => rows.reduce((total, row) => total + row[column], 0);
    const both = { name: "both", raw: sum("raw"), gzip: sum("gzip"), brotli: sum("brotli") };
    for (const { name, raw, gzip, brotli } of [...rows, both])
      console.log(`${name.padEnd(14)}${[raw, gzip, brotli].map(kilobytes).join("")}`);
    const left = budget - both.gzip;
    const amount = kilobytes(Math.abs(left)).trim();
    console.log(`budget        ${kilobytes(budget)} gzipped: ${amount} ${left < 0 ? "above it" : "left"}`);
    return left < 0;
  });
  if (excesses.length > 0) process.exit(1);
}

function measured(name) {
  const bytes = readFileSync(join(root, "dist/engine", name));
  return {
    name,
    raw: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes).length,
  };
}
