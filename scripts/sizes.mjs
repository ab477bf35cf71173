/** Prints the sizes of what every user of the engine downloads, and fails above the budget of docs/performance.md. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { root } from "./steps.mjs";

const budget = 264 * 1024;

export function checkSizes() {
  const rows = ["engine.wasm", "engine.js"].map((name) => {
    const bytes = readFileSync(join(root, "dist/engine", name));
    return {
      name,
      raw: bytes.length,
      gzip: gzipSync(bytes, { level: 9 }).length,
      brotli: brotliCompressSync(bytes).length,
    };
  });
  const sum = (column) => rows.reduce((total, row) => total + row[column], 0);
  rows.push({ name: "both", raw: sum("raw"), gzip: sum("gzip"), brotli: sum("brotli") });
  const kilobytes = (size) => `${(size / 1024).toFixed(1)} KB`.padStart(10);
  console.log(`${"".padEnd(12)}${["raw", "gzip", "brotli"].map((title) => title.padStart(10)).join("")}`);
  for (const { name, raw, gzip, brotli } of rows) {
    console.log(`${name.padEnd(12)}${[raw, gzip, brotli].map(kilobytes).join("")}`);
  }
  const left = budget - rows[2].gzip;
  console.log(
    `budget      ${kilobytes(budget)} gzipped: ${kilobytes(Math.abs(left)).trim()} ${left < 0 ? "above it" : "left"}`,
  );
  if (left < 0) process.exit(1);
}
