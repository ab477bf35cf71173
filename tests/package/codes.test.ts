/** Every code of the registry is held by a golden or a test: none is dead, and none is said in untested words. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { root } from "./support.js";

const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const codes = [...read("src/diagnostics/codes.h").matchAll(/ {2}X\(([A-Z]{3}\d{3}),/g)].map(([, code = ""]) => code);

const testsIn = (folder: string) =>
  readdirSync(new URL(`tests/${folder}`, root))
    .filter((name) => name !== "codes.test.ts" && /\.test\.(ts|mjs)$/.test(name))
    .map((name) => read(`tests/${folder}/${name}`))
    .join("");

const shown = read("tests/cases/diagnostics.expected.txt") + read("tests/cases/failures.expected.txt");
const bytes = read("tests/cases/mapping.expected.ndjson") + read("tests/cases/resolve.expected.ndjson");
const acknowledged = read("tests/cases/acknowledge.yaml");
const tests = testsIn("package") + testsIn("cli");

/** Where the golden of a code stands: its text and caret, the exact bytes of a result, or the test of a call. */
const goldens: Record<string, (code: string) => boolean> = {
  FIL: (code) => shown.includes(` ${code}: `),
  MAP: (code) => shown.includes(` ${code}: `),
  EXP: (code) => shown.includes(` ${code}: `),
  JSN: (code) => shown.includes(` ${code}: `),
  REC: (code) => bytes.includes(`"code":"${code}"`),
  CNF: (code) => bytes.includes(`"code":"${code}"`) || acknowledged.includes(`{"error": "${code}"}`),
  API: (code) => tests.includes(`"${code}"`),
  CLI: (code) => tests.includes(`"${code}"`),
};

test("every code of the registry has a golden", () => {
  assert.ok(codes.length > 80);
  assert.deepEqual(
    codes.filter((code) => !goldens[code.slice(0, 3)]?.(code)),
    [],
  );
});
